// SPDX-License-Identifier: GPL-2.0-or-later
/* test_record.c - what becomes of what a user does, and a script's work. */
#include "test.h"

#include <string.h>

#include "actor.h"
#include "fake.h"
#include "record.h"

#define MS	1000ull
#define BLUE	0x0000ff
#define RED	0xff0000

static struct fake server;
static struct trace trace;
static struct record_settings set;
static struct recorder recorder;

static int begin(void **state)
{
	(void)state;
	set = (struct record_settings){
		.reach = RECORD_REACH,
		.step = 10,
		.tolerance = { MATCH_PRESS, MATCH_POINT, 0 },
	};
	fake_paint(&server, BLUE);
	recorder_begin(&recorder, &trace, &set, 5000 * MS);
	return 0;
}

static int end(void **state)
{
	(void)state;
	recorder_end(&recorder);
	trace_free(&trace);
	return 0;
}

static void button(uint32_t code, bool down, uint64_t ms)
{
	assert_true(recorder_button(&recorder, &server.screen, code, down,
				    (5000 + ms) * MS));
}

static void key(bool down, uint64_t ms)
{
	assert_true(recorder_key(&recorder, &server.screen, 30, down,
				 (5000 + ms) * MS));
}

static enum point point(uint64_t ms)
{
	return recorder_point(&recorder, &server.screen, (5000 + ms) * MS);
}

static void kinds_are(const char *kinds)
{
	size_t i;

	assert_int_equal(trace.nr, strlen(kinds));
	for (i = 0; i < trace.nr; i++)
		assert_int_equal(trace.event[i].kind, kinds[i]);
}

/* ---- */

static void a_press_of_a_button_follows_its_snapshot(void **state)
{
	(void)state;
	recorder_pointer(&recorder, 50, 50, 5001 * MS);
	recorder_pointer(&recorder, 2, 3, 5002 * MS);
	button(1, true, 10);
	button(1, false, 90);
	key(true, 100);
	key(false, 110);
	kinds_are("EMSPRDU");
	assert_int_equal(trace.event[2].snapshot->nr, 13 * 14);
	assert_int_equal(trace.event[2].us, 10 * MS);
	assert_int_equal(trace.event[3].buttons, 1);
	assert_int_equal(trace.event[4].buttons, 0);
}

static void buttons_held_are_told_with_each(void **state)
{
	(void)state;
	recorder_pointer(&recorder, 50, 50, 5001 * MS);
	button(1, true, 10);
	button(3, true, 20);
	recorder_pointer(&recorder, 51, 50, 5030 * MS);
	button(1, false, 40);
	kinds_are("ESPSPMR");
	assert_int_equal(trace.event[4].buttons, 5);
	assert_int_equal(trace.event[5].buttons, 5);
	assert_int_equal(trace.event[6].buttons, 4);
}

static void a_pointer_that_left_enters_again(void **state)
{
	(void)state;
	recorder_pointer(&recorder, 1, 1, 5001 * MS);
	recorder_leave(&recorder);
	recorder_pointer(&recorder, -100000, 100000, 5002 * MS);
	kinds_are("EE");
	assert_int_equal(trace.event[1].x, -TRACE_PLACE_MAX);
	assert_int_equal(trace.event[1].y, TRACE_PLACE_MAX);
	button(1, true, 3);
	kinds_are("EEP");
}

static void a_point_says_what_a_replay_can_do_with_it(void **state)
{
	(void)state;
	assert_int_equal(point(1), POINT_NO_INPUT);
	key(true, 2);
	key(false, 3);
	assert_int_equal(point(4), POINT_UNCHANGED);
	key(true, 5);
	key(false, 6);
	fake_paint(&server, RED);
	assert_int_equal(point(7), POINT_GOOD);
	kinds_are("BDUBDUB");
	assert_int_equal(trace.event[6].snapshot->sample[0], RED);
	server.screen.nr = 0;
	assert_int_equal(point(8), POINT_FAILED);
	assert_non_null(recorder.error);
}

