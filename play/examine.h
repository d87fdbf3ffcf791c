/* SPDX-License-Identifier: GPL-2.0-or-later */
/* examine.h - what is in a trace, and what is doubtful about it, for a person. */
#ifndef PLAY_EXAMINE_H
#define PLAY_EXAMINE_H

#include <stdio.h>

#include "trace.h"

/* How many events there are of each kind, and of what each point is timed. */
void examine_counts(const struct trace *t, FILE *to);

/* A line for each thing that a replay may trip over; how many. */
size_t examine_doubts(const struct trace *t, FILE *to);

/* A line for each synchronisation point. */
void examine_points(const struct trace *t, FILE *to);

/* A line for each event. */
void examine_events(const struct trace *t, FILE *to);

#endif /* PLAY_EXAMINE_H */
