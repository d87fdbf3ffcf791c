// SPDX-License-Identifier: GPL-2.0-or-later
#include "examine.h"

#include <inttypes.h>
#include <string.h>

#include "key.h"
#include "match.h"

static double seconds(uint64_t us)
{
	return (double)us / 1e6;
}

static void code_name(const struct event *e, char *to, size_t size)
{
	static const char *const buttons[] = { "none",	   "left",
					       "middle",   "right",
					       "wheel up", "wheel down",
					       "side",	   "extra" };
	const struct key *key;

	if (e->kind == KIND_PRESS || e->kind == KIND_RELEASE) {
		snprintf(to, size, "button %s",
			 e->code <= TRACE_BUTTON_MAX ? buttons[e->code] : "?");
		return;
	}
	key = key_of_code(e->code);
	snprintf(to, size, "key %s", key ? key->name : "?");
	if (!key)
		snprintf(to, size, "key code %u", e->code);
}

/* ---- counts ---- */

/* By what made the point's response: a key, a button, or neither. */
static void count_points(const struct trace *t, size_t *keys, size_t *buttons,
			 size_t *none)
{
	size_t i, origin;

	for (i = 0; i < t->nr; i++) {
		if (t->event[i].kind != KIND_POINT)
			continue;
		if (!trace_origin(t, i, false, &origin))
			++*none;
		else if (t->event[origin].kind == KIND_UP ||
			 t->event[origin].kind == KIND_DOWN)
			++*keys;
		else
			++*buttons;
	}
}

void examine_counts(const struct trace *t, FILE *to)
{
	size_t keys = 0, buttons = 0, none = 0;
	const char *letter;
	enum kind kind;

	fprintf(to, "%zu events in %.3f s\n", t->nr,
		t->nr ? seconds(t->event[t->nr - 1].us) : 0.0);
	for (letter = KINDS; *letter; letter++) {
		kind = (enum kind)(unsigned char)*letter;
		fprintf(to, "  %c %-24s %7zu\n", *letter, kind_about(kind),
			trace_count(t, kind));
	}
	count_points(t, &keys, &buttons, &none);
	fprintf(to, "%zu synchronisation points\n", keys + buttons + none);
	fprintf(to, "  timed from a key         %7zu\n", keys);
	fprintf(to, "  timed from a button      %7zu\n", buttons);
	fprintf(to, "  not timed                %7zu\n", none);
}

/* ---- doubts ---- */

struct doubts {
	const struct trace *trace;
	FILE *to;
	size_t nr;
	bool held[TRACE_KEY_MAX + 1];
	uint32_t buttons;
	const struct snapshot *last;	/* point */
};

static void doubt(struct doubts *d, size_t i, const char *text)
{
	d->nr++;
	fprintf(d->to, "event %zu at %.3f s: %s\n", i + 1,
		seconds(d->trace->event[i].us), text);
}

static void doubt_point(struct doubts *d, size_t i)
{
	static const struct tolerance usual = { MATCH_PRESS, MATCH_POINT, 0 };
	const struct snapshot *s = d->trace->event[i].snapshot;
	size_t origin;

	if (!s->nr)
		doubt(d, i,
		      "a synchronisation point without samples: any screen matches");
	else if (!trace_origin(d->trace, i, false, &origin))
		doubt(d, i,
		      "a synchronisation point without input before it: nothing is timed");
	else if (d->last && d->last->nr == s->nr &&
		 match_snapshots(d->last, s, &usual) <=
			 match_allowed(&usual, true, s->nr))
		doubt(d, i,
		      "looks like the synchronisation point before it: a replay may take that one's picture for this one's");
	d->last = s;
}

static void doubt_code(struct doubts *d, size_t i)
{
	const struct event *e = &d->trace->event[i];
	uint32_t bit = 1u << e->code % 32;

	if (e->kind == KIND_DOWN && !key_of_code(e->code))
		doubt(d, i, "a key that some VNC servers cannot be sent");
	if (e->kind == KIND_DOWN || e->kind == KIND_UP) {
		if (e->kind == KIND_UP && !d->held[e->code])
			doubt(d, i, "a key is released that was not pressed");
		d->held[e->code] = e->kind == KIND_DOWN;
		return;
	}
	if (!e->code)
		doubt(d, i, "there is no button 0");
	if (e->kind == KIND_RELEASE && !(d->buttons & bit))
		doubt(d, i, "a button is released that was not pressed");
	d->buttons =
		e->kind == KIND_PRESS ? d->buttons | bit : d->buttons & ~bit;
}

static bool holds(const struct doubts *d)
{
	size_t i;

	for (i = 0; i <= TRACE_KEY_MAX; i++)
		if (d->held[i])
			return true;
	return d->buttons;
}

size_t examine_doubts(const struct trace *t, FILE *to)
{
	struct doubts d = { .trace = t, .to = to };
	size_t i;

	for (i = 0; i < t->nr; i++)
		if (t->event[i].kind == KIND_POINT)
			doubt_point(&d, i);
		else if (kind_is_input(t->event[i].kind))
			doubt_code(&d, i);
	if (!t->nr)
		return 0;
	if (holds(&d))
		doubt(&d, t->nr - 1,
		      "keys or buttons are held at the end; a replay lets go of them");
	if (!trace_count(t, KIND_POINT))
		doubt(&d, t->nr - 1,
		      "no synchronisation point: a replay measures nothing");
	return d.nr;
}

/* ---- lists ---- */

static void print_snapshot(const struct snapshot *s, FILE *to)
{
	fprintf(to, "%u samples", s->nr);
	if (s->width)
		fprintf(to, " of %ux%u", s->width, s->height);
	if (s->surface != SNAPSHOT_ANY)
		fprintf(to, " of display %d", s->surface);
	if (s->picture.size)
		fprintf(to, " and a picture of %zu bytes", s->picture.size);
}

void examine_points(const struct trace *t, FILE *to)
{
	size_t i, origin, n = 0;
	char name[64];

	for (i = 0; i < t->nr; i++) {
		const struct event *e = &t->event[i];

		if (e->kind != KIND_POINT)
			continue;
		fprintf(to, "point %zu: event %zu at %.3f s, ", ++n, i + 1,
			seconds(e->us));
		print_snapshot(e->snapshot, to);
		if (trace_origin(t, i, false, &origin)) {
			code_name(&t->event[origin], name, sizeof(name));
			fprintf(to,
				"; timed from event %zu (%s), recorded in %.3f s",
				origin + 1, name,
				seconds(e->us - t->event[origin].us));
		}
		fputc('\n', to);
	}
}

static void print_event(const struct event *e, FILE *to)
{
	char name[64];

	switch (e->kind) {
	case KIND_ENTER:
	case KIND_MOVE:
		fprintf(to, "%d %d", e->x, e->y);
		return;
	case KIND_UPDATE:
		fprintf(to, "%u %%", e->code);
		return;
	case KIND_BEFORE:
	case KIND_POINT:
		print_snapshot(e->snapshot, to);
		return;
	default:
		code_name(e, name, sizeof(name));
		fputs(name, to);
	}
}

void examine_events(const struct trace *t, FILE *to)
{
	size_t i;

	for (i = 0; i < t->nr; i++) {
		const struct event *e = &t->event[i];

		fprintf(to, "%7zu %10.3f s  %c %-24s ", i + 1, seconds(e->us),
			e->kind, kind_about(e->kind));
		print_event(e, to);
		fputc('\n', to);
	}
}
