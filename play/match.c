// SPDX-License-Identifier: GPL-2.0-or-later
#include "match.h"

uint32_t match_allowed(const struct tolerance *t, bool whole, uint32_t nr)
{
	return (uint64_t)nr * (whole ? t->point : t->press) / MATCH_SHARE_MAX;
}

static bool channel_differs(uint32_t a, uint32_t b, uint32_t shift,
			    uint32_t tolerance)
{
	uint32_t x = a >> shift & 0xff, y = b >> shift & 0xff;

	return (x > y ? x - y : y - x) > tolerance;
}

static bool differs(uint32_t a, uint32_t b, uint32_t tolerance)
{
	if (!((a ^ b) & SCREEN_RGB))
		return false;
	return channel_differs(a, b, 0, tolerance) ||
	       channel_differs(a, b, 8, tolerance) ||
	       channel_differs(a, b, 16, tolerance);
}

static uint32_t count(const struct snapshot *s, const struct surface *f,
		      const struct area *a, uint32_t step, uint32_t colour)
{
	uint32_t x, y, n = 0, k = 0;

	for (x = 0; x < a->width; x += step)
		for (y = 0; y < a->height; y += step)
			n += differs(surface_pixel(f, a->x + x, a->y + y),
				     s->sample[k++], colour);
	return n;
}

static void match_surface(const struct snapshot *s, const struct screen *screen,
			  uint32_t i, const struct tolerance *t,
			  struct match *best)
{
	const struct surface *f = &screen->surface[i];
	struct area a;
	uint32_t step, n;

	if (!snapshot_area(s, f, &a, &step))
		return;
	n = count(s, f, &a, step, t->colour);
	if (best->placed && n >= best->differ)
		return;
	best->placed = true;
	best->surface = i;
	best->differ = n;
}

void match_screen(const struct snapshot *s, const struct screen *screen,
		  const struct tolerance *t, struct match *m)
{
	uint32_t i;

	*m = (struct match){ .differ = s->nr, .nr = s->nr };
	m->allowed = match_allowed(t, s->whole, s->nr);
	for (i = 0; i < screen->nr && i < SCREEN_SURFACES; i++)
		if (s->surface == SNAPSHOT_ANY || (uint32_t)s->surface == i)
			match_surface(s, screen, i, t, m);
	m->placed |= !s->nr;
	m->good = m->placed && m->differ <= m->allowed;
}

uint32_t match_snapshots(const struct snapshot *a, const struct snapshot *b,
			 const struct tolerance *t)
{
	uint32_t i, n = 0;

	if (a->nr != b->nr || a->width != b->width || a->height != b->height)
		return a->nr > b->nr ? a->nr : b->nr;
	for (i = 0; i < a->nr; i++)
		n += differs(a->sample[i], b->sample[i], t->colour);
	return n;
}
