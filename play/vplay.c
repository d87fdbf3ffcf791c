// SPDX-License-Identifier: GPL-2.0-or-later
#include "vplay.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "picture.h"

#define HEAD	(sizeof(VPLAY_MAGIC) - 1)
#define FACT	'F'
#define END	'Z'

/* ---- reading ---- */

struct in {
	const uint8_t *start, *at, *end;
	struct fault *fault;
	struct trace *trace;
	int32_t x, y;		/* the pointer */
	uint64_t us, records;
};

bool vplay_is(const uint8_t *bytes, size_t size)
{
	return size >= HEAD && !memcmp(bytes, VPLAY_MAGIC, HEAD);
}

static bool wrong(struct in *in, const char *text)
{
	if (!*in->fault->text)
		fault_set(in->fault, "%s", text);
	return false;
}

static bool get_byte(struct in *in, uint8_t *value)
{
	if (in->at >= in->end)
		return wrong(in, "the trace breaks off");
	*value = *in->at++;
	return true;
}

/* Seven bits a byte, the lowest first; the highest bit says that more follow. */
static bool get(struct in *in, uint64_t max, uint64_t *value)
{
	uint32_t shift;
	uint8_t byte;

	*value = 0;
	for (shift = 0; shift < 63; shift += 7) {
		if (!get_byte(in, &byte))
			return false;
		*value |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return *value <= max ||
			       wrong(in, "a number is too large");
	}
	return wrong(in, "a number is too long");
}

static bool get_u32(struct in *in, uint32_t max, uint32_t *value)
{
	uint64_t n;

	if (!get(in, max, &n))
		return false;
	*value = (uint32_t)n;
	return true;
}

/* A difference: 0, -1, 1, -2, ... are 0, 1, 2, 3, ... */
static bool get_place(struct in *in, int32_t *place)
{
	uint32_t n;
	int32_t to;

	if (!get_u32(in, 4 * TRACE_PLACE_MAX + 1, &n))
		return false;
	to = *place + (n & 1 ? -(int32_t)(n / 2) - 1 : (int32_t)(n / 2));
	if (to < -TRACE_PLACE_MAX || to > TRACE_PLACE_MAX)
		return wrong(in, "the pointer is too far away");
	*place = to;
	return true;
}

/* So many bytes, which stay where they are. */
static bool get_bytes(struct in *in, size_t max, const uint8_t **bytes,
		      size_t *size)
{
	uint64_t n;

	if (!get(in, max, &n))
		return false;
	if (n > (size_t)(in->end - in->at))
		return wrong(in, "the trace breaks off");
	*bytes = in->at;
	*size = (size_t)n;
	in->at += n;
	return true;
}

static bool get_text(struct in *in, char *to)
{
	const uint8_t *bytes;
	size_t size, i;

	if (!get_bytes(in, TRACE_FACT_MAX, &bytes, &size))
		return false;
	for (i = 0; i < size; i++)
		to[i] = bytes[i] < ' ' || bytes[i] == 0x7f ? '?' :
							     (char)bytes[i];
	to[size] = '\0';
	return true;
}

static bool get_fact(struct in *in)
{
	char name[TRACE_FACT_MAX + 1], text[TRACE_FACT_MAX + 1];

	if (!get_text(in, name) || !get_text(in, text))
		return false;
	return trace_fact(in->trace, name, text) ||
	       wrong(in, "too many facts, or out of memory");
}

static bool get_picture(struct in *in, struct snapshot *s)
{
	const uint8_t *bytes;
	size_t size;

	if (!get_bytes(in, SIZE_MAX >> 1, &bytes, &size))
		return false;
	if (!size)
		return true;
	if (!s->width || !s->height ||
	    (uint64_t)s->width * s->height > PICTURE_PIXELS_MAX)
		return wrong(in, "a picture has no size, or is too large");
	s->picture.bytes = malloc(size);
	if (!s->picture.bytes)
		return wrong(in, "out of memory");
	memcpy(s->picture.bytes, bytes, size);
	s->picture.size = size;
	s->picture.width = s->width;
	s->picture.height = s->height;
	return true;
}

static bool get_samples(struct in *in, struct snapshot *s)
{
	const uint8_t *bytes;
	size_t size;

	if (!get_bytes(in, SIZE_MAX >> 1, &bytes, &size))
		return false;
	return pixels_unpack(bytes, size, s->sample, s->nr) ||
	       wrong(in, "the samples of a snapshot are damaged");
}

