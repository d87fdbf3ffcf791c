// SPDX-License-Identifier: GPL-2.0-or-later
/* test_replay.c - when what is sent, and what is measured; time is made up. */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "fake.h"
#include "replay.h"

#define MS	1000ull
#define BLUE	0x0000ff
#define RED	0xff0000
#define GREEN	0x00ff00

static struct fake server;
static struct trace trace;
static struct replay_settings set;
static struct replay replay;
static uint64_t now;
static char sent[64];

static void add(uint64_t ms, enum kind kind, uint32_t colour)
{
	struct event e = { .us = ms * MS, .kind = kind, .code = 1 };

	fake_paint(&server, colour);
	if (kind == KIND_BEFORE)
		e.snapshot =
			snapshot_around(&server.screen.surface[0], 50, 50, 10);
	if (kind == KIND_POINT)
		e.snapshot = snapshot_whole(&server.screen.surface[0], 10);
	assert_true(trace_add(&trace, &e));
}

static int begin(void **state)
{
	(void)state;
	set = (struct replay_settings){
		.start_us = 1000 * MS,
		.timeout_us = 5000 * MS,
		.tolerance = { MATCH_PRESS, MATCH_POINT, 0 },
	};
	now = 77;
	*sent = '\0';
	return 0;
}

static int end(void **state)
{
	(void)state;
	replay_free(&replay);
	trace_free(&trace);
	return 0;
}

static void start(uint32_t colour)
{
	fake_paint(&server, colour);
	assert_true(replay_begin(&replay, &trace, &set, now));
}

/* All that is due until so many ms after the start. */
static void until(uint64_t ms)
{
	uint64_t end_at = 77 + ms * MS, due;
	const struct event *e;
	size_t n;

	for (;;) {
		due = replay_due(&replay);
		if (due > end_at)
			break;
		now = due > now ? due : now;
		while ((e = replay_step(&replay, &server.screen, now))) {
			n = strlen(sent);
			assert_true(n + 1 < sizeof(sent));
			sent[n] = (char)e->kind;
			sent[n + 1] = '\0';
		}
	}
	now = end_at;
}

static void paint(uint64_t ms, uint32_t colour)
{
	until(ms);
	fake_paint(&server, colour);
	replay_update(&replay, &server.screen, now);
}

/* A click, seen at the point that is reached 500 ms after its release. */
static void click(void)
{
	add(0, KIND_ENTER, BLUE);
	add(100, KIND_BEFORE, BLUE);
	add(100, KIND_PRESS, BLUE);
	add(180, KIND_RELEASE, BLUE);
	add(680, KIND_POINT, RED);
}

static const struct result *last(void)
{
	return &replay.result[replay.results - 1];
}

/* ---- */

static void events_come_as_far_apart_as_recorded(void **state)
{
	(void)state;
	click();
	start(BLUE);
	until(999);
	assert_string_equal(sent, "");
	until(1000);
	assert_string_equal(sent, "E");
	until(1099);
	assert_string_equal(sent, "E");
	until(1100);
	assert_string_equal(sent, "EP");
	until(1180);
	assert_string_equal(sent, "EPR");
}

static void nothing_is_pressed_before_the_screen_is_there(void **state)
{
	(void)state;
	click();
	start(GREEN);
	until(4000);
	assert_string_equal(sent, "E");
	assert_int_equal(replay.state, REPLAY_WAITS);
	paint(4001, BLUE);
	until(4001);
	assert_string_equal(sent, "EP");
	until(4080);
	assert_string_equal(sent, "EP");
	until(4081);
	assert_string_equal(sent, "EPR");
}

static void a_response_lasts_from_the_release_to_the_update(void **state)
{
	(void)state;
	click();
	start(BLUE);
	until(1180);
	paint(1300, GREEN);
	paint(1430, RED);
	until(1430);
	assert_int_equal(replay.state, REPLAY_DONE);
	assert_int_equal(last()->outcome, OUTCOME_TIMED);
	assert_int_equal(last()->response_us, 250 * MS);
	assert_int_equal(replay.results, 2);
}

static void a_press_can_be_its_beginning(void **state)
{
	(void)state;
	set.from_press = true;
	click();
	start(BLUE);
	paint(1430, RED);
	until(1430);
	assert_int_equal(last()->response_us, 330 * MS);
}

static void a_response_before_the_release_took_no_time(void **state)
{
	(void)state;
	click();
	start(BLUE);
	paint(1150, RED);
	until(1500);
	assert_int_equal(replay.state, REPLAY_DONE);
	assert_int_equal(last()->outcome, OUTCOME_EARLY);
	assert_int_equal(last()->response_us, 0);
}

static void what_was_so_before_the_input_is_not_timed(void **state)
{
	(void)state;
	add(0, KIND_DOWN, RED);
	add(80, KIND_UP, RED);
	add(500, KIND_POINT, RED);
	start(RED);
	until(5000);
	assert_int_equal(replay.state, REPLAY_DONE);
	assert_int_equal(last()->outcome, OUTCOME_UNCHANGED);
}

