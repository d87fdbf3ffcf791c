// SPDX-License-Identifier: GPL-2.0-or-later
/* test_stream.c - lines that are written and read. */
#include <stdio.h>
#include <stdlib.h>

#include "replay/stream.h"
#include "replay/write.h"
#include "scene.h"

#define HEAD	"vamp-stream 2\n"
#define MAKE	"make - 1000 0 0 20 2\n"

struct text {
	const char *at;
	size_t left;
	size_t piece;	/* bytes given at a time */
};

static ssize_t read_text(void *arg, char *to, size_t size, const char **error)
{
	struct text *t = arg;
	size_t n = t->left < size ? t->left : size;

	(void)error;
	if (n > t->piece)
		n = t->piece;
	memcpy(to, t->at, n);
	t->at += n;
	t->left -= n;
	return (ssize_t)n;
}

/* Reads all; the error's text, or "" at a good end. */
static const char *read_all(struct stream *s, const char *text, size_t len,
			    size_t piece)
{
	struct text t = { text, len, piece };
	enum stream_status status = STREAM_BAD;
	struct event e;

	if (stream_open(s, read_text, &t))
		while ((status = stream_next(s, &e)) == STREAM_EVENT)
			;
	return status == STREAM_END ? "" : s->error;
}

static void every_event_is_read_as_it_was_written(void **state)
{
	static char text[1 << 20];
	static struct scene scene;
	struct writer w;
	struct stream s;
	struct event e;
	size_t n;

	(void)state;
	scene_whole(&scene);
	for (enum op op = OP_ENTRY; op <= OP_LOST; op++)
		if (op != OP_PARAM && op != OP_MAKE && op != OP_CONFIG)
			scene_on(&scene, op, 1, 0xabc)->arg =
				op_fields(op, FORMAT) & HAS_ARG ? 3 : 0;
	n = write_head(&w, text, sizeof(text));
	for (uint32_t i = 0; i < scene.nr; i++)
		n += write_event(&w, &scene.e[i], text + n, sizeof(text) - n);
	n += write_finish(&w, text + n, sizeof(text) - n);
	assert_true(stream_open(&s, read_text, &(struct text){ text, n, 700 }));
	for (uint32_t i = 0; i < scene.nr; i++) {
		const struct event *is = &scene.e[i];
		uint32_t has = op_fields(is->op, FORMAT);

		assert_int_equal(stream_next(&s, &e), STREAM_EVENT);
		assert_int_equal(e.op, is->op);
		assert_int_equal(e.arg, is->arg);
		assert_int_equal(e.vcpu, has & HAS_VCPU ? is->vcpu : 0);
		if (has & HAS_NOW)
			assert_int_equal(e.o.now, is->o.now);
		if (has & HAS_TIMES)
			assert_int_equal(e.o.cpu_time, is->o.cpu_time);
		if (has & HAS_TASK)
			assert_int_equal(e.o.task_id, is->o.task_id);
	}
	assert_int_equal(stream_next(&s, &e), STREAM_EVENT);
	assert_int_equal(e.op, OP_FINISH);
	assert_int_equal(stream_next(&s, &e), STREAM_END);
}

static void facts_are_kept_and_made_printable(void **state)
{
	char text[1024];
	struct writer w;
	struct stream s;
	size_t n;

	(void)state;
	n = write_head(&w, text, sizeof(text));
	n += write_fact(&w, "vm", "a\nmake - 1\033[2J b", text + n,
			sizeof(text) - n);
	n += (size_t)sprintf(text + n, "%sfinish - 0 0 0 3\n", MAKE);
	assert_string_equal(read_all(&s, text, n, 1), "");
	assert_string_equal(stream_fact(&s, "vm"), "a?make - 1?[2J b");
	assert_string_equal(stream_fact(&s, "none"), "");
	stream_free(&s);
}