/* All that a snapshot is but its pixels. */
static bool get_shape(struct in *in, bool whole, struct snapshot *s)
{
	uint32_t surface;

	s->whole = whole;
	if (!get_u32(in, SCREEN_SURFACES, &surface) ||
	    !get_u32(in, SCREEN_SIDE_MAX, &s->width) ||
	    !get_u32(in, SCREEN_SIDE_MAX, &s->height) ||
	    !get_u32(in, SNAPSHOT_SAMPLES_MAX, &s->nr))
		return false;
	s->surface = (int32_t)surface - 1;
	if (!whole)
		return true;
	if (!get_u32(in, SNAPSHOT_STEP_MAX, &s->step))
		return false;
	return s->step || wrong(in, "a step of 0 pixels");
}

static bool get_snapshot(struct in *in, struct event *e)
{
	bool whole = e->kind == KIND_POINT;
	struct snapshot shape = { 0 }, *s;

	if (!get_shape(in, whole, &shape))
		return false;
	if (in->trace->samples + shape.nr > TRACE_SAMPLES_MAX)
		return wrong(in, "too many samples");
	s = snapshot_new(shape.nr);
	if (!s)
		return wrong(in, "out of memory");
	shape.sample = s->sample;
	*s = shape;
	s->x = whole ? 0 : in->x;
	s->y = whole ? 0 : in->y;
	if (get_samples(in, s) && (!whole || get_picture(in, s))) {
		e->snapshot = s;
		return true;
	}
	snapshot_free(s);
	return false;
}

static bool get_arguments(struct in *in, struct event *e)
{
	switch (e->kind) {
	case KIND_ENTER:
	case KIND_MOVE:
		if (!get_place(in, &in->x) || !get_place(in, &in->y))
			return false;
		e->x = in->x;
		e->y = in->y;
		return get_u32(in, TRACE_BUTTONS_MAX, &e->buttons);
	case KIND_PRESS:
	case KIND_RELEASE:
		return get_u32(in, TRACE_BUTTON_MAX, &e->code) &&
		       get_u32(in, TRACE_BUTTONS_MAX, &e->buttons);
	case KIND_DOWN:
	case KIND_UP:
		return get_u32(in, TRACE_KEY_MAX, &e->code);
	case KIND_UPDATE:
		return get_u32(in, INT32_MAX, &e->code);
	case KIND_BEFORE:
	case KIND_POINT:
		return get_snapshot(in, e);
	}
	return wrong(in, "a record of unknown kind");
}

static bool get_event(struct in *in, uint8_t kind)
{
	struct event e = { .kind = (enum kind)kind };
	uint64_t us;

	if (!get(in, TRACE_TIME_MAX, &us))
		return false;
	in->us += us;
	if (in->us > TRACE_TIME_MAX)
		return wrong(in, "the trace is too long");
	e.us = in->us;
	if (!get_arguments(in, &e))
		return false;
	return trace_add(in->trace, &e) ||
	       wrong(in, "too many events, or out of memory");
}

static uint32_t checksum(const uint8_t *bytes, size_t size)
{
	return (uint32_t)crc32_z(crc32_z(0, NULL, 0), bytes, size);
}

/* The number of records, the checksum of all before it, and nothing else. */
static bool get_end(struct in *in)
{
	uint32_t i, sum, told = 0;
	uint64_t records;
	uint8_t byte = 0;

	if (!get(in, UINT64_MAX >> 1, &records))
		return false;
	sum = checksum(in->start, (size_t)(in->at - in->start));
	for (i = 0; i < 4; i++) {
		if (!get_byte(in, &byte))
			return false;
		told |= (uint32_t)byte << 8 * i;
	}
	if (in->at != in->end)
		return wrong(in, "there is something behind the end");
	return (records == in->records && told == sum) ||
	       wrong(in, "the trace is damaged: its checksum is another");
}

static bool get_records(struct in *in)
{
	const uint8_t *first;
	uint8_t kind;

	for (;; in->records++) {
		first = in->at;
		in->fault->offset = (size_t)(first - in->start);
		if (!get_byte(in, &kind))
			return false;
		if (kind == END)
			return get_end(in);
		if (kind == FACT ? !get_fact(in) : !get_event(in, kind))
			return false;
	}
}

