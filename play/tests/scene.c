// SPDX-License-Identifier: GPL-2.0-or-later
#include "scene.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#define BLUE	0x203060
#define GREY	0xc0c0c0
#define GREEN	0x208040
#define PINK	0xe08090
#define WHITE	0xffffff
#define TICK_US	40000

static const struct scene_box opener = { 40, 400, 120, 50 };
static const struct scene_box window = { 100, 40, 480, 340 };
static const struct scene_box closer = { 550, 50, 20, 20 };
static const struct scene_box menu = { 0, 100, 320, 300 };
static const struct scene_box all = { 0, 0, SCENE_WIDTH, SCENE_HEIGHT };
static const struct scene_box dial = { 600, 440, 30, 30 };

uint64_t scene_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static void fill(struct scene *s, const struct scene_box *b, uint32_t colour)
{
	int x, y;

	for (y = b->y; y < b->y + b->height; y++)
		for (x = b->x; x < b->x + b->width; x++)
			s->pixel[y * SCENE_WIDTH + x] = colour;
}

static void half_of(struct scene *s, const struct scene_box *b, uint32_t colour)
{
	struct scene_box half = *b;

	half.height /= 2;
	fill(s, &half, colour);
}

static void draw(struct scene *s)
{
	fill(s, &all, BLUE);
	fill(s, &opener, GREY);
	if (s->view == SCENE_WINDOW) {
		fill(s, &window, s->wrong ? PINK : WHITE);
		fill(s, &closer, GREEN);
	}
	if (s->view == SCENE_MENU)
		fill(s, &menu, GREEN);
	fill(s, &dial, s->ticks % 2 ? WHITE : GREEN);
}

static void draw_half(struct scene *s)
{
	draw(s);
	if (s->next == SCENE_WINDOW)
		half_of(s, &window, s->wrong ? PINK : WHITE);
	else if (s->next == SCENE_MENU)
		half_of(s, &menu, GREEN);
	else
		half_of(s, s->view == SCENE_MENU ? &menu : &window, BLUE);
}

void scene_init(struct scene *s)
{
	s->seed = 1;
	s->view = SCENE_DESK;
	draw(s);
}

/* From 20 to 100 ms, and what comes first after half of it. */
static void open_view(struct scene *s, enum scene_view view, uint64_t now)
{
	uint64_t delay;

	if (s->stuck || s->view == view)
		return;
	s->seed = s->seed * 1103515245 + 12345;
	delay = 20000 + (s->seed >> 8) % 80000;
	s->next = view;
	s->released = now;
	s->half = now + delay / 2;
	s->due = now + delay;
}

static bool within(const struct scene_box *b, int x, int y)
{
	return x >= b->x && x < b->x + b->width && y >= b->y &&
	       y < b->y + b->height;
}

void scene_pointer(struct scene *s, int x, int y, uint32_t buttons,
		   uint64_t now)
{
	bool released = s->buttons & 1 && !(buttons & 1);

	s->buttons = buttons;
	if (!released)
		return;
	if (s->view == SCENE_DESK && within(&opener, x, y))
		open_view(s, SCENE_WINDOW, now);
	if (s->view == SCENE_WINDOW && within(&closer, x, y))
		open_view(s, SCENE_DESK, now);
}

void scene_key(struct scene *s, enum scene_key key, bool down, uint64_t now)
{
	if (!down)
		open_view(s, key == SCENE_ENTER ? SCENE_MENU : SCENE_DESK, now);
}

bool scene_step(struct scene *s, uint64_t now, struct scene_box *changed)
{
	*changed = all;
	if (s->due && now >= s->due) {
		s->view = s->next;
		s->due = s->half = 0;
		draw(s);
		printf("took %" PRIu64 "\n", now - s->released);
		fflush(stdout);
		return true;
	}
	if (s->half && now >= s->half) {
		s->half = 0;
		draw_half(s);
		return true;
	}
	if (now < s->tick)
		return false;
	s->tick = now + TICK_US;
	s->ticks++;
	fill(s, &dial, s->ticks % 2 ? WHITE : GREEN);
	*changed = dial;
	return true;
}
