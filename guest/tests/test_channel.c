// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char *why;

static int decode(struct vamp_message *m, enum vamp_side from, const char *line)
{
	return vamp_message_decode(m, from, line, strlen(line), &why);
}

/* What is sent is what arrives. */
static void expect_same(const struct vamp_message *m, enum vamp_side from)
{
	char line[VAMP_CHANNEL_LINE];
	struct vamp_message got;
	int n = vamp_message_encode(m, from, line);

	assert_true(n > 0 && n <= VAMP_CHANNEL_LINE);
	assert_int_equal(line[n - 1], '\n');
	assert_null(memchr(line, '\n', (size_t)n - 1));
	assert_int_equal(
		vamp_message_decode(&got, from, line, (size_t)n - 1, &why), 0);
	assert_memory_equal(&got, m, sizeof(got));
}

static void largest_messages_fit_into_a_line(void **state)
{
	struct vamp_message m;

	(void)state;
	memset(&m, 0, sizeof(m));
	m.type = VAMP_NAMES;
	m.names.count = m.names.gone_count = VAMP_CHANNEL_NAMES;
	for (int i = 0; i < VAMP_CHANNEL_NAMES; i++) {
		m.names.task[i].id = m.names.gone[i] = VAMP_CHANNEL_ID_MAX;
		m.names.task[i].pid = INT32_MAX;
		memset(m.names.task[i].name, '"', VAMP_CHANNEL_NAME - 1);
	}
	expect_same(&m, VAMP_GUEST);
	memset(&m, 0, sizeof(m));
	m.type = VAMP_BACKGROUND;
	m.background.number = UINT32_MAX;
	m.background.count = VAMP_CHANNEL_TASKS;
	for (int i = 0; i < VAMP_CHANNEL_TASKS; i++) {
		m.background.task[i].id = VAMP_CHANNEL_ID_MAX;
		m.background.task[i].load = VAMP_CHANNEL_LOAD_MAX;
	}
	expect_same(&m, VAMP_HOST);
}

static void every_message_arrives_as_it_was_sent(void **state)
{
	struct vamp_message m;

	(void)state;
	for (int on = 0; on < 2; on++) {
		memset(&m, 0, sizeof(m));
		m.type = VAMP_AUDIO;
		m.audio = on;
		expect_same(&m, VAMP_HOST);
		expect_same(&m, VAMP_GUEST);
		memset(&m, 0, sizeof(m));
		m.type = VAMP_PHASE;
		m.phase.number = 7;
		m.phase.begin = on;
		m.phase.ms = on ? 5000 : 0;
		m.phase.waited = on ? 37 : 0;
		expect_same(&m, VAMP_HOST);
	}
	memset(&m, 0, sizeof(m));
	m.type = VAMP_HELLO;
	strcpy(m.hello.program, "vamp-guest \"1\" \\");
	strcpy(m.hello.system, "Linux 6.1");
	m.hello.pti = true;
	m.hello.vcpus = cpus_of("0-3,8");
	expect_same(&m, VAMP_GUEST);
	memset(&m, 0, sizeof(m));
	m.type = VAMP_PLACEMENT;
	m.placement.slow = cpus_of("2-3");
	m.placement.fast = cpus_of("0-1");
	expect_same(&m, VAMP_GUEST);
	memset(&m, 0, sizeof(m));
	m.type = VAMP_PONG;
	m.number = UINT32_MAX;
	expect_same(&m, VAMP_GUEST);
	m.type = VAMP_PING;
	expect_same(&m, VAMP_HOST);
	memset(&m, 0, sizeof(m));
	m.type = VAMP_ERROR;
	m.error.lines = 3;
	strcpy(m.error.text, "type: missing");
	expect_same(&m, VAMP_HOST);
}

static void a_host_that_does_not_say_may_be_crowded(void **state)
{
	struct vamp_message m;

	(void)state;
	assert_int_equal(decode(&m, VAMP_HOST,
				"{\"v\":1,\"type\":\"phase\",\"number\":1,"
				"\"state\":\"begin\",\"ms\":1}"),
			 0);
	assert_int_equal(m.phase.waited, 100);
	assert_int_equal(decode(&m, VAMP_HOST,
				"{\"v\":1,\"type\":\"phase\",\"number\":1,"
				"\"state\":\"begin\",\"ms\":1,\"waited\":101}"),
			 -EBADMSG);
}

static void a_side_cannot_say_what_is_the_others_to_say(void **state)
{
	char line[VAMP_CHANNEL_LINE];
	struct vamp_message m;

	(void)state;
	assert_int_equal(decode(&m, VAMP_GUEST,
				"{\"v\":1,\"type\":\"ping\","
				"\"number\":1}"),
			 -EBADMSG);
	assert_int_equal(decode(&m, VAMP_HOST,
				"{\"v\":1,\"type\":\"placement\",\"number\":1,"
				"\"slow\":\"1\",\"fast\":\"0\"}"),
			 -EBADMSG);
	memset(&m, 0, sizeof(m));
	m.type = VAMP_NAMES;
	assert_int_equal(vamp_message_encode(&m, VAMP_HOST, line), -EINVAL);
}

