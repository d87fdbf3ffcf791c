// SPDX-License-Identifier: GPL-2.0-or-later
/* test_formats.c - traces in files, of both formats. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "picture.h"
#include "spiceplay.h"
#include "trace_file.h"
#include "vplay.h"

#define DATA	"tests/data/session.spiceplay"

struct text {
	char *at;
	size_t size;
};

static struct text file(const char *path)
{
	struct text t = { malloc(1 << 16), 0 };
	FILE *f = fopen(path, "re");

	assert_non_null(f);
	t.size = fread(t.at, 1, 1 << 16, f);
	fclose(f);
	return t;
}

static struct text written(const struct trace *t, enum trace_format format)
{
	struct text to = { NULL, 0 };
	struct fault f = { 0 };
	FILE *out = open_memstream(&to.at, &to.size);
	bool good = format == FORMAT_VPLAY ? vplay_write(t, out, &f) :
					     spiceplay_write(t, out, &f);

	fclose(out);
	assert_true(good);
	return to;
}

static bool parsed(struct trace *t, const struct text *text, struct fault *f)
{
	enum trace_format format;

	return trace_parse(t, (const uint8_t *)text->at, text->size, &format,
			   f);
}

static void session(struct trace *t)
{
	struct text text = file(DATA);
	struct fault f;

	assert_true(parsed(t, &text, &f));
	free(text.at);
}

static void same_snapshot(const struct snapshot *a, const struct snapshot *b)
{
	assert_int_equal(a->surface, b->surface);
	assert_int_equal(a->whole, b->whole);
	assert_int_equal(a->x, b->x);
	assert_int_equal(a->y, b->y);
	assert_int_equal(a->step, b->step);
	assert_int_equal(a->width, b->width);
	assert_int_equal(a->height, b->height);
	assert_int_equal(a->nr, b->nr);
	assert_memory_equal(a->sample, b->sample, a->nr * 4);
	assert_int_equal(a->picture.size, b->picture.size);
	if (a->picture.size)
		assert_memory_equal(a->picture.bytes, b->picture.bytes,
				    a->picture.size);
}

static void same(const struct trace *a, const struct trace *b)
{
	size_t i;

	assert_int_equal(a->nr, b->nr);
	for (i = 0; i < a->nr; i++) {
		const struct event *x = &a->event[i], *y = &b->event[i];

		assert_int_equal(x->us, y->us);
		assert_int_equal(x->kind, y->kind);
		assert_int_equal(x->code, y->code);
		assert_int_equal(x->x, y->x);
		assert_int_equal(x->y, y->y);
		assert_int_equal(x->buttons, y->buttons);
		assert_int_equal(!x->snapshot, !y->snapshot);
		if (x->snapshot)
			same_snapshot(x->snapshot, y->snapshot);
	}
	assert_int_equal(a->facts, b->facts);
	for (i = 0; i < a->facts; i++) {
		assert_string_equal(a->fact[i].name, b->fact[i].name);
		assert_string_equal(a->fact[i].text, b->fact[i].text);
	}
}

/* What only our own format can say. */
static void add_own(struct trace *t)
{
	static uint32_t pixels[64 * 48];
	struct surface f = { 64, 48, 64, pixels };
	struct event e = { .us = 9000001, .kind = KIND_POINT };
	size_t i;

	for (i = 0; i < COUNT(pixels); i++)
		pixels[i] = (uint32_t)i * 2654435761u & SCREEN_RGB;
	e.snapshot = snapshot_whole(&f, 7);
	e.snapshot->surface = 3;
	assert_true(picture_pack(&f, &e.snapshot->picture));
	assert_true(trace_add(t, &e));
	e = (struct event){ .us = 9000002,
			    .kind = KIND_MOVE,
			    .x = -5,
			    .y = TRACE_PLACE_MAX,
			    .buttons = 3 };
	assert_true(trace_add(t, &e));
	assert_true(trace_fact(t, "screen", "64x48"));
}

/* ---- */