static void updates_are_recorded_if_asked_for(void **state)
{
	struct area half = { 0, 0, FAKE_SIDE, FAKE_SIDE / 2 };
	struct area dot = { 5, 5, 1, 1 };

	(void)state;
	recorder_update(&recorder, &server.screen, &half, 5001 * MS);
	kinds_are("");
	set.updates = true;
	recorder_update(&recorder, &server.screen, &half, 5001 * MS);
	recorder_update(&recorder, &server.screen, &dot, 5002 * MS);
	kinds_are("O");
	assert_int_equal(trace.event[0].code, 50);
}

/* ---- a script ---- */

static struct script script;
static struct actor actor;

static void act(const char *text)
{
	struct fault f;

	assert_true(script_read(&script, text, strlen(text), &f));
	actor_begin(&actor, &script, &recorder, 3000 * MS, 5000 * MS);
}

static int act_end(void **state)
{
	actor_end(&actor);
	script_free(&script);
	return end(state);
}

static const struct action *step(uint64_t ms)
{
	return actor_step(&actor, &server.screen, (5000 + ms) * MS);
}

static void a_sync_waits_for_change_and_rest(void **state)
{
	(void)state;
	act("key enter\nsync 500");
	assert_int_equal(step(0)->act, ACT_DOWN);
	key(true, 0);
	assert_null(step(0));
	assert_null(step(79));
	assert_int_equal(step(80)->act, ACT_UP);
	key(false, 80);
	assert_null(step(700));
	fake_paint(&server, RED);
	assert_null(step(800));
	fake_paint(&server, 0x00ff00);
	assert_null(step(1000));
	assert_true(actor_due(&actor) == (5000 + 1500) * MS);
	assert_null(step(1499));
	assert_int_equal(step(1500)->act, ACT_SYNC);
	assert_null(step(1500));
	assert_int_equal(actor.state, ACTOR_DONE);
}

static void no_change_ends_the_script(void **state)
{
	(void)state;
	act("key enter\nsync");
	step(0);
	key(true, 0);
	step(0);
	step(80);
	step(80);
	assert_null(step(81));
	assert_null(step(3080));
	assert_int_equal(actor.state, ACTOR_RUNS);
	assert_null(step(3081));
	assert_int_equal(actor.state, ACTOR_UNCHANGED);
}

static void no_rest_ends_the_script(void **state)
{
	uint64_t ms;

	(void)state;
	act("rest 500");
	for (ms = 0; ms <= 3000; ms += 100) {
		fake_paint(&server, ms % 200 ? RED : BLUE);
		assert_null(step(ms));
	}
	assert_int_equal(actor.state, ACTOR_RESTLESS);
}

static void a_cursor_that_blinks_is_no_unrest(void **state)
{
	(void)state;
	act("rest 500");
	assert_null(step(0));
	server.pixels[0] = RED;
	assert_null(step(300));
	server.pixels[0] = BLUE;
	assert_null(step(500));
	assert_int_equal(actor.state, ACTOR_DONE);
}

int main(void)
{
#define RECORD_TEST(f)	cmocka_unit_test_setup_teardown(f, begin, end)
#define ACTOR_TEST(f)	cmocka_unit_test_setup_teardown(f, begin, act_end)
	static const struct CMUnitTest list[] = {
		RECORD_TEST(a_press_of_a_button_follows_its_snapshot),
		RECORD_TEST(buttons_held_are_told_with_each),
		RECORD_TEST(a_pointer_that_left_enters_again),
		RECORD_TEST(a_point_says_what_a_replay_can_do_with_it),
		RECORD_TEST(updates_are_recorded_if_asked_for),
		ACTOR_TEST(a_sync_waits_for_change_and_rest),
		ACTOR_TEST(no_change_ends_the_script),
		ACTOR_TEST(no_rest_ends_the_script),
		ACTOR_TEST(a_cursor_that_blinks_is_no_unrest),
	};

	return cmocka_run_group_tests(list, NULL, NULL);
}
