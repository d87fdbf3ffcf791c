/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * script.h - what is to be recorded when nobody sits there: a text, an action a
 * line (vampplay(1)).
 */
#ifndef PLAY_SCRIPT_H
#define PLAY_SCRIPT_H

#include "fault.h"

#include <stdint.h>

#define SCRIPT_ACTIONS_MAX	100000
#define SCRIPT_LINE_MAX		1000
#define SCRIPT_WAIT_MAX		3600000	/* ms */

enum act {
	ACT_MOVE,		/* to x y */
	ACT_PRESS,		/* button code */
	ACT_RELEASE,
	ACT_DOWN,		/* key code */
	ACT_UP,
	ACT_WAIT,		/* us */
	ACT_REST,		/* until the screen rests for us */
	ACT_SYNC,		/* the same once it has changed, then a point */
	ACT_SYNC_ANY,		/* whether it has changed or not */
};

struct action {
	enum act act;
	size_t line;
	int32_t x, y;
	uint32_t code;
	uint64_t us;
};

struct script {
	struct action *action;
	size_t nr, room;
};

/* False: ->line and ->text say why. Free it in any case. */
bool script_read(struct script *s, const char *text, size_t size,
		 struct fault *f);
void script_free(struct script *s);

#endif /* PLAY_SCRIPT_H */
