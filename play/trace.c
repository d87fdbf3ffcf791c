// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace.h"

#include <stdlib.h>
#include <string.h>

void trace_free(struct trace *t)
{
	size_t i;

	for (i = 0; i < t->nr; i++)
		snapshot_free(t->event[i].snapshot);
	for (i = 0; i < t->facts; i++) {
		free(t->fact[i].name);
		free(t->fact[i].text);
	}
	free(t->event);
	*t = (struct trace){ 0 };
}

static bool room(struct trace *t)
{
	size_t n = t->room ? t->room * 2 : 256;
	struct event *more;

	if (t->nr < t->room)
		return true;
	if (t->nr >= TRACE_EVENTS_MAX)
		return false;
	more = realloc(t->event, n * sizeof(*more));
	if (!more)
		return false;
	t->event = more;
	t->room = n;
	return true;
}

bool trace_add(struct trace *t, const struct event *e)
{
	size_t samples = e->snapshot ? e->snapshot->nr : 0;

	if (t->samples + samples > TRACE_SAMPLES_MAX || !room(t)) {
		snapshot_free(e->snapshot);
		return false;
	}
	t->samples += samples;
	t->event[t->nr++] = *e;
	return true;
}

bool trace_fact(struct trace *t, const char *name, const char *text)
{
	struct fact *f = &t->fact[t->facts];

	if (t->facts >= TRACE_FACTS)
		return false;
	f->name = strndup(name, TRACE_FACT_MAX);
	f->text = strndup(text, TRACE_FACT_MAX);
	if (!f->name || !f->text) {
		free(f->name);
		free(f->text);
		return false;
	}
	t->facts++;
	return true;
}

size_t trace_count(const struct trace *t, enum kind kind)
{
	size_t i, n = 0;

	for (i = 0; i < t->nr; i++)
		n += t->event[i].kind == kind;
	return n;
}

uint32_t trace_display(const struct trace *t)
{
	size_t i;

	for (i = 0; i < t->nr; i++)
		if (t->event[i].snapshot && t->event[i].snapshot->surface >= 0)
			return (uint32_t)t->event[i].snapshot->surface;
	return 0;
}

const char *kind_about(enum kind kind)
{
	switch (kind) {
	case KIND_ENTER:
		return "pointer enters";
	case KIND_MOVE:
		return "pointer moves";
	case KIND_PRESS:
		return "button pressed";
	case KIND_RELEASE:
		return "button released";
	case KIND_DOWN:
		return "key pressed";
	case KIND_UP:
		return "key released";
	case KIND_UPDATE:
		return "display updated";
	case KIND_BEFORE:
		return "snapshot before a press";
	case KIND_POINT:
		return "response awaited";
	}
	return "unknown";
}

bool kind_is_press(enum kind kind)
{
	return kind == KIND_PRESS || kind == KIND_DOWN;
}

bool kind_is_input(enum kind kind)
{
	return kind_is_press(kind) || kind == KIND_RELEASE || kind == KIND_UP;
}

bool kind_is_snapshot(enum kind kind)
{
	return kind == KIND_BEFORE || kind == KIND_POINT;
}

/* The last event before @point of which @is is true, not beyond the last point. */
static bool last_before(const struct trace *t, size_t point,
			bool (*is)(enum kind), size_t *found)
{
	size_t i = point;

	while (i-- > 0 && t->event[i].kind != KIND_POINT)
		if (is(t->event[i].kind)) {
			*found = i;
			return true;
		}
	return false;
}

bool trace_origin(const struct trace *t, size_t point, bool press,
		  size_t *origin)
{
	if (press)
		return trace_trigger(t, point, origin);
	return last_before(t, point, kind_is_input, origin);
}

bool trace_trigger(const struct trace *t, size_t point, size_t *trigger)
{
	return last_before(t, point, kind_is_press, trigger) ||
	       last_before(t, point, kind_is_input, trigger);
}
