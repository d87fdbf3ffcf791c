/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * record.h - makes a trace of what a user does. Times are us of any clock that
 * does not go back.
 */
#ifndef PLAY_RECORD_H
#define PLAY_RECORD_H

#include "match.h"
#include "trace.h"

#define RECORD_REACH	10	/* pixels to each side of the pointer */

struct record_settings {
	uint32_t display;	/* the surface that is recorded */
	uint32_t reach;		/* 0 to SNAPSHOT_REACH_MAX */
	uint32_t step;		/* 1 to SNAPSHOT_STEP_MAX */
	bool pictures;		/* also the whole picture at a point */
	bool updates;		/* also how much of the display changes */
	struct tolerance tolerance;	/* of the replays to come */
};

struct recorder {
	struct trace *trace;
	const struct record_settings *set;
	const char *error;	/* why it cannot go on, or NULL */
	/* private */
	uint64_t started;
	int32_t x, y;
	uint32_t buttons;
	bool entered;
	struct snapshot *before;	/* the screen at the last press */
};

enum point {
	POINT_GOOD,
	POINT_NO_INPUT,		/* there was none since the last: only a wait */
	POINT_UNCHANGED,	/* a replay could not tell it from before */
	POINT_FAILED,		/* ->error; nothing was recorded */
};

void recorder_begin(struct recorder *r, struct trace *t,
		    const struct record_settings *set, uint64_t now);
void recorder_end(struct recorder *r);

/* These return false, with ->error, if the trace can take no more. */
bool recorder_pointer(struct recorder *r, int32_t x, int32_t y, uint64_t now);
bool recorder_leave(struct recorder *r);	/* the next one enters again */
bool recorder_button(struct recorder *r, const struct screen *screen,
		     uint32_t button, bool down, uint64_t now);
bool recorder_key(struct recorder *r, const struct screen *screen, uint32_t key,
		  bool down, uint64_t now);
bool recorder_update(struct recorder *r, const struct screen *screen,
		     const struct area *area, uint64_t now);

enum point recorder_point(struct recorder *r, const struct screen *screen,
			  uint64_t now);

/* The screen, to be compared; NULL: no picture, or no memory. */
struct snapshot *recorder_look(const struct recorder *r,
			       const struct screen *screen);

/* Would a replay tell this screen from the one before the last press? */
bool recorder_differs(const struct recorder *r, const struct snapshot *now);

#endif /* PLAY_RECORD_H */
