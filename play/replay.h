/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * replay.h - replays a trace: what to send when, and how long responses took.
 *
 * It has no clock, no server and no file: time is an argument, in us of any clock
 * that does not go back, and so is the screen.
 *
 * An event is due as long after the one before it as in the recording. At a
 * snapshot nothing is sent until the screen is like it, or the timeout is over and
 * the replay with it. A synchronisation point is watched from the last press before
 * it, so that no answer comes too soon to be seen: the response ends where the
 * screen began to be as recorded, and stayed so until the point was reached.
 */
#ifndef PLAY_REPLAY_H
#define PLAY_REPLAY_H

#include "match.h"
#include "trace.h"

#define REPLAY_NEVER	UINT64_MAX

struct replay_settings {
	uint64_t start_us;	/* before the first event */
	uint64_t timeout_us;	/* of each snapshot */
	uint64_t think_us;	/* more, behind each synchronisation point */
	bool from_press;	/* responses begin at the press */
	struct tolerance tolerance;
};

/* What became of a snapshot. */
enum outcome {
	OUTCOME_NONE,		/* not reached */
	OUTCOME_REACHED,	/* matched; nothing to measure */
	OUTCOME_TIMED,		/* matched: ->response_us */
	OUTCOME_EARLY,		/* matched before the release: 0 */
	OUTCOME_UNCHANGED,	/* was so before the input already */
	OUTCOME_DIFFERS,	/* at the timeout */
};

struct result {
	size_t event;
	enum outcome outcome;
	uint64_t at_us;		/* when it was reached, since the start */
	uint64_t wait_us;	/* from then until it matched */
	uint64_t response_us;
	struct match match;	/* the last look */
	uint32_t least;		/* samples that differed, at best */
};

enum replay_state {
	REPLAY_RUNS,
	REPLAY_WAITS,		/* at a snapshot */
	REPLAY_DONE,
	REPLAY_DIFFERS,		/* the last result says how */
};

struct replay {
	enum replay_state state;
	struct result *result;	/* a snapshot each, in their order */
	size_t results;		/* reached */
	/* private */
	const struct trace *trace;
	const struct replay_settings *set;
	uint64_t started, due, loaded;
	size_t next;
	struct {
		size_t point, trigger, origin;
		bool timed;	/* there was input */
		bool on, holds, before;
		uint64_t since, origin_us;
	} watch;
};

/* False: no memory. Trace and settings must live as long. */
bool replay_begin(struct replay *r, const struct trace *t,
		  const struct replay_settings *set, uint64_t now);
void replay_free(struct replay *r);

/*
 * The next event to be sent now, or NULL: call again at replay_due(), and after
 * each replay_update().
 */
const struct event *replay_step(struct replay *r, const struct screen *screen,
				uint64_t now);

/* The screen has changed. */
void replay_update(struct replay *r, const struct screen *screen, uint64_t now);

/* REPLAY_NEVER: it is over. */
uint64_t replay_due(const struct replay *r);

/* When the wait for a snapshot is over that is going on, or REPLAY_NEVER. */
uint64_t replay_limit(const struct replay *r);

/* The snapshot of the last result. */
const struct snapshot *replay_snapshot(const struct replay *r);

#endif /* PLAY_REPLAY_H */
