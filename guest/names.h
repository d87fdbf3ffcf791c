/* SPDX-License-Identifier: GPL-2.0-or-later */
/* names.h - what the host has not been told yet of the processes' names. */
#ifndef VAMP_GUEST_NAMES_H
#define VAMP_GUEST_NAMES_H

#include <stdbool.h>

#include <vamp/channel.h>

#include "roots.h"

/*
 * Fills @m with the next differences between what was told and what is @now, and
 * notes in @told that they are. False: there are none, or no memory.
 */
bool names_next(struct roots *told, const struct roots *now,
		struct vamp_names *m);

#endif /* VAMP_GUEST_NAMES_H */