static void a_picture_that_goes_away_again_is_no_response(void **state)
{
	(void)state;
	set.think_us = 0;
	add(0, KIND_DOWN, BLUE);
	add(80, KIND_UP, BLUE);
	add(300, KIND_MOVE, BLUE);
	add(600, KIND_POINT, RED);
	start(BLUE);
	paint(1100, RED);
	paint(1150, BLUE);
	until(1300);
	assert_int_equal(replay.state, REPLAY_WAITS);
	paint(1800, RED);
	until(1800);
	assert_int_equal(last()->response_us, 720 * MS);
}

/* The point is looked for as soon as the event before it is sent. */
static void an_answer_between_release_and_point_is_seen_in_time(void **state)
{
	(void)state;
	add(0, KIND_DOWN, BLUE);
	add(80, KIND_UP, BLUE);
	add(300, KIND_MOVE, BLUE);
	add(600, KIND_POINT, RED);
	start(BLUE);
	paint(1100, RED);
	until(1300);
	assert_int_equal(last()->outcome, OUTCOME_TIMED);
	assert_int_equal(last()->response_us, 20 * MS);
	assert_int_equal(last()->wait_us, 0);
}

static void another_screen_ends_the_replay_at_the_timeout(void **state)
{
	(void)state;
	click();
	start(BLUE);
	until(1180);
	paint(1300, GREEN);
	until(6179);
	assert_int_equal(replay.state, REPLAY_WAITS);
	until(6180);
	assert_int_equal(replay.state, REPLAY_DIFFERS);
	assert_int_equal(last()->outcome, OUTCOME_DIFFERS);
	assert_int_equal(last()->match.differ, 100);
	assert_int_equal(last()->least, 100);
	assert_true(replay_snapshot(&replay)->whole);
	assert_true(replay_due(&replay) == REPLAY_NEVER);
	paint(6200, RED);
	assert_int_equal(replay.state, REPLAY_DIFFERS);
}

static void the_nearest_look_is_remembered(void **state)
{
	uint32_t i;

	(void)state;
	click();
	start(BLUE);
	until(1180);
	fake_paint(&server, RED);
	for (i = 0; i < FAKE_SIDE * FAKE_SIDE / 2; i++)
		server.pixels[i] = GREEN;
	replay_update(&replay, &server.screen, now);
	paint(1300, GREEN);
	until(7000);
	assert_int_equal(last()->match.differ, 100);
	assert_int_equal(last()->least, 50);
}

static void one_thinks_after_each_point(void **state)
{
	(void)state;
	set.think_us = 2000 * MS;
	add(0, KIND_DOWN, BLUE);
	add(80, KIND_UP, BLUE);
	add(600, KIND_POINT, RED);
	add(700, KIND_MOVE, RED);
	start(BLUE);
	paint(1200, RED);
	until(3299);
	assert_string_equal(sent, "DU");
	until(3300);
	assert_string_equal(sent, "DUM");
}

static void each_point_is_timed_from_its_own_input(void **state)
{
	(void)state;
	add(0, KIND_DOWN, BLUE);
	add(80, KIND_UP, BLUE);
	add(600, KIND_POINT, RED);
	add(700, KIND_DOWN, RED);
	add(750, KIND_UP, RED);
	add(900, KIND_POINT, BLUE);
	add(950, KIND_POINT, BLUE);
	start(BLUE);
	paint(1090, RED);
	paint(1400, BLUE);
	until(1500);
	assert_int_equal(replay.state, REPLAY_DONE);
	assert_int_equal(replay.result[0].response_us, 10 * MS);
	assert_int_equal(replay.result[1].outcome, OUTCOME_TIMED);
	assert_int_equal(replay.result[1].response_us, 160 * MS);
	assert_int_equal(replay.result[2].outcome, OUTCOME_REACHED);
}

static void updates_of_the_recording_are_not_sent(void **state)
{
	(void)state;
	add(0, KIND_UPDATE, BLUE);
	add(10, KIND_MOVE, BLUE);
	start(BLUE);
	until(2000);
	assert_string_equal(sent, "M");
	assert_int_equal(replay.state, REPLAY_DONE);
}

int main(void)
{
#define REPLAY_TEST(f)	cmocka_unit_test_setup_teardown(f, begin, end)
	static const struct CMUnitTest list[] = {
		REPLAY_TEST(events_come_as_far_apart_as_recorded),
		REPLAY_TEST(nothing_is_pressed_before_the_screen_is_there),
		REPLAY_TEST(a_response_lasts_from_the_release_to_the_update),
		REPLAY_TEST(a_press_can_be_its_beginning),
		REPLAY_TEST(a_response_before_the_release_took_no_time),
		REPLAY_TEST(what_was_so_before_the_input_is_not_timed),
		REPLAY_TEST(a_picture_that_goes_away_again_is_no_response),
		REPLAY_TEST(
			an_answer_between_release_and_point_is_seen_in_time),
		REPLAY_TEST(another_screen_ends_the_replay_at_the_timeout),
		REPLAY_TEST(the_nearest_look_is_remembered),
		REPLAY_TEST(one_thinks_after_each_point),
		REPLAY_TEST(each_point_is_timed_from_its_own_input),
		REPLAY_TEST(updates_of_the_recording_are_not_sent),
	};

	return cmocka_run_group_tests(list, NULL, NULL);
}
