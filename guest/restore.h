/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * restore.h - puts back what was changed: at the end of a phase, and by whoever
 * comes after an agent that was killed.
 */
#ifndef VAMP_GUEST_RESTORE_H
#define VAMP_GUEST_RESTORE_H

#include "book.h"
#include "irqs.h"

/*
 * Puts all back that @b and @p have, threads born meanwhile included; the file is
 * gone then, and @b and @p empty. 0, or -errno; then they stay, to try again.
 */
int restore_all(struct book *b, struct pins *p);

/* The same from the file: 0 also if there was nothing to do. */
int restore_from_file(void);

#endif /* VAMP_GUEST_RESTORE_H */
