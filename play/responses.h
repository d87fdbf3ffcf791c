/* SPDX-License-Identifier: GPL-2.0-or-later */
/* responses.h - how long responses took, over the repetitions of a replay. */
#ifndef PLAY_RESPONSES_H
#define PLAY_RESPONSES_H

#include <stdio.h>

#include "replay.h"
#include "stats.h"

struct response {
	uint32_t repetition;	/* from 1 */
	uint32_t point;		/* from 1, in the order of the trace */
	struct result result;
};

struct responses {
	const struct trace *trace;
	uint32_t points;	/* in the trace */
	uint32_t repetitions;	/* begun */
	struct response *response;
	size_t nr, room;
};

/* What the figures are of. */
struct responses_about {
	const char *trace, *server;
	const struct replay_settings *set;
};

void responses_init(struct responses *r, const struct trace *t);
void responses_free(struct responses *r);

/* The points that one more replay reached. False: no memory. */
bool responses_add(struct responses *r, const struct replay *replay);

/* How many points had an outcome. */
size_t responses_count(const struct responses *r, enum outcome outcome);

/* In ms, of one point, or of all for 0. False: no memory. */
bool responses_stats(const struct responses *r, uint32_t point,
		     struct stats *s);

/* In a word: "timed", "early", ... */
const char *outcome_name(enum outcome outcome);

/* These return false if memory is out or nothing could be written. */
bool responses_table(const struct responses *r, FILE *to);
bool responses_csv(const struct responses *r, FILE *to);
bool responses_json(const struct responses *r,
		    const struct responses_about *about, FILE *to);

#endif /* PLAY_RESPONSES_H */