static void what_is_not_known_is_passed_over(void **state)
{
	struct vamp_message m;

	(void)state;
	assert_int_equal(decode(&m, VAMP_HOST,
				"{\"new\":{\"a\":[1]},\"type\":\"ping\","
				"\"v\":1,\"number\":5,\"x\":null}"),
			 0);
	assert_int_equal(m.number, 5);
	assert_int_equal(decode(&m, VAMP_HOST,
				"{\"v\":1,\"type\":\"weather\"}"),
			 -ENOTSUP);
	assert_int_equal(decode(&m, VAMP_HOST, "{\"v\":2,\"type\":\"ping\"}"),
			 -EPROTO);
}

/* Each is one step from a good message. */
static void every_bound_is_kept(void **state)
{
	static const char *const bad[] = {
		"",
		"{",
		"7",
		"[]",
		"null",
		"\"v\"",
		"{}",
		"{\"v\":1}",
		"{\"type\":\"ping\",\"number\":1}",
		"{\"v\":\"1\",\"type\":\"ping\",\"number\":1}",
		"{\"v\":1,\"type\":7,\"number\":1}",
		"{\"v\":1,\"type\":\"ping\"}",
		"{\"v\":1,\"type\":\"ping\",\"number\":-1}",
		"{\"v\":1,\"type\":\"ping\",\"number\":4294967296}",
		"{\"v\":1,\"type\":\"ping\",\"number\":1.5}",
		"{\"v\":1,\"type\":\"ping\",\"number\":99999999999999999999999}",
		"{\"v\":1,\"type\":\"ping\",\"number\":1} x",
		"{\"v\":1,\"type\":\"ping\",\"number\":1}{}",
		"{'v':1,'type':'ping','number':1}",
		"{\"v\":1,\"type\":\"ping\",\"number\":1,\"x\":\"\xff\"}",
		"{\"v\":1,\"type\":\"ping\",\"number\":1,\"x\":[[[[[1]]]]]}",
		"{\"v\":1,\"type\":\"phase\",\"number\":1}",
		"{\"v\":1,\"type\":\"phase\",\"number\":1,\"state\":\"pause\"}",
		"{\"v\":1,\"type\":\"phase\",\"number\":1,\"state\":\"begin\"}",
		"{\"v\":1,\"type\":\"phase\",\"number\":1,\"state\":\"begin\","
		"\"ms\":60001}",
		"{\"v\":1,\"type\":\"background\",\"number\":1}",
		"{\"v\":1,\"type\":\"background\",\"number\":1,\"tasks\":{}}",
		"{\"v\":1,\"type\":\"background\",\"number\":1,\"tasks\":[1]}",
		"{\"v\":1,\"type\":\"background\",\"number\":1,\"tasks\":"
		"[{\"id\":140737488355328,\"load\":1}]}",
		"{\"v\":1,\"type\":\"background\",\"number\":1,\"tasks\":"
		"[{\"id\":1,\"load\":102401}]}",
		"{\"v\":1,\"type\":\"background\",\"number\":1,\"tasks\":"
		"[{\"id\":1}]}",
		"{\"v\":1,\"type\":\"audio\",\"on\":1}",
	};
	struct vamp_message m;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (decode(&m, VAMP_HOST, bad[i]) != -EBADMSG)
			fail_msg("not refused: %s", bad[i]);
}

static void sets_of_a_placement_are_disjoint_and_some_vcpu_is_fast(void **state)
{
	static const char *const sets[][2] = {
		{ "0-1", "1" },
		{ "0", "" },
		{ "1024", "0" },
	};
	struct vamp_message m;
	char line[256];

	(void)state;
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		snprintf(line, sizeof(line),
			 "{\"v\":1,\"type\":\"placement\",\"number\":1,"
			 "\"slow\":\"%s\",\"fast\":\"%s\"}",
			 sets[i][0], sets[i][1]);
		assert_int_equal(decode(&m, VAMP_GUEST, line), -EBADMSG);
	}
	assert_int_equal(decode(&m, VAMP_GUEST,
				"{\"v\":1,\"type\":\"placement\",\"number\":1,"
				"\"slow\":\"\",\"fast\":\"\"}"),
			 0);
	assert_int_equal(decode(&m, VAMP_GUEST,
				"{\"v\":1,\"type\":\"placement\",\"number\":1,"
				"\"slow\":\"\",\"fast\":\"0-1\"}"),
			 0);
}

static void names_are_made_harmless(void **state)
{
	struct vamp_message m;

	(void)state;
	assert_int_equal(decode(&m, VAMP_GUEST,
				"{\"v\":1,\"type\":\"names\",\"tasks\":[{"
				"\"id\":1,\"pid\":2,\"name\":"
				"\"a\\u001b[2J\303\244bcdefghijklmnop\"}]}"),
			 0);
	assert_string_equal(m.names.task[0].name, "a?[2J??bcdefghi");
}

