// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * recording.c - recordings that anybody may have made: read, played as they are and
 * with another parameter, and drawn.
 *
 * The first byte says how the rest is a recording: as its text, or as events that a
 * reader could have let through, which get further.
 */
#include <stdio.h>
#include <stdlib.h>

#include "bytes.h"
#include "must.h"
#include "replay/player.h"
#include "replay/stream.h"
#include "vampctl/page.h"
#include "vampctl/telling.h"
#include "vampctl/timeline.h"

#define MARGIN_NS	(500 * VAMP_NSEC_PER_MSEC)
#define DRAWN_VCPUS	4

/* ---- where events come from ---- */

struct source {
	struct bytes first, in;		/* at the beginning, and now */
	bool text;
	u8 piece;
	struct stream stream;
	u64 now;
	u32 nr_vcpus;
	bool made;
};

static ssize_t give(void *arg, char *to, size_t size, const char **error)
{
	struct source *s = arg;
	size_t n = (size_t)(s->in.end - s->in.at);

	if (n > size)
		n = size;
	if (n > s->piece + 1u)
		n = s->piece + 1u;
	memcpy(to, s->in.at, n);
	s->in.at += n;
	return (ssize_t)n;
}

static u64 any_time(struct source *s)
{
	u8 code = bytes_byte(&s->in);
	u64 step = (u64)(code & 31) << (code >> 5) * 5;

	if (code == 0xff)
		s->now = bytes_number(&s->in, 8) % STREAM_TIME_MAX;
	else if (code & 1)
		s->now = vamp_sub(s->now, step);
	else
		s->now = vamp_min(s->now + step * 1000, STREAM_TIME_MAX);
	return s->now;
}

static u64 any_task(struct source *s)
{
	u8 code = bytes_byte(&s->in);

	if (code < 0xf0)
		return code & 15;
	if (code == 0xff)
		return TASK_NO_ID;
	return vamp_min(bytes_number(&s->in, 8), SYSTEM_NONE - 2);
}

static void any_param(struct source *s, struct event *e)
{
	struct vamp_config scratch;
	u32 i = bytes_below(&s->in, VAMP_PARAMS);

	e->o.task_id = i;
	e->arg = (u32)bytes_number(&s->in, 4) % (vamp_params[i].max + 1u);
	if (!vamp_param_set(&scratch, i, e->arg))
		e->arg = vamp_params[i].min;
}

static void make(struct source *s, struct event *e)
{
	u8 how = bytes_byte(&s->in);

	s->made = true;
	s->nr_vcpus = how & 0x80 ? VM_VCPUS_MAX : 1 + (how & 3);
	*e = (struct event){ .op = OP_MAKE };
	e->arg = s->nr_vcpus | (u32)(how >> 6 & 1) << 16;
	e->o.now = any_time(s);
	e->o.task_id = bytes_number(&s->in, 1);
}

static enum stream_status any_event(struct source *s, struct event *e)
{
	u32 fields;

	if (!bytes_left(&s->in))
		return STREAM_END;
	*e = (struct event){ .op = bytes_below(&s->in, OP_COUNT) };
	if (!s->made || e->op == OP_MAKE || e->op == OP_CONFIG) {
		if (s->made)
			return any_event(s, e);
		make(s, e);
		return STREAM_EVENT;
	}
	fields = op_fields(e->op, FORMAT);
	e->o.task_id = TASK_NO_ID;
	if (fields & HAS_VCPU)
		e->vcpu = bytes_byte(&s->in) % s->nr_vcpus;
	if (fields & HAS_NOW)
		e->o.now = any_time(s);
	if (fields & HAS_TIMES) {
		e->o.run_delay = bytes_number(&s->in, 4) << 8;
		e->o.cpu_time = bytes_number(&s->in, 4) << 8;
	}
	if (fields & HAS_TASK)
		e->o.task_id = any_task(s);
	if (fields & HAS_ARG)
		e->arg = (u32)bytes_number(&s->in, 1 + (e->op & 3));
	if (e->op == OP_PARAM)
		any_param(s, e);
	return STREAM_EVENT;
}

