// SPDX-License-Identifier: GPL-2.0-or-later
#include "spiceplay.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "picture.h"

#define US	1000		/* in a ms */

/* ---- reading ---- */

struct text {
	const char *at, *end;
	struct fault *fault;
	struct trace *trace;
	int32_t x, y;		/* the pointer */
	uint64_t us;		/* of the last event */
};

struct word {
	const char *at;
	size_t size;
};

static void skip_space(struct text *t)
{
	for (; t->at < t->end && isspace((unsigned char)*t->at); t->at++)
		t->fault->line += *t->at == '\n';
}

/* The next word; false at the end. */
static bool next_word(struct text *t, struct word *w)
{
	skip_space(t);
	w->at = t->at;
	while (t->at < t->end && !isspace((unsigned char)*t->at))
		t->at++;
	w->size = (size_t)(t->at - w->at);
	return w->size;
}

static bool broken_off(struct text *t, const char *what)
{
	return fault_set(t->fault, "the trace breaks off: %s is missing", what);
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

static bool number(const struct word *w, uint64_t base, uint64_t max,
		   uint64_t *value)
{
	size_t i = 0;

	if (base == 16 && w->size > 2 && !strncasecmp(w->at, "0x", 2))
		i = 2;
	*value = 0;
	for (; i < w->size; i++) {
		uint64_t d = (uint64_t)digit(w->at[i]);

		if (d >= base || d > max || *value > (max - d) / base)
			return false;
		*value = *value * base + d;
	}
	return true;
}

static bool bad_word(struct text *t, const struct word *w, const char *what,
		     uint64_t max)
{
	char shown[24];
	size_t i, n = w->size < sizeof(shown) ? w->size : sizeof(shown) - 1;

	for (i = 0; i < n; i++)
		shown[i] = w->at[i];
	for (i = 0; i < n; i++)
		if (!isprint((unsigned char)shown[i]))
			shown[i] = '?';
	shown[n] = '\0';
	return fault_set(t->fault, "'%s' is no %s of at most %" PRIu64, shown,
			 what, max);
}

static bool read_number(struct text *t, const char *what, uint64_t max,
			uint64_t *value)
{
	struct word w;

	if (!next_word(t, &w))
		return broken_off(t, what);
	return number(&w, 10, max, value) || bad_word(t, &w, what, max);
}

static bool read_code(struct text *t, const char *what, uint32_t max,
		      uint32_t *value)
{
	uint64_t n;

	if (!read_number(t, what, max, &n))
		return false;
	*value = (uint32_t)n;
	return true;
}

static bool read_place(struct text *t, const char *what, int32_t *value)
{
	struct word w, digits;
	uint64_t n;
	bool minus;

	if (!next_word(t, &w))
		return broken_off(t, what);
	digits = w;
	minus = *w.at == '-' && w.size > 1;
	if (minus) {
		digits.at++;
		digits.size--;
	}
	if (!number(&digits, 10, TRACE_PLACE_MAX, &n))
		return bad_word(t, &w, what, TRACE_PLACE_MAX);
	*value = minus ? -(int32_t)n : (int32_t)n;
	return true;
}

static bool read_samples(struct text *t, struct snapshot *s)
{
	struct word w;
	uint64_t n;
	uint32_t i;

	for (i = 0; i < s->nr; i++) {
		if (!next_word(t, &w))
			return fault_set(
				t->fault,
				"the trace breaks off: %u of %u pixels", i,
				s->nr);
		if (!number(&w, 16, UINT32_MAX, &n))
			return bad_word(t, &w, "hexadecimal pixel", UINT32_MAX);
		s->sample[i] = n & SCREEN_RGB;
	}
	return true;
}

/* The smallest text that so many pixels can have: never reserve for more. */
static bool may_have(struct text *t, uint32_t pixels)
{
	return (size_t)(t->end - t->at) / 2 + 1 >= pixels ||
	       fault_set(t->fault, "the trace breaks off: it has not %u pixels",
			 pixels);
}

static bool read_snapshot(struct text *t, struct event *e)
{
	struct snapshot *s;
	uint32_t nr;

	if (!read_code(t, "number of pixels", SNAPSHOT_SAMPLES_MAX, &nr) ||
	    !may_have(t, nr))
		return false;
	s = snapshot_new(nr);
	if (!s)
		return fault_set(t->fault, "out of memory");
	s->whole = e->kind == KIND_POINT;
	s->step = s->whole ? SNAPSHOT_STEP : 0;
	s->x = s->whole ? 0 : t->x;
	s->y = s->whole ? 0 : t->y;
	if (!read_samples(t, s)) {
		snapshot_free(s);
		return false;
	}
	e->snapshot = s;
	return true;
}

static bool read_pointer(struct text *t, struct event *e)
{
	if (!read_place(t, "place", &e->x) || !read_place(t, "place", &e->y) ||
	    !read_code(t, "set of buttons", TRACE_BUTTONS_MAX, &e->buttons))
		return false;
	t->x = e->x;
	t->y = e->y;
	return true;
}

static bool read_button(struct text *t, struct event *e)
{
	return read_code(t, "button", TRACE_BUTTON_MAX, &e->code) &&
	       read_code(t, "set of buttons", TRACE_BUTTONS_MAX, &e->buttons);
}

static bool read_arguments(struct text *t, struct event *e)
{
	switch (e->kind) {
	case KIND_ENTER:
	case KIND_MOVE:
		return read_pointer(t, e);
	case KIND_PRESS:
	case KIND_RELEASE:
		return read_button(t, e);
	case KIND_DOWN:
	case KIND_UP:
		return read_code(t, "key", TRACE_KEY_MAX, &e->code);
	case KIND_UPDATE:
		return read_code(t, "percentage", INT32_MAX, &e->code);
	case KIND_BEFORE:
	case KIND_POINT:
		return read_snapshot(t, e);
	}
	return false;
}

static bool read_kind(struct text *t, struct event *e)
{
	struct word w;

	if (!next_word(t, &w))
		return broken_off(t, "the kind of an event");
	if (w.size != 1 || !strchr(KINDS, *w.at) || !*w.at)
		return fault_set(
			t->fault,
			"the kind of an event is one of E M P R D U S B O");
	e->kind = (enum kind)w.at[0];
	return true;
}

static bool read_time(struct text *t, struct event *e)
{
	uint64_t ms;

	if (!read_number(t, "time in ms", TRACE_TIME_MAX / US, &ms))
		return false;
	e->us = ms * US;
	if (e->us < t->us)
		return fault_set(t->fault,
				 "time goes back, from %" PRIu64 " to %" PRIu64
				 " ms",
				 t->us / US, ms);
	t->us = e->us;
	return true;
}

static bool read_event(struct text *t)
{
	struct event e = { 0 };

	if (!read_time(t, &e) || !read_kind(t, &e) || !read_arguments(t, &e))
		return false;
	return trace_add(t->trace, &e) ||
	       fault_set(t->fault,
			 "too many events or pixels, or out of memory");
}

bool spiceplay_read(struct trace *trace, const char *text, size_t size,
		    struct fault *f)
{
	struct text t = { text, text + size, f, trace, 0, 0, 0 };

	f->line = 1;
	for (skip_space(&t); t.at < t.end; skip_space(&t))
		if (!read_event(&t))
			return false;
	return trace->nr || fault_set(f, "the trace is empty");
}

/* ---- writing ---- */

static void write_samples(const struct snapshot *s, uint64_t ms, char kind,
			  FILE *to)
{
	uint32_t i;

	fprintf(to, "%" PRIu64 " %c %u\n", ms, kind, s->nr);
	for (i = 0; i < s->nr; i++)
		fprintf(to, "%x\n", s->sample[i]);
}

/* Samples at the original's distance, from the picture. */
static bool write_resampled(const struct snapshot *s, uint64_t ms, FILE *to,
			    struct fault *f)
{
	struct snapshot *other;
	uint32_t *pixels = picture_unpack(&s->picture);
	struct surface whole = { s->picture.width, s->picture.height,
				 s->picture.width, pixels };

	if (!pixels)
		return fault_set(
			f,
			"a synchronisation point has a sample each %u pixels, this format has each %u",
			s->step, SNAPSHOT_STEP);
	other = snapshot_whole(&whole, SNAPSHOT_STEP);
	if (other)
		write_samples(other, ms, KIND_POINT, to);
	snapshot_free(other);
	picture_free(pixels);
	return other || fault_set(f, "out of memory");
}

static bool write_event(const struct event *e, FILE *to, struct fault *f)
{
	uint64_t ms = e->us / US;

	switch (e->kind) {
	case KIND_ENTER:
	case KIND_MOVE:
		fprintf(to, "%" PRIu64 " %c %d %d %u\n", ms, e->kind, e->x,
			e->y, e->buttons);
		return true;
	case KIND_PRESS:
	case KIND_RELEASE:
		fprintf(to, "%" PRIu64 " %c %u %u\n", ms, e->kind, e->code,
			e->buttons);
		return true;
	case KIND_POINT:
		if (e->snapshot->step != SNAPSHOT_STEP)
			return write_resampled(e->snapshot, ms, to, f);
		/* fall through */
	case KIND_BEFORE:
		write_samples(e->snapshot, ms, (char)e->kind, to);
		return true;
	case KIND_DOWN:
	case KIND_UP:
	case KIND_UPDATE:
		fprintf(to, "%" PRIu64 " %c %u\n", ms, e->kind, e->code);
		return true;
	}
	return false;
}

bool spiceplay_write(const struct trace *t, FILE *to, struct fault *f)
{
	size_t i;

	for (i = 0; i < t->nr; i++)
		if (!write_event(&t->event[i], to, f))
			return false;
	return true;
}
