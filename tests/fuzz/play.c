// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * play.c - traces of vampplay that anybody may have made, in either format: read,
 * written anew, told, and replayed against a screen that changes now and then.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "must.h"
#include "play/examine.h"
#include "play/picture.h"
#include "play/replay.h"
#include "play/spiceplay.h"
#include "play/vplay.h"

#define SIDE		100
#define STEPS		200
#define PICTURE_MAX	(1 << 20)	/* pixels; larger ones only take time */

static uint32_t pixels[SIDE * SIDE];
static struct screen screen = {
	.nr = 1,
	.surface = { { SIDE, SIDE, SIDE, pixels } },
};

/* ---- reading and writing ---- */

static bool own(const uint8_t *data, size_t size)
{
	return vplay_is(data, size);
}

static bool parse(struct trace *t, const uint8_t *data, size_t size)
{
	struct fault f = { 0 };
	bool good = own(data, size) ?
			    vplay_read(t, data, size, &f) :
			    spiceplay_read(t, (const char *)data, size, &f);

	must(good || *f.text);
	must(f.offset <= size);
	return good;
}

static void check_event(const struct event *e, uint64_t last)
{
	const struct snapshot *s = e->snapshot;

	must(e->us >= last && e->us <= TRACE_TIME_MAX);
	must(e->x >= -TRACE_PLACE_MAX && e->x <= TRACE_PLACE_MAX);
	must(e->y >= -TRACE_PLACE_MAX && e->y <= TRACE_PLACE_MAX);
	must(strchr(KINDS, e->kind));
	must(!s == !kind_is_snapshot(e->kind));
	if (e->kind == KIND_DOWN || e->kind == KIND_UP)
		must(e->code <= TRACE_KEY_MAX);
	if (e->kind == KIND_PRESS || e->kind == KIND_RELEASE)
		must(e->code <= TRACE_BUTTON_MAX);
	if (!s)
		return;
	must(s->nr <= SNAPSHOT_SAMPLES_MAX);
	must(s->whole == (e->kind == KIND_POINT));
	must(!s->whole || s->step);
	must(s->surface < SCREEN_SURFACES);
}

static void check(const struct trace *t)
{
	uint64_t last = 0;
	size_t i;

	for (i = 0; i < t->nr; i++) {
		check_event(&t->event[i], last);
		last = t->event[i].us;
	}
	must(t->samples <= TRACE_SAMPLES_MAX);
}

static void same(const struct trace *a, const struct trace *b)
{
	size_t i;

	must(a->nr == b->nr);
	for (i = 0; i < a->nr; i++) {
		const struct event *x = &a->event[i], *y = &b->event[i];

		must(x->kind == y->kind && x->code == y->code);
		must(x->x == y->x && x->y == y->y && x->buttons == y->buttons);
		must(!x->snapshot || x->snapshot->nr == y->snapshot->nr);
		must(!x->snapshot ||
		     !memcmp(x->snapshot->sample, y->snapshot->sample,
			     x->snapshot->nr * sizeof(uint32_t)));
	}
}

/* What one writes the other reads, and it is the same unless sampled anew. */
static void write_anew(const struct trace *t, bool as_own, bool alike)
{
	struct trace u = { 0 };
	struct fault f = { 0 };
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);
	bool good =
		as_own ? vplay_write(t, to, &f) : spiceplay_write(t, to, &f);

	fclose(to);
	must(good || *f.text);
	must(good || !as_own);
	if (good) {
		must(parse(&u, (uint8_t *)text, size));
		if (alike)
			same(t, &u);
	}
	trace_free(&u);
	free(text);
}

/* Points of another step are sampled anew for the original's format. */
static bool original_can(const struct trace *t)
{
	size_t i;

	for (i = 0; i < t->nr; i++)
		if (t->event[i].kind == KIND_POINT &&
		    t->event[i].snapshot->step != SNAPSHOT_STEP)
			return false;
	return true;
}

/* ---- what is done with them ---- */

static void tell(const struct trace *t)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	examine_counts(t, to);
	examine_points(t, to);
	examine_events(t, to);
	examine_doubts(t, to);
	fclose(to);
	free(text);
}

static void draw(const struct trace *t)
{
	struct surface f;
	size_t i;

	for (i = 0; i < t->nr; i++) {
		const struct snapshot *s = t->event[i].snapshot;

		if (!s || (uint64_t)s->width * s->height > PICTURE_MAX)
			continue;
		if (picture_of(s, i % 2 ? &screen.surface[0] : NULL, &f))
			picture_free((uint32_t *)f.pixels);
	}
}

static void play(const struct trace *t)
{
	struct replay_settings set = { .timeout_us = 1000,
				       .tolerance = { 2500, 1000, 1 } };
	struct replay r;
	uint64_t now = 5, due;
	uint32_t i;

	must(replay_begin(&r, t, &set, now));
	for (i = 0; i < STEPS; i++) {
		while (replay_step(&r, &screen, now))
			;
		due = replay_due(&r);
		if (due == REPLAY_NEVER)
			break;
		must(due > now);
		memset(pixels, (int)i, sizeof(pixels));
		replay_update(&r, &screen, now + (due - now) / 2);
		now = due;
	}
	must(r.results <= t->nr);
	must(r.state != REPLAY_DIFFERS ||
	     r.result[r.results - 1].outcome == OUTCOME_DIFFERS);
	replay_free(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct trace t = { 0 };

	parse(&t, data, size);
	check(&t);
	if (t.nr) {
		write_anew(&t, true, true);
		write_anew(&t, false, original_can(&t));
	}
	tell(&t);
	draw(&t);
	play(&t);
	trace_free(&t);
	return 0;
}