static void a_trace_of_the_original_is_read(void **state)
{
	struct trace t = { 0 };

	(void)state;
	session(&t);
	assert_int_equal(t.nr, 17);
	assert_int_equal(trace_count(&t, KIND_POINT), 3);
	assert_int_equal(trace_count(&t, KIND_BEFORE), 2);
	assert_int_equal(trace_count(&t, KIND_UPDATE), 1);
	assert_int_equal(t.event[2].us, 120000);
	assert_int_equal(t.event[2].snapshot->x, 41);
	assert_int_equal(t.event[2].snapshot->y, 30);
	assert_int_equal(t.event[2].snapshot->sample[8], 0xc0c0c0);
	assert_int_equal(t.event[5].snapshot->step, 50);
	assert_int_equal(t.event[14].code, 328);
	trace_free(&t);
}

static void the_original_reads_what_was_converted_and_back(void **state)
{
	struct trace t = { 0 }, u = { 0 }, v = { 0 };
	struct text own, text;
	struct fault f;

	(void)state;
	session(&t);
	own = written(&t, FORMAT_VPLAY);
	assert_true(parsed(&u, &own, &f));
	same(&t, &u);
	text = written(&u, FORMAT_SPICEPLAY);
	assert_true(parsed(&v, &text, &f));
	same(&t, &v);
	free(own.at);
	free(text.at);
	trace_free(&t);
	trace_free(&u);
	trace_free(&v);
}

static void the_own_format_keeps_all(void **state)
{
	struct trace t = { 0 }, u = { 0 };
	struct text own;
	struct fault f;

	(void)state;
	session(&t);
	add_own(&t);
	own = written(&t, FORMAT_VPLAY);
	assert_true(parsed(&u, &own, &f));
	same(&t, &u);
	free(own.at);
	trace_free(&t);
	trace_free(&u);
}

static void a_point_is_sampled_anew_for_the_original(void **state)
{
	struct trace t = { 0 }, u = { 0 };
	struct text text;
	struct fault f;
	FILE *out;

	(void)state;
	add_own(&t);
	text = written(&t, FORMAT_SPICEPLAY);
	assert_true(parsed(&u, &text, &f));
	assert_int_equal(trace_display(&t), 3);
	assert_int_equal(trace_display(&u), 0);
	assert_int_equal(u.event[0].snapshot->nr, 2);
	assert_int_equal(u.event[0].snapshot->sample[1],
			 50u * 2654435761u & SCREEN_RGB);
	free(text.at);
	trace_free(&u);
	free(t.event[0].snapshot->picture.bytes);
	t.event[0].snapshot->picture = (struct packed){ 0 };
	out = open_memstream(&text.at, &text.size);
	assert_false(spiceplay_write(&t, out, &f));
	fclose(out);
	free(text.at);
	trace_free(&t);
}

static void a_changed_byte_is_noticed(void **state)
{
	struct trace t = { 0 };
	struct text own;
	struct fault f;
	size_t i;

	(void)state;
	session(&t);
	add_own(&t);
	own = written(&t, FORMAT_VPLAY);
	trace_free(&t);
	for (i = 0; i < own.size; i++) {
		own.at[i] ^= 0x11;
		assert_false(parsed(&t, &own, &f));
		assert_true(*f.text);
		trace_free(&t);
		own.at[i] ^= 0x11;
	}
	free(own.at);
}

static void what_is_there_of_a_broken_off_trace_is_kept(void **state)
{
	struct trace t = { 0 }, all = { 0 };
	struct text own, part;
	struct fault f;
	size_t i, last = 0;

	(void)state;
	session(&all);
	own = written(&all, FORMAT_VPLAY);
	for (i = 0; i < own.size; i++) {
		/* In memory of its own, for the sanitizer to see. */
		part.at = malloc(i ? i : 1);
		part.size = i;
		memcpy(part.at, own.at, i);
		assert_false(parsed(&t, &part, &f));
		assert_true(t.nr >= last);
		last = t.nr;
		trace_free(&t);
		free(part.at);
	}
	assert_int_equal(last, all.nr);
	free(own.at);
	trace_free(&all);
}

