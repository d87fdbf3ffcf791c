/* SPDX-License-Identifier: GPL-2.0-or-later */
/* window.h - shows the screen of a server, and says what is done in there. */
#ifndef PLAY_WINDOW_H
#define PLAY_WINDOW_H

#include "screen.h"

#define WINDOW_LOOK_US	10000	/* how often events are to be taken */

struct window;

enum input_kind {
	INPUT_NONE,
	INPUT_CLOSED,
	INPUT_POINTER,		/* at x y */
	INPUT_LEFT,		/* the pointer has */
	INPUT_BUTTON,		/* code, down */
	INPUT_KEY,
	INPUT_POINT,		/* a synchronisation point is wanted */
};

struct input {
	enum input_kind kind;
	int32_t x, y;
	uint32_t code;
	bool down;
};

/* Of one of the surfaces. NULL: it said why there is none. */
struct window *window_open(uint32_t surface);
void window_close(struct window *w);

/* The surface has changed; what it shows follows with the next window_take(). */
void window_changed(struct window *w);

/* What is done next, or INPUT_NONE. Never waits. */
struct input window_take(struct window *w, const struct screen *screen);

/* In its title. */
void window_tell(struct window *w, const char *text);

#endif /* PLAY_WINDOW_H */
