// SPDX-License-Identifier: GPL-2.0-or-later
#include "record.h"

#include "picture.h"

void recorder_begin(struct recorder *r, struct trace *t,
		    const struct record_settings *set, uint64_t now)
{
	*r = (struct recorder){ .trace = t, .set = set, .started = now };
}

void recorder_end(struct recorder *r)
{
	snapshot_free(r->before);
	r->before = NULL;
}

static bool add(struct recorder *r, struct event *e, uint64_t now)
{
	e->us = now - r->started;
	if (e->us <= TRACE_TIME_MAX && trace_add(r->trace, e))
		return true;
	r->error = "the recording is too long, or memory is out";
	return false;
}

static int32_t bounded(int32_t place)
{
	if (place > TRACE_PLACE_MAX)
		return TRACE_PLACE_MAX;
	return place < -TRACE_PLACE_MAX ? -TRACE_PLACE_MAX : place;
}

bool recorder_pointer(struct recorder *r, int32_t x, int32_t y, uint64_t now)
{
	struct event e = { .kind = r->entered ? KIND_MOVE : KIND_ENTER,
			   .x = bounded(x),
			   .y = bounded(y),
			   .buttons = r->buttons };

	r->entered = true;
	r->x = e.x;
	r->y = e.y;
	return add(r, &e, now);
}

bool recorder_leave(struct recorder *r)
{
	r->entered = false;
	return true;
}

static const struct surface *shown(const struct recorder *r,
				   const struct screen *screen)
{
	const struct surface *f = &screen->surface[r->set->display];

	if (r->set->display < screen->nr && surface_there(f))
		return f;
	return NULL;
}

struct snapshot *recorder_look(const struct recorder *r,
			       const struct screen *screen)
{
	const struct surface *f = shown(r, screen);

	return f ? snapshot_whole(f, r->set->step) : NULL;
}

bool recorder_differs(const struct recorder *r, const struct snapshot *now)
{
	return !r->before ||
	       match_snapshots(r->before, now, &r->set->tolerance) >
		       match_allowed(&r->set->tolerance, true, now->nr);
}

static void remember(struct recorder *r, const struct screen *screen)
{
	snapshot_free(r->before);
	r->before = recorder_look(r, screen);
}

/* No snapshot where the pointer is not on the screen. */
static bool before_press(struct recorder *r, const struct screen *screen,
			 uint64_t now)
{
	const struct surface *f = shown(r, screen);
	struct event e = { .kind = KIND_BEFORE };

	if (f)
		e.snapshot = snapshot_around(f, r->x, r->y, r->set->reach);
	if (!e.snapshot)
		return true;
	e.snapshot->surface = (int32_t)r->set->display;
	return add(r, &e, now);
}

bool recorder_button(struct recorder *r, const struct screen *screen,
		     uint32_t button, bool down, uint64_t now)
{
	struct event e = { .kind = down ? KIND_PRESS : KIND_RELEASE,
			   .code = button };
	uint32_t bit = button ? 1u << (button - 1) : 0;

	if (down) {
		remember(r, screen);
		if (!before_press(r, screen, now))
			return false;
	}
	r->buttons = down ? r->buttons | bit : r->buttons & ~bit;
	e.buttons = r->buttons;
	return add(r, &e, now);
}

bool recorder_key(struct recorder *r, const struct screen *screen, uint32_t key,
		  bool down, uint64_t now)
{
	struct event e = { .kind = down ? KIND_DOWN : KIND_UP, .code = key };

	if (down)
		remember(r, screen);
	return add(r, &e, now);
}

bool recorder_update(struct recorder *r, const struct screen *screen,
		     const struct area *a, uint64_t now)
{
	const struct surface *f = shown(r, screen);
	struct event e = { .kind = KIND_UPDATE };

	if (!r->set->updates || !f)
		return true;
	e.code = (uint64_t)a->width * a->height * 100 /
		 ((uint64_t)f->width * f->height);
	return !e.code || add(r, &e, now);
}

static enum point failed(struct recorder *r, struct snapshot *s)
{
	snapshot_free(s);
	if (!r->error)
		r->error = "there is no picture, or memory is out";
	return POINT_FAILED;
}

enum point recorder_point(struct recorder *r, const struct screen *screen,
			  uint64_t now)
{
	const struct surface *f = shown(r, screen);
	struct event e = { .kind = KIND_POINT };
	enum point said = POINT_NO_INPUT;
	size_t trigger;

	e.snapshot = recorder_look(r, screen);
	if (!e.snapshot)
		return failed(r, NULL);
	e.snapshot->surface = (int32_t)r->set->display;
	if (r->set->pictures && !picture_pack(f, &e.snapshot->picture))
		return failed(r, e.snapshot);
	if (trace_trigger(r->trace, r->trace->nr, &trigger))
		said = recorder_differs(r, e.snapshot) ? POINT_GOOD :
							 POINT_UNCHANGED;
	return add(r, &e, now) ? said : POINT_FAILED;
}