static void what_is_wrong_is_told_with_its_line(void **state)
{
	static const struct {
		const char *text;
		size_t line;
	} bad[] = {
		{ "", 1 },
		{ "0 E 1 1 0\n5 X 1\n", 2 },
		{ "0 E 1 1 0\nfive M 1 1 0\n", 2 },
		{ "5 E 1 1 0\n4 M 1 1 0\n", 2 },
		{ "0 E 1 99999999999999999999 0\n", 1 },
		{ "0 P 8 1\n", 1 },
		{ "0 P 1\n", 2 },
		{ "0 D 512\n", 1 },
		{ "0 D -1\n", 1 },
		{ "0 B 4194305\n", 1 },
		{ "0 B 3\nff\nff\n", 4 },
		{ "0 S 1\nxyz\n", 2 },
		{ "0 S 1\n123456789\n", 2 },
		{ "18446744073709551616 D 1\n", 1 },
		{ "0 DD 1\n", 1 },
	};
	struct trace t = { 0 };
	struct fault f;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(bad); i++) {
		struct text text = { strdup(bad[i].text), strlen(bad[i].text) };

		if (parsed(&t, &text, &f) || f.line != bad[i].line)
			fail_msg("%s: line %zu", bad[i].text, f.line);
		assert_true(*f.text);
		trace_free(&t);
		free(text.at);
	}
}

static void a_trace_of_nothing_is_refused(void **state)
{
	struct trace t = { 0 }, u = { 0 };
	struct text own;
	struct fault f;

	(void)state;
	assert_true(trace_fact(&t, "screen", "1x1"));
	own = written(&t, FORMAT_VPLAY);
	assert_false(parsed(&u, &own, &f));
	assert_string_equal(f.text, "the trace is empty");
	free(own.at);
	trace_free(&t);
	trace_free(&u);
}

static void a_trace_made_on_another_system_is_read(void **state)
{
	char with_returns[] = "0 E 1 -2 0\r\n1 B 0\r\n\r\n";
	struct text text = { with_returns, sizeof(with_returns) - 1 };
	struct trace t = { 0 };
	struct fault f;

	(void)state;
	assert_true(parsed(&t, &text, &f));
	assert_int_equal(t.event[0].y, -2);
	assert_int_equal(t.nr, 2);
	trace_free(&t);
}

static void a_file_is_written_whole_or_not_at_all(void **state)
{
	char folder[] = "/tmp/vampplay-XXXXXX", path[64];
	struct trace t = { 0 }, u = { 0 };
	enum trace_format format;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/t", folder);
	session(&t);
	assert_int_equal(trace_save(&t, path, FORMAT_VPLAY), 0);
	assert_int_equal(trace_save(&t, path, FORMAT_VPLAY), 73);
	assert_int_equal(trace_load(&u, path, false, &format), 0);
	same(&t, &u);
	assert_int_equal(format, FORMAT_VPLAY);
	remove(path);
	add_own(&t);
	free(t.event[17].snapshot->picture.bytes);
	t.event[17].snapshot->picture = (struct packed){ 0 };
	assert_int_equal(trace_save(&t, path, FORMAT_SPICEPLAY), 65);
	assert_int_not_equal(remove(path), 0);
	remove(folder);
	trace_free(&t);
	trace_free(&u);
}

int main(void)
{
	static const struct CMUnitTest list[] = {
		cmocka_unit_test(a_trace_of_the_original_is_read),
		cmocka_unit_test(
			the_original_reads_what_was_converted_and_back),
		cmocka_unit_test(the_own_format_keeps_all),
		cmocka_unit_test(a_point_is_sampled_anew_for_the_original),
		cmocka_unit_test(a_changed_byte_is_noticed),
		cmocka_unit_test(what_is_there_of_a_broken_off_trace_is_kept),
		cmocka_unit_test(what_is_wrong_is_told_with_its_line),
		cmocka_unit_test(a_trace_of_nothing_is_refused),
		cmocka_unit_test(a_trace_made_on_another_system_is_read),
		cmocka_unit_test(a_file_is_written_whole_or_not_at_all),
	};

	return cmocka_run_group_tests(list, NULL, NULL);
}
