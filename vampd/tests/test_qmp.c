// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "qmp.h"

#define GREETING \
	"{\"QMP\": {\"version\": {\"qemu\": {\"major\": 7}}, " \
	"\"capabilities\": [\"oob\"]}}\r\n"
#define READY	"{\"return\": {}}\r\n"
#define EVENT \
	"{\"event\": \"RTC_CHANGE\", \"data\": {\"return\": 1}, " \
	"\"timestamp\": {\"seconds\": 1}}\r\n"
#define LIST	"{\"return\": [{\"bus\": 0}]}\r\n"

static sd_event *loop;
static int server = -1;
static struct qmp *asking;
static int ended;		/* calls of done() */
static int result;
static char answer[64];

static void done(void *context, struct json_object *got, int err)
{
	assert_ptr_equal(context, &asking);
	asking = NULL;
	ended++;
	result = err;
	answer[0] = '\0';
	if (got)
		snprintf(answer, sizeof(answer), "%s",
			 json_object_to_json_string(got));
}

static void run_for(uint64_t usec)
{
	while (sd_event_run(loop, usec) > 0)
		;
}

/* A fresh connection. The server is this test, between two turns of the loop. */
static void ask(void)
{
	int pair[2];

	assert_int_equal(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
	server = pair[1];
	ended = 0;
	asking = qmp_ask(loop, pair[0], "query-pci", done, &asking);
	assert_non_null(asking);
}

static void say_bytes(const char *text, size_t size)
{
	while (size) {
		ssize_t n = send(server, text, size, MSG_NOSIGNAL);

		if (n > 0) {
			text += n;
			size -= (size_t)n;
		} else if (errno != EAGAIN) {
			return;
		}
		run_for(1000);
	}
}

static void say(const char *text)
{
	say_bytes(text, strlen(text));
}

static void expect_command(const char *name)
{
	char text[128] = "", wanted[128];
	ssize_t n = read(server, text, sizeof(text) - 1);

	assert_true(n > 0);
	snprintf(wanted, sizeof(wanted), "{\"execute\":\"%s\"}\n", name);
	assert_string_equal(text, wanted);
}

/* The connection is closed before anything is done with the answer. */
static void expect_end(int err)
{
	char byte;

	assert_int_equal(ended, 1);
	assert_int_equal(result, err);
	assert_null(asking);
	while (read(server, &byte, 1) > 0)
		;
	assert_true(read(server, &byte, 1) == 0 || errno == ECONNRESET);
	close(server);
}

static void answer_is_what_the_command_returned(void **state)
{
	(void)state;
	ask();
	say(GREETING);
	expect_command("qmp_capabilities");
	say(READY);
	expect_command("query-pci");
	assert_int_equal(ended, 0);
	say(LIST);
	assert_string_equal(answer, "[ { \"bus\": 0 } ]");
	expect_end(0);
}

static void events_in_between_are_skipped(void **state)
{
	(void)state;
	ask();
	say(EVENT GREETING EVENT);
	expect_command("qmp_capabilities");
	say(EVENT EVENT READY EVENT);
	expect_command("query-pci");
	say(EVENT EVENT LIST EVENT);
	assert_string_equal(answer, "[ { \"bus\": 0 } ]");
	expect_end(0);
}

static void text_may_come_byte_by_byte(void **state)
{
	static const char all[] = GREETING EVENT READY EVENT LIST;

	(void)state;
	ask();
	for (const char *p = all; *p; p++)
		say_bytes(p, 1);
	assert_string_equal(answer, "[ { \"bus\": 0 } ]");
	expect_end(0);
}

static void text_may_come_at_once(void **state)
{
	(void)state;
	ask();
	say(GREETING READY LIST);
	expect_end(0);
}

static void late_greeting_is_waited_for(void **state)
{
	(void)state;
	ask();
	run_for(700000);
	assert_int_equal(ended, 0);
	say(GREETING READY LIST);
	expect_end(0);
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void expect_end_between(double least, double most)
{
	double start = seconds(), took;

	while (!ended)
		sd_event_run(loop, 100000);
	took = seconds() - start;
	assert_true(took > least && took < most);
}

static void no_greeting_is_busy_after_a_second(void **state)
{
	(void)state;
	ask();
	expect_end_between(0.9, 2);
	expect_end(-EBUSY);
}

static void greeting_that_does_not_end_is_busy_too(void **state)
{
	(void)state;
	ask();
	say("{\"QMP\": {\"ver");
	expect_end_between(0.5, 2);
	expect_end(-EBUSY);
}

static void no_answer_is_waited_for_three_seconds(void **state)
{
	(void)state;
	ask();
	say(GREETING);
	run_for(600000);
	say(EVENT);
	expect_end_between(1.5, 3.5);
	expect_end(-ETIMEDOUT);
}

static void refused_command_is_told(void **state)
{
	(void)state;
	ask();
	say(GREETING READY "{\"error\": {\"class\": \"CommandNotFound\"}}");
	expect_end(-EREMOTEIO);
}

static void closed_connection_is_told(void **state)
{
	(void)state;
	ask();
	say(GREETING);
	shutdown(server, SHUT_WR);
	run_for(10000);
	expect_end(-EPIPE);
	ask();
	close(server);
	run_for(10000);
	assert_int_equal(ended, 1);
	assert_true(result < 0);
}

static void garbage_is_refused(void **state)
{
	static const char *const bad[] = {
		"SSH-2.0-OpenSSH_9.2\r\n",
		"}",
		"{]",
		"[]",
		"[1,2]",
		"7 ",
		"null ",
		"true ",
		"\"QMP\"",
		"{}",
		"{\"return\": []}",
		GREETING "{}",
		GREETING GREETING,
		GREETING READY "{\"x\": 1}",
		GREETING READY "\x01\x02",
		"\xff\xfe{",
		"QEMU 7.2 monitor\r\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ask();
		say(bad[i]);
		expect_end(-EBADMSG);
	}
}

static void nul_is_refused(void **state)
{
	static const char text[] = GREETING "\0" READY LIST;

	(void)state;
	ask();
	say_bytes(text, sizeof(text));
	expect_end(-EBADMSG);
}

static void too_deep_nesting_is_refused(void **state)
{
	char deep[100];

	(void)state;
	memset(deep, '[', sizeof(deep));
	ask();
	say(GREETING READY "{\"return\": ");
	say_bytes(deep, sizeof(deep));
	expect_end(-EBADMSG);
}

static void endless_text_is_given_up(void **state)
{
	char text[4096];
	size_t said = 0;

	(void)state;
	memset(text, 'x', sizeof(text));
	ask();
	say(GREETING READY "{\"return\": \"");
	for (; !ended && said < 4 * QMP_BYTES_MAX; said += sizeof(text))
		say_bytes(text, sizeof(text));
	assert_in_range(said, QMP_BYTES_MAX - 8192, QMP_BYTES_MAX + 8192);
	expect_end(-EFBIG);
}

static void endless_events_are_given_up(void **state)
{
	static const char some[] = EVENT EVENT EVENT EVENT EVENT EVENT EVENT;
	size_t said = 0;

	(void)state;
	ask();
	say(GREETING READY);
	for (; !ended && said < QMP_BYTES_MAX + 4096; said += strlen(some))
		say(some);
	expect_end(-EFBIG);
}

/* Each "{}," takes hundreds of bytes of memory. */
static void small_text_of_many_values_is_given_up(void **state)
{
	char text[3000];
	size_t said = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = "{},"[i % 3];
	ask();
	say(GREETING READY "{\"return\": [");
	for (; !ended && said < QMP_BYTES_MAX; said += sizeof(text))
		say_bytes(text, sizeof(text));
	assert_true(said < QMP_BYTES_MAX / 10);
	expect_end(-EFBIG);
}

/* What a host with 250 devices would answer. */
static void a_large_answer_is_taken(void **state)
{
	static const char device[] =
		"{\"irq_pin\": 1, \"bus\": 0, \"qdev_id\": \"a\", \"irq\": 10, \"slot\": 5, \"class_info\": {\"class\": 3075, \"desc\": \"USB controller\"}, \"id\": {\"device\": 13, \"subsystem-vendor\": 6900, \"vendor\": 6966, \"subsystem\": 4352}, \"function\": 0, \"regions\": [{\"prefetch\": false, \"mem_type_64\": true, \"bar\": 0, \"size\": 16384, \"address\": 4273963008, \"type\": \"memory\"},{\"prefetch\": false, \"mem_type_64\": true, \"bar\": 0, \"size\": 16384, \"address\": 4273963008, \"type\": \"memory\"}]},";

	(void)state;
	ask();
	say(GREETING READY "{\"return\": [{\"devices\": [");
	for (int i = 0; i < 250; i++)
		say(device);
	say("{}]}]}");
	expect_end(0);
}

static void cancelled_question_calls_nobody(void **state)
{
	char text[64];

	(void)state;
	ask();
	say(GREETING);
	qmp_cancel(asking);
	qmp_cancel(NULL);
	run_for(10000);
	assert_int_equal(ended, 0);
	assert_true(read(server, text, sizeof(text)) > 0);
	assert_int_equal(read(server, text, sizeof(text)), 0);
	close(server);
}

static void random_text_does_no_harm(void **state)
{
	static const char *const word[] = {
		GREETING, READY, EVENT, LIST, "{", "}",	   "[",	    "]",   ",",
		":",	  "\"",	 "1",	"-",  "e", "null", "\\u12", "\r\n"
	};

	(void)state;
	srand(1);
	for (int round = 0; round < 300; round++) {
		ask();
		say(GREETING);
		for (int i = 0; i < 20 && !ended; i++)
			say(word[rand() % 17]);
		if (!ended)
			qmp_cancel(asking);
		close(server);
	}
}

static void every_error_is_in_words(void **state)
{
	(void)state;
	for (int err = 1; err < 130; err++)
		assert_true(strlen(qmp_why(-err)) > 3);
}

static int set_up(void **state)
{
	(void)state;
	return sd_event_new(&loop) < 0;
}

static int tear_down(void **state)
{
	(void)state;
	sd_event_unref(loop);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answer_is_what_the_command_returned),
		cmocka_unit_test(events_in_between_are_skipped),
		cmocka_unit_test(text_may_come_byte_by_byte),
		cmocka_unit_test(text_may_come_at_once),
		cmocka_unit_test(late_greeting_is_waited_for),
		cmocka_unit_test(no_greeting_is_busy_after_a_second),
		cmocka_unit_test(greeting_that_does_not_end_is_busy_too),
		cmocka_unit_test(no_answer_is_waited_for_three_seconds),
		cmocka_unit_test(refused_command_is_told),
		cmocka_unit_test(closed_connection_is_told),
		cmocka_unit_test(garbage_is_refused),
		cmocka_unit_test(nul_is_refused),
		cmocka_unit_test(too_deep_nesting_is_refused),
		cmocka_unit_test(endless_text_is_given_up),
		cmocka_unit_test(endless_events_are_given_up),
		cmocka_unit_test(small_text_of_many_values_is_given_up),
		cmocka_unit_test(a_large_answer_is_taken),
		cmocka_unit_test(cancelled_question_calls_nobody),
		cmocka_unit_test(random_text_does_no_harm),
		cmocka_unit_test(every_error_is_in_words),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
