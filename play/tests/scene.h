/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scene.h - a desktop for tests: a button that opens a window, which has a box that
 * closes it, and a menu that Enter opens and Escape closes. Each takes its time, and
 * shows half of itself in between; a clock ticks all the while. Times are us.
 */
#ifndef SCENE_H
#define SCENE_H

#include <stdbool.h>
#include <stdint.h>

#define SCENE_WIDTH	640
#define SCENE_HEIGHT	480

struct scene_box {
	int x, y, width, height;
};

enum scene_view {
	SCENE_DESK,
	SCENE_WINDOW,
	SCENE_MENU,
};

enum scene_key {
	SCENE_ENTER,
	SCENE_ESCAPE,
};

struct scene {
	uint32_t pixel[SCENE_WIDTH * SCENE_HEIGHT];
	bool wrong;		/* the window looks otherwise */
	bool stuck;		/* nothing ever opens */
	enum scene_view view, next;
	uint64_t half, due;	/* of the next view; 0: none */
	uint64_t tick, released;
	uint32_t buttons, ticks, seed;
};

void scene_init(struct scene *s);

void scene_pointer(struct scene *s, int x, int y, uint32_t buttons,
		   uint64_t now);
void scene_key(struct scene *s, enum scene_key key, bool down, uint64_t now);

/*
 * Draws what is due; false: nothing. *@changed: where. Says "took US" of each view
 * that came.
 */
bool scene_step(struct scene *s, uint64_t now, struct scene_box *changed);

uint64_t scene_now(void);

#endif /* SCENE_H */