bool vplay_read(struct trace *t, const uint8_t *bytes, size_t size,
		struct fault *f)
{
	struct in in = { bytes, bytes + HEAD, bytes + size, f, t, 0, 0, 0, 0 };
	uint8_t version;

	*f->text = '\0';
	if (!vplay_is(bytes, size))
		return fault_set(f, "no trace of vampplay");
	f->offset = HEAD;
	if (!get_byte(&in, &version))
		return false;
	if (version != VPLAY_VERSION)
		return fault_set(
			f, "version %u of the format; this vampplay reads %u",
			version, VPLAY_VERSION);
	return get_records(&in) && (t->nr || wrong(&in, "the trace is empty"));
}

/* ---- writing ---- */

struct out {
	FILE *to;
	uLong sum;
	int32_t x, y;
	uint64_t us, records;
};

static void put_bytes(struct out *out, const void *bytes, size_t size)
{
	if (!size)
		return;		/* there may be no bytes to point at */
	out->sum = crc32_z(out->sum, bytes, size);
	fwrite(bytes, 1, size, out->to);
}

static void put_byte(struct out *out, uint8_t byte)
{
	put_bytes(out, &byte, 1);
}

static void put(struct out *out, uint64_t value)
{
	for (; value >= 0x80; value >>= 7)
		put_byte(out, (value & 0x7f) | 0x80);
	put_byte(out, (uint8_t)value);
}

static void put_place(struct out *out, int32_t *last, int32_t place)
{
	int64_t d = (int64_t)place - *last;

	put(out, d < 0 ? (uint64_t)(-d - 1) * 2 + 1 : (uint64_t)d * 2);
	*last = place;
}

static void put_text(struct out *out, const char *text)
{
	put(out, strlen(text));
	put_bytes(out, text, strlen(text));
}

static bool put_snapshot(struct out *out, const struct snapshot *s)
{
	size_t size;
	uint8_t *bytes = pixels_pack(s->sample, s->nr, &size);

	if (!bytes)
		return false;
	put(out, (uint64_t)(s->surface + 1));
	put(out, s->width);
	put(out, s->height);
	put(out, s->nr);
	if (s->whole)
		put(out, s->step);
	put(out, size);
	put_bytes(out, bytes, size);
	free(bytes);
	if (s->whole) {
		put(out, s->picture.size);
		put_bytes(out, s->picture.bytes, s->picture.size);
	}
	return true;
}

static bool put_event(struct out *out, const struct event *e)
{
	put_byte(out, (uint8_t)e->kind);
	put(out, e->us - out->us);
	out->us = e->us;
	out->records++;
	switch (e->kind) {
	case KIND_ENTER:
	case KIND_MOVE:
		put_place(out, &out->x, e->x);
		put_place(out, &out->y, e->y);
		put(out, e->buttons);
		return true;
	case KIND_PRESS:
	case KIND_RELEASE:
		put(out, e->code);
		put(out, e->buttons);
		return true;
	case KIND_DOWN:
	case KIND_UP:
	case KIND_UPDATE:
		put(out, e->code);
		return true;
	case KIND_BEFORE:
	case KIND_POINT:
		return put_snapshot(out, e->snapshot);
	}
	return false;
}

static void put_end(struct out *out)
{
	uint8_t sum[4];
	uint32_t i;

	put_byte(out, END);
	put(out, out->records);
	for (i = 0; i < 4; i++)
		sum[i] = out->sum >> 8 * i & 0xff;
	put_bytes(out, sum, sizeof(sum));
}

bool vplay_write(const struct trace *t, FILE *to, struct fault *f)
{
	struct out out = { .to = to, .sum = crc32_z(0, NULL, 0) };
	size_t i;

	put_bytes(&out, VPLAY_MAGIC, HEAD);
	put_byte(&out, VPLAY_VERSION);
	for (i = 0; i < t->facts; i++, out.records++) {
		put_byte(&out, FACT);
		put_text(&out, t->fact[i].name);
		put_text(&out, t->fact[i].text);
	}
	for (i = 0; i < t->nr; i++)
		if (!put_event(&out, &t->event[i]))
			return fault_set(f, "out of memory");
	put_end(&out);
	return !ferror(to) || fault_set(f, "cannot be written");
}
