// SPDX-License-Identifier: GPL-2.0-or-later
#include "snapshot.h"

#include <stdlib.h>

struct snapshot *snapshot_new(uint32_t nr)
{
	struct snapshot *s;

	if (nr > SNAPSHOT_SAMPLES_MAX)
		return NULL;
	s = calloc(1, sizeof(*s));
	if (!s)
		return NULL;
	s->sample = calloc(nr ? nr : 1, sizeof(*s->sample));
	if (!s->sample) {
		free(s);
		return NULL;
	}
	s->nr = nr;
	s->surface = SNAPSHOT_ANY;
	return s;
}

void snapshot_free(struct snapshot *s)
{
	if (!s)
		return;
	free(s->picture.bytes);
	free(s->sample);
	free(s);
}

/* From @at - @reach to @at + @reach, within 0 to @size - 1; false: nothing. */
static bool clip(int32_t at, uint32_t reach, uint32_t size, uint32_t *from,
		 uint32_t *length)
{
	int64_t first = (int64_t)at - reach, last = (int64_t)at + reach;

	if (first < 0)
		first = 0;
	if (last >= size)
		last = (int64_t)size - 1;
	if (first > last)
		return false;
	*from = (uint32_t)first;
	*length = (uint32_t)(last - first + 1);
	return true;
}

static bool square(const struct surface *f, int32_t x, int32_t y,
		   uint32_t reach, struct area *a)
{
	return clip(x, reach, f->width, &a->x, &a->width) &&
	       clip(y, reach, f->height, &a->y, &a->height);
}

static uint32_t steps(uint32_t length, uint32_t step)
{
	return (length + step - 1) / step;
}

static void take(struct snapshot *s, const struct surface *f,
		 const struct area *a, uint32_t step)
{
	uint32_t x, y, n = 0;

	for (x = 0; x < a->width; x += step)
		for (y = 0; y < a->height; y += step)
			s->sample[n++] = surface_pixel(f, a->x + x, a->y + y);
	s->width = f->width;
	s->height = f->height;
}

struct snapshot *snapshot_around(const struct surface *f, int32_t x, int32_t y,
				 uint32_t reach)
{
	struct snapshot *s;
	struct area a;

	if (!surface_there(f) || !square(f, x, y, reach, &a))
		return NULL;
	s = snapshot_new(a.width * a.height);
	if (!s)
		return NULL;
	s->x = x;
	s->y = y;
	take(s, f, &a, 1);
	return s;
}

struct snapshot *snapshot_whole(const struct surface *f, uint32_t step)
{
	struct area a = { 0, 0, f->width, f->height };
	struct snapshot *s;

	if (!surface_there(f))
		return NULL;
	s = snapshot_new(steps(a.width, step) * steps(a.height, step));
	if (!s)
		return NULL;
	s->whole = true;
	s->step = step;
	take(s, f, &a, step);
	return s;
}

/* The one square around the pointer that has as many pixels on this surface. */
static bool find_square(const struct snapshot *s, const struct surface *f,
			struct area *a)
{
	uint32_t reach;

	for (reach = 0; reach <= SNAPSHOT_REACH_MAX; reach++) {
		if (!square(f, s->x, s->y, reach, a))
			continue;
		if (a->width * a->height >= s->nr)
			return a->width * a->height == s->nr;
	}
	return false;
}

bool snapshot_area(const struct snapshot *s, const struct surface *f,
		   struct area *area, uint32_t *step)
{
	if (!surface_there(f))
		return false;
	*step = 1;
	if (!s->whole)
		return find_square(s, f, area);
	if (s->width && (s->width != f->width || s->height != f->height))
		return false;
	*step = s->step;
	*area = (struct area){ 0, 0, f->width, f->height };
	return steps(f->width, s->step) * steps(f->height, s->step) == s->nr;
}
