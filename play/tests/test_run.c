// SPDX-License-Identifier: GPL-2.0-or-later
/* test_run.c - what a run tells its client: where the pointer is, and how long. */
#include "test.h"

#include <string.h>

#include "clock.h"
#include "exit_code.h"
#include "kind.h"
#include "run.h"

#define MS		1000ull
#define TIMEOUT_US	(3 * MS)
#define LONG_US		(600 * 1000 * MS)
#define DISPLAY		2

static struct trace trace;
static struct replay replay;
static struct replay_settings set;

/* There is no window here. */
struct input window_take(struct window *w, const struct screen *screen)
{
	(void)w;
	(void)screen;
	return (struct input){ .kind = INPUT_CLOSED };
}

void window_changed(struct window *w)
{
	(void)w;
}

void window_tell(struct window *w, const char *text)
{
	(void)w;
	(void)text;
}

static int begin(void **state)
{
	(void)state;
	memset(&kind, 0, sizeof(kind));
	kind.client.kind = &client_vnc;
	set = (struct replay_settings){ .timeout_us = TIMEOUT_US };
	return 0;
}

static int end(void **state)
{
	(void)state;
	replay_free(&replay);
	trace_free(&trace);
	return 0;
}

static void add_move(uint64_t us)
{
	struct event e = { .us = us, .kind = KIND_MOVE, .x = 1, .y = 1 };

	assert_true(trace_add(&trace, &e));
}

/* A screen that the server never has. */
static void add_point(uint64_t us)
{
	struct event e = { .us = us, .kind = KIND_POINT };

	fake_paint(&kind.fake, 0xff0000);
	e.snapshot = snapshot_whole(&kind.fake.screen.surface[0], 10);
	assert_non_null(e.snapshot);
	e.snapshot->surface = DISPLAY;
	assert_true(trace_add(&trace, &e));
}

static int run(void)
{
	return run_replay(&kind.client, NULL, &trace, &set, &replay);
}

/* The wait for a snapshot ends as it would have without the server's stop. */
static void a_stop_at_a_snapshot_ends_with_the_timeout(void **state)
{
	(void)state;
	add_point(0);
	kind.stalls = true;
	assert_int_equal(run(), EXIT_CODE_DIFFERS);
	assert_int_equal(replay.result[0].outcome, OUTCOME_DIFFERS);
	assert_in_range(kind.limit, 1, clock_us());
	assert_string_equal(kind.option, "--timeout");
}

/* Nothing is waited for; a short timeout is still no reason to give up at once. */
static void a_stop_between_events_loses_the_server(void **state)
{
	uint64_t before = clock_us();

	(void)state;
	add_move(0);
	add_move(LONG_US);
	kind.stalls = true;
	assert_int_equal(run(), EXIT_CODE_LOST);
	assert_in_range(kind.limit, before + 1000 * MS, clock_us());
}

static void the_pointer_is_on_the_recorded_display(void **state)
{
	(void)state;
	add_move(0);
	add_point(0);
	assert_int_equal(run(), EXIT_CODE_DIFFERS);
	assert_int_equal(kind.pointers, 1);
	assert_int_equal(kind.display, DISPLAY);
}

static int record(const char *text, struct recorder *r)
{
	struct script s = { 0 };
	struct fault f = { 0 };
	int code;

	assert_true(script_read(&s, text, strlen(text), &f));
	code = run_script(&kind.client, NULL, r, &s, TIMEOUT_US);
	recorder_end(r);
	script_free(&s);
	return code;
}

static void the_pointer_is_on_the_display_that_is_recorded(void **state)
{
	struct record_settings rules = { .display = DISPLAY, .step = 10 };
	struct recorder r;

	(void)state;
	recorder_begin(&r, &trace, &rules, clock_us());
	assert_int_equal(record("move 1 1\n", &r), EXIT_CODE_OK);
	assert_int_equal(kind.pointers, 1);
	assert_int_equal(kind.display, DISPLAY);
}

static void a_stop_while_a_script_waits_ends_with_its_timeout(void **state)
{
	struct record_settings rules = { .step = 10 };
	struct recorder r;

	(void)state;
	kind.stalls = true;
	recorder_begin(&r, &trace, &rules, clock_us());
	assert_int_equal(record("rest\n", &r), EXIT_CODE_UNCHANGED);
	assert_in_range(kind.limit, 1, clock_us());
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	static const struct CMUnitTest list[] = {
		TEST(a_stop_at_a_snapshot_ends_with_the_timeout),
		TEST(a_stop_between_events_loses_the_server),
		TEST(the_pointer_is_on_the_recorded_display),
		TEST(the_pointer_is_on_the_display_that_is_recorded),
		TEST(a_stop_while_a_script_waits_ends_with_its_timeout),
	};

	return cmocka_run_group_tests(list, NULL, NULL);
}
