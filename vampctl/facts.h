/* SPDX-License-Identifier: GPL-2.0-or-later */
/* facts.h - what a recording says of itself. */
#ifndef VAMPCTL_FACTS_H
#define VAMPCTL_FACTS_H

#include "replay/stream.h"

/* The facts that stand before the first event read so far. */
void facts_print(const struct stream *s);

#endif /* VAMPCTL_FACTS_H */
