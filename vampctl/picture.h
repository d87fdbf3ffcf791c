/* SPDX-License-Identifier: GPL-2.0-or-later */
/* picture.h - lanes of vCPUs over time, as an SVG for the page. */
#ifndef VAMPCTL_PICTURE_H
#define VAMPCTL_PICTURE_H

#include <stdio.h>

#include "timeline.h"

#define PICTURE_LANES	64	/* vCPUs drawn, at most */

/* From @from to @to: how much of each class ran, stacked. */
void picture_shares(FILE *f, const struct timeline *t, u64 from, u64 to);

/* The same as single runs of tasks. */
void picture_runs(FILE *f, const struct timeline *t, u64 from, u64 to);

const char *picture_class(u8 class);

#endif /* VAMPCTL_PICTURE_H */