static bool begin(struct source *s)
{
	bool good = true;

	s->in = s->first;
	s->now = 0;
	s->made = false;
	s->stream = (struct stream){ .format = FORMAT,
				     .cfg = { VAMP_CONFIG_DEFAULTS } };
	if (s->text)
		good = stream_open(&s->stream, give, s);
	must(good || *s->stream.error);
	return good;
}

static enum stream_status next(struct source *s, struct event *e)
{
	enum stream_status status;

	if (!s->text)
		return any_event(s, e);
	status = stream_next(&s->stream, e);
	must((status == STREAM_BAD) == !!*s->stream.error);
	return status;
}

/* ---- what is done with them ---- */

struct watch {
	struct phases phases;
	u64 decisions;
};

static void decided(void *arg, const struct player *p, const struct decision *d)
{
	struct watch *w = arg;
	char text[TELL_MAX];

	if (d->kind == DECIDED_WEIGHT) {
		must(d->vcpu < p->vm->nr_vcpus);
		must(d->weight.nice >= -20 && d->weight.nice <= 19);
	}
	if (tell_decision(text, sizeof(text), p, d))
		must(strlen(text) < sizeof(text) && *text);
	phases_decided(&w->phases, p, d);
	w->decisions++;
}

static void differs(void *arg, const struct player *p, const struct event *said,
		    const struct event *ours)
{
	char text[TELL_MAX];

	must(said || ours);
	must(!said || op_is_answer(said->op));
	must(!ours || op_is_answer(ours->op));
	tell_event(text, sizeof(text), said ? said : ours);
}

static const struct player_hooks hooks = { decided, differs };

static void play(struct source *s, struct watch *w, u32 param, u32 value)
{
	struct player p;
	struct event e;

	if (!begin(s))
		return;
	player_init(&p, s->stream.format, &s->stream.cfg, &hooks, w);
	if (param < VAMP_PARAMS)
		player_set(&p, param, value);
	while (next(s, &e) == STREAM_EVENT) {
		if (!player_play(&p, &e)) {
			must(*p.error);
			break;
		}
		must(!p.vm || p.vm->phase <= PHASE_MIXED);
	}
	player_end(&p);
	phases_end(&w->phases, &p);
	player_free(&p);
	stream_free(&s->stream);
}

static bool collect_one(struct timeline *t, struct player *p,
			const struct event *e)
{
	return timeline_before(t, p, e) && player_play(p, e) &&
	       timeline_after(t, p, e);
}

static void collect(struct source *s, struct timeline *t)
{
	static const struct player_hooks own = { .decided = timeline_decided };
	struct player p;
	struct event e;

	if (!begin(s))
		return;
	player_init(&p, s->stream.format, &s->stream.cfg, &own, t);
	while (next(s, &e) == STREAM_EVENT && collect_one(t, &p, &e))
		;
	player_free(&p);
	timeline_end(t);
}

static void check_page(const char *page)
{
	must(!strncmp(page, "<!doctype html>", 15));
	must(strstr(page, "</html>\n"));
	must(!strstr(page, "<script"));
	must(!strstr(page, "\"nan") && !strstr(page, "\"inf"));
}

static void draw(struct source *s, const struct phase_info *phase)
{
	struct timeline t;
	char *page = NULL;
	size_t size;
	FILE *f;

	timeline_init(&t, phase, MARGIN_NS);
	collect(s, &t);
	f = open_memstream(&page, &size);
	must(f);
	if (t.lanes <= DRAWN_VCPUS)
		page_write(f, &t, &s->stream, 1, 1);
	fclose(f);
	if (t.lanes <= DRAWN_VCPUS)
		check_page(page);
	free(page);
	timeline_free(&t);
	stream_free(&s->stream);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct source s = { .in = { data, data + size } };
	struct watch w = { 0 }, other = { 0 };
	u32 param, value;
	u8 how;

	how = bytes_byte(&s.in);
	s.text = how & 1;
	s.piece = how >> 1;
	param = bytes_below(&s.in, VAMP_PARAMS);
	value = (u32)bytes_number(&s.in, 2);
	s.first = s.in;
	play(&s, &w, VAMP_PARAMS, 0);
	play(&s, &other, param, value);
	if (w.phases.nr)
		draw(&s, &w.phases.phase[0]);
	phases_free(&w.phases);
	phases_free(&other.phases);
	return 0;
}
