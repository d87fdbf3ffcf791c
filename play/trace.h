/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace.h - what a user did, when, and what the screen was to look like.
 *
 * Kinds of events are the letters of the original's format. Keys are scan codes
 * of set 1, with 0x100 added behind a prefix 0xe0.
 */
#ifndef PLAY_TRACE_H
#define PLAY_TRACE_H

#include "snapshot.h"

#define TRACE_EVENTS_MAX	(1u << 22)
#define TRACE_SAMPLES_MAX	(1u << 25)	/* of all snapshots */
#define TRACE_TIME_MAX		1000000000000ull	/* us: 11 days */
#define TRACE_PLACE_MAX		32767	/* of the pointer, also below 0 */
#define TRACE_BUTTON_MAX	7
#define TRACE_BUTTONS_MAX	0xffff
#define TRACE_KEY_MAX		0x1ff
#define TRACE_FACTS		16
#define TRACE_FACT_MAX		200	/* bytes */

enum kind {
	KIND_ENTER = 'E',	/* the pointer enters at x y */
	KIND_MOVE = 'M',
	KIND_PRESS = 'P',	/* a button (code): 1 to 7 */
	KIND_RELEASE = 'R',
	KIND_DOWN = 'D',	/* a key (code) */
	KIND_UP = 'U',
	KIND_UPDATE = 'O',	/* the display was updated by code percent */
	KIND_BEFORE = 'S',	/* the snapshot around the pointer */
	KIND_POINT = 'B',	/* a synchronisation point */
};

#define KINDS		"EMPRDUOSB"

struct event {
	uint64_t us;		/* since the recording began */
	enum kind kind;
	uint32_t code;
	int32_t x, y;		/* where the pointer is, for E and M */
	uint32_t buttons;	/* held, a bit for each */
	struct snapshot *snapshot;	/* S and B; the trace's own */
};

/* Who recorded it, where. Of no effect, and not to be trusted. */
struct fact {
	char *name, *text;
};

struct trace {
	struct event *event;
	size_t nr, room;
	size_t samples;		/* in all snapshots */
	struct fact fact[TRACE_FACTS];
	size_t facts;
};

void trace_free(struct trace *t);

/*
 * Adds an event, whose snapshot is the trace's from now on, or freed. False: too
 * many, or no memory.
 */
bool trace_add(struct trace *t, const struct event *e);

bool trace_fact(struct trace *t, const char *name, const char *text);

/* How many events there are of a kind. */
size_t trace_count(const struct trace *t, enum kind kind);

/* Which of several displays it is of: the first that a snapshot names, or 0. */
uint32_t trace_display(const struct trace *t);

/* What a kind is, in words; for a person. */
const char *kind_about(enum kind kind);

/* Buttons and keys: what a user does, rather than where the pointer is. */
bool kind_is_input(enum kind kind);
bool kind_is_press(enum kind kind);
bool kind_is_snapshot(enum kind kind);

/*
 * The event that the response at synchronisation point @point is timed from: the
 * last release before it, or the last press where nothing was released since or
 * @press says so. False: there was no input since the point before.
 */
bool trace_origin(const struct trace *t, size_t point, bool press,
		  size_t *origin);

/* The last press, or else input, before a point and behind the one before it. */
bool trace_trigger(const struct trace *t, size_t point, size_t *trigger);

#endif /* PLAY_TRACE_H */