static void a_fact_longer_than_a_line_is_cut(void **state)
{
	char text[STREAM_LINE_MAX], fact[5000];
	struct writer w = { 0 };

	(void)state;
	memset(fact, 'x', sizeof(fact) - 1);
	fact[sizeof(fact) - 1] = '\0';
	assert_in_range(write_fact(&w, "vm", fact, text, sizeof(text)), 1,
			STREAM_LINE_MAX - 1);
}

static void bad_recordings_are_refused_at_their_place(void **state)
{
	static const struct {
		const char *text, *error;
		uint64_t line;
	} cases[] = {
		{ "", "not a stream", 1 },
		{ "vamp-stream 3\n", "newer", 1 },
		{ "\177ELF", "breaks off", 1 },
		{ HEAD, "never made", 2 },
		{ HEAD MAKE, "last line is missing", 3 },
		{ HEAD MAKE "halt 0", "breaks off", 3 },
		{ HEAD MAKE "finish - 0 0 0 3\n", "lines, not", 3 },
		{ HEAD MAKE "finish - 0 0 0 2\nhalt 0\n", "after the end", 4 },
		{ HEAD MAKE MAKE, "made twice", 3 },
		{ HEAD "make - 1 0 0 20 256\n", "1..255 vCPUs", 2 },
		{ HEAD "make - 1 0 0 20 0\n", "1..255 vCPUs", 2 },
		{ HEAD "halt 0\n", "before the VM", 2 },
		{ HEAD MAKE "config - 0 0 0 5 5\n", "no event", 3 },
		{ HEAD MAKE "gave 2\n", "no vCPU 2", 3 },
		{ HEAD MAKE "exit 0 -2000\n", "leaves its range", 3 },
		{ HEAD MAKE "exit 0 99999999999999999999\n", "difference", 3 },
		{ HEAD MAKE "halt 0 1\n", "no use for", 3 },
		{ HEAD MAKE "halt 0 0 0 0 0 0 0\n", "fields", 3 },
		{ HEAD MAKE "\n", "empty", 3 },
		{ HEAD "fact x\n", "fact NAME", 2 },
		{ HEAD "fact  x\n", "fact NAME", 2 },
		{ HEAD "param kvm_vamp\n", "param NAME", 2 },
		{ HEAD "param color 1\n", "no parameter", 2 },
		{ HEAD "param kvm_vamp 39\n", "kvm_vamp is not", 2 },
		{ HEAD "param kvm_vamp 4294967296\n", "not a number", 2 },
		{ HEAD "param policy vamp\n", "not a number", 2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct stream s;
		const char *error =
			read_all(&s, cases[i].text, strlen(cases[i].text), 3);

		if (!strstr(error, cases[i].error) || s.line != cases[i].line)
			fail_msg("%s: line %llu: %s", cases[i].text,
				 (unsigned long long)s.line, error);
		stream_free(&s);
	}
}

static void no_line_is_longer_than_its_bound(void **state)
{
	char text[2 * STREAM_LINE_MAX];
	struct stream s;

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text, HEAD, strlen(HEAD));
	assert_non_null(strstr(read_all(&s, text, sizeof(text), 512),
			       "more than 1024 bytes"));
	text[strlen(HEAD) + 4] = '\0';
	text[strlen(HEAD) + 9] = '\n';
	assert_string_equal(read_all(&s, text, sizeof(text), 512), "not text");
}

static void there_are_not_more_facts_than_their_bound(void **state)
{
	char text[4096] = HEAD;
	struct stream s;

	(void)state;
	for (int i = 0; i <= STREAM_FACTS; i++)
		strcat(text, "fact a b\n");
	assert_non_null(
		strstr(read_all(&s, text, strlen(text), 4096), "facts"));
	stream_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_event_is_read_as_it_was_written),
		cmocka_unit_test(facts_are_kept_and_made_printable),
		cmocka_unit_test(a_fact_longer_than_a_line_is_cut),
		cmocka_unit_test(bad_recordings_are_refused_at_their_place),
		cmocka_unit_test(no_line_is_longer_than_its_bound),
		cmocka_unit_test(there_are_not_more_facts_than_their_bound),
	};

	return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
