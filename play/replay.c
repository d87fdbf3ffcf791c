// SPDX-License-Identifier: GPL-2.0-or-later
#include "replay.h"

#include <stdlib.h>

static size_t snapshots(const struct trace *t)
{
	return trace_count(t, KIND_BEFORE) + trace_count(t, KIND_POINT);
}

/* ---- the next synchronisation point ---- */

static bool look(const struct replay *r, const struct event *e,
		 const struct screen *screen, struct match *m)
{
	match_screen(e->snapshot, screen, &r->set->tolerance, m);
	return m->good;
}

static void aim(struct replay *r)
{
	const struct trace *t = r->trace;
	size_t i = r->next;

	while (i < t->nr && t->event[i].kind != KIND_POINT)
		i++;
	r->watch.point = i;
	r->watch.on = false;
	r->watch.timed =
		i < t->nr && trace_trigger(t, i, &r->watch.trigger) &&
		trace_origin(t, i, r->set->from_press, &r->watch.origin);
}

static void watch_begin(struct replay *r, const struct screen *screen,
			uint64_t now)
{
	struct match m;

	r->watch.on = true;
	r->watch.holds = look(r, &r->trace->event[r->watch.point], screen, &m);
	r->watch.before = r->watch.holds;
	r->watch.since = now;
}

static void watch_look(struct replay *r, const struct screen *screen,
		       uint64_t now, struct match *m)
{
	bool good = look(r, &r->trace->event[r->watch.point], screen, m);

	if (good && !r->watch.holds) {
		r->watch.since = now;
		r->watch.before = false;
	}
	r->watch.holds = good;
}

static void watch_event(struct replay *r, const struct screen *screen,
			uint64_t now)
{
	if (!r->watch.timed)
		return;
	if (r->next == r->watch.trigger)
		watch_begin(r, screen, now);
	if (r->next == r->watch.origin)
		r->watch.origin_us = now;
}

/* ---- snapshots ---- */

static struct result *current(struct replay *r)
{
	return &r->result[r->results - 1];
}

const struct snapshot *replay_snapshot(const struct replay *r)
{
	return r->trace->event[r->result[r->results - 1].event].snapshot;
}

static enum outcome outcome(struct replay *r, struct result *to)
{
	if (r->trace->event[to->event].kind != KIND_POINT || !r->watch.timed)
		return OUTCOME_REACHED;
	if (r->watch.before)
		return OUTCOME_UNCHANGED;
	if (r->watch.since < r->watch.origin_us)
		return OUTCOME_EARLY;
	to->response_us = r->watch.since - r->watch.origin_us;
	return OUTCOME_TIMED;
}

/* The recorded time until the next event; a point is looked for at once. */
static void go_on(struct replay *r, uint64_t now)
{
	const struct event *e = &r->trace->event[r->next++];

	r->state = REPLAY_RUNS;
	r->due = now;
	if (r->next < r->trace->nr && e[1].kind != KIND_POINT)
		r->due += e[1].us - e[0].us;
}

static void matched(struct replay *r, uint64_t now)
{
	struct result *to = current(r);

	to->outcome = outcome(r, to);
	to->wait_us = now - r->loaded;
	go_on(r, now);
	if (r->trace->event[to->event].kind != KIND_POINT)
		return;
	r->due += r->set->think_us;
	aim(r);
}

static void wait_look(struct replay *r, const struct screen *screen,
		      uint64_t now)
{
	const struct event *e = &r->trace->event[r->next];
	struct result *to = current(r);

	if (e->kind == KIND_POINT)
		watch_look(r, screen, now, &to->match);
	else
		look(r, e, screen, &to->match);
	if (to->match.differ < to->least)
		to->least = to->match.differ;
	if (to->match.good)
		matched(r, now);
}

static void wait_begin(struct replay *r, const struct screen *screen,
		       uint64_t now)
{
	const struct event *e = &r->trace->event[r->next];
	struct result *to = &r->result[r->results++];

	*to = (struct result){ .event = r->next, .least = e->snapshot->nr };
	to->at_us = now - r->started;
	r->state = REPLAY_WAITS;
	r->loaded = now;
	if (e->kind == KIND_POINT && !r->watch.on)
		watch_begin(r, screen, now);
	wait_look(r, screen, now);
}

static void give_up(struct replay *r, uint64_t now)
{
	current(r)->outcome = OUTCOME_DIFFERS;
	current(r)->wait_us = now - r->loaded;
	r->state = REPLAY_DIFFERS;
}

/* ---- events ---- */

bool replay_begin(struct replay *r, const struct trace *t,
		  const struct replay_settings *set, uint64_t now)
{
	*r = (struct replay){ .trace = t, .set = set, .started = now };
	r->result = calloc(snapshots(t) + 1, sizeof(*r->result));
	r->due = now + set->start_us;
	aim(r);
	return r->result;
}

void replay_free(struct replay *r)
{
	free(r->result);
	r->result = NULL;
}

static const struct event *issue(struct replay *r, const struct screen *screen,
				 uint64_t now)
{
	const struct event *e = &r->trace->event[r->next];

	watch_event(r, screen, now);
	go_on(r, now);
	return e->kind == KIND_UPDATE ? NULL : e;
}

const struct event *replay_step(struct replay *r, const struct screen *screen,
				uint64_t now)
{
	const struct event *e = NULL;

	while (!e && now >= replay_due(r)) {
		if (r->state == REPLAY_WAITS)
			give_up(r, now);
		else if (r->next == r->trace->nr)
			r->state = REPLAY_DONE;
		else if (r->trace->event[r->next].snapshot)
			wait_begin(r, screen, now);
		else
			e = issue(r, screen, now);
	}
	return e;
}

void replay_update(struct replay *r, const struct screen *screen, uint64_t now)
{
	bool at_point = r->state == REPLAY_WAITS && r->next == r->watch.point;
	struct match m;

	if (replay_due(r) == REPLAY_NEVER)
		return;
	if (r->watch.on && !at_point)
		watch_look(r, screen, now, &m);
	if (r->state == REPLAY_WAITS)
		wait_look(r, screen, now);
}

uint64_t replay_due(const struct replay *r)
{
	switch (r->state) {
	case REPLAY_RUNS:
		return r->due;
	case REPLAY_WAITS:
		return r->loaded + r->set->timeout_us;
	default:
		return REPLAY_NEVER;
	}
}

uint64_t replay_limit(const struct replay *r)
{
	return r->state == REPLAY_WAITS ? replay_due(r) : REPLAY_NEVER;
}