/* "    > {...}" is the host's, "    < {...}" the guest's. */
static bool is_example(const char *line, enum vamp_side *from)
{
	*from = line[4] == '<' ? VAMP_GUEST : VAMP_HOST;
	return !strncmp(line, "    > {", 7) || !strncmp(line, "    < {", 7);
}

/* One of its lines is a mistake, and the next one says which. */
static void the_documented_example_is_understood(void **state)
{
	FILE *f = fopen("../docs/channel.md", "r");
	unsigned int good = 0, bad = 0;
	char line[VAMP_CHANNEL_LINE];
	struct vamp_message m;
	enum vamp_side from;

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		if (!is_example(line, &from))
			continue;
		if (decode(&m, from, line + 6)) {
			assert_non_null(fgets(line, sizeof(line), f));
			assert_non_null(strstr(line, why));
			bad++;
		} else {
			good++;
		}
	}
	fclose(f);
	assert_int_equal(bad, 1);
	assert_in_range(good, 15, 100);
}

/* All of @text, @piece bytes at a time: the lines, each ended by '|'. */
static void split(struct vamp_lines *l, const char *text, size_t size,
		  size_t piece, char *lines)
{
	const char *line;
	size_t n, room;

	while (size) {
		char *to = vamp_lines_space(l, &room);

		assert_true(room > 0);
		n = piece < size ? piece : size;
		n = n < room ? n : room;
		memcpy(to, text, n);
		vamp_lines_filled(l, n);
		text += n;
		size -= n;
		while ((line = vamp_lines_take(l, &n)))
			lines += sprintf(lines, "%.*s|", (int)n, line);
	}
}

static void lines_are_the_same_however_they_arrive(void **state)
{
	static const char text[] = "one\n\ntwo\nthree\nrest";
	char lines[64];

	(void)state;
	for (size_t piece = 1; piece < sizeof(text); piece++) {
		struct vamp_lines l = { .begin = 0 };

		lines[0] = '\0';
		split(&l, text, sizeof(text) - 1, piece, lines);
		assert_string_equal(lines, "one||two|three|");
		assert_int_equal(l.too_long, 0);
	}
}

static void a_line_too_long_is_skipped_and_counted_once(void **state)
{
	static char text[5 * VAMP_CHANNEL_LINE];
	char lines[64];

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text, "before\n", 7);
	memcpy(text + sizeof(text) - 7, "\nafter\n", 7);
	for (size_t piece = 1; piece < 5000; piece += 997) {
		struct vamp_lines l = { .begin = 0 };

		lines[0] = '\0';
		split(&l, text, sizeof(text), piece, lines);
		assert_string_equal(lines, "before|after|");
		assert_int_equal(l.too_long, 1);
	}
}

static void the_longest_line_is_whole(void **state)
{
	static char text[VAMP_CHANNEL_LINE];
	struct vamp_lines l = { .begin = 0 };
	const char *line;
	size_t size, room;

	(void)state;
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\n';
	memcpy(vamp_lines_space(&l, &room), text, sizeof(text));
	assert_int_equal(room, sizeof(text));
	vamp_lines_filled(&l, sizeof(text));
	line = vamp_lines_take(&l, &size);
	assert_non_null(line);
	assert_int_equal(size, sizeof(text) - 1);
	assert_int_equal(l.too_long, 0);
}

static void
a_flood_is_slowed_to_the_rate_and_a_pause_earns_a_burst(void **state)
{
	struct vamp_rate r = { .paid_until = 0 };
	uint64_t now = 1000000000000, wait;
	unsigned int lines = 0;

	(void)state;
	while (!vamp_rate_charge(&r, now))
		lines++;
	assert_int_equal(lines, VAMP_CHANNEL_BURST);
	for (lines = 0; lines < VAMP_CHANNEL_RATE; lines++) {
		wait = vamp_rate_charge(&r, now);
		assert_in_range(wait, 1, 1000000000 / VAMP_CHANNEL_RATE);
		now += wait;
		assert_int_equal(vamp_rate_charge(&r, now), 0);
	}
	assert_int_equal(now, 1001000000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(largest_messages_fit_into_a_line),
		cmocka_unit_test(every_message_arrives_as_it_was_sent),
		cmocka_unit_test(a_host_that_does_not_say_may_be_crowded),
		cmocka_unit_test(a_side_cannot_say_what_is_the_others_to_say),
		cmocka_unit_test(what_is_not_known_is_passed_over),
		cmocka_unit_test(every_bound_is_kept),
		cmocka_unit_test(
			sets_of_a_placement_are_disjoint_and_some_vcpu_is_fast),
		cmocka_unit_test(names_are_made_harmless),
		cmocka_unit_test(the_documented_example_is_understood),
		cmocka_unit_test(lines_are_the_same_however_they_arrive),
		cmocka_unit_test(a_line_too_long_is_skipped_and_counted_once),
		cmocka_unit_test(the_longest_line_is_whole),
		cmocka_unit_test(
			a_flood_is_slowed_to_the_rate_and_a_pause_earns_a_burst),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
