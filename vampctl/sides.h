/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sides.h - the decisions of one replay, or of two beside each other.
 */
#ifndef VAMPCTL_SIDES_H
#define VAMPCTL_SIDES_H

#include "replay/player.h"

/* What one replay decided at an event, and all in all. */
struct side {
	char **line;
	u32 nr_lines, room;
	u64 phases, mixed, classifications, changes;
	u64 slow_ns[VM_VCPUS_MAX];
	u64 since[VM_VCPUS_MAX];	/* slow, or 0 */
	u32 nr_vcpus;
};

/* A line for the present event. */
void side_add(struct side *side, const char *text);

/* For the summary. */
void side_count(struct side *side, const struct player *p,
		const struct decision *d);
void side_end(struct side *side, const struct player *p);

void side_free(struct side *side);

/* What the columns are; @other is what the second is, NULL if there is none. */
void sides_title(const char *other);

/* Prints the lines of event @seq at @seconds, if there are any, and drops them. */
void sides_print(struct side side[], u32 nr, u64 seq, double seconds);

void sides_summary(const struct side side[], u32 nr);

#endif /* VAMPCTL_SIDES_H */
