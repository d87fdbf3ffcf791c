// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * profile_test.c - what became of a phase: the reactive load, and the end of a
 * phase that nobody answers in.
 */
#include "fixture.h"

#define HOG	1
#define TASK	2
#define TICK	120

static const struct vamp_policy *const policies[] = {
	&vamp_policy_vee14,
	&vamp_policy_vamp,
};

/* A hog loads vCPU 0, the others are idle; an input begins a phase now. */
static struct fix *begun(const struct vamp_policy *policy)
{
	struct fix *f = fix_new(policy, 4, TRACK_TRAP);
	u32 v;

	f->step = MS;
	for (v = 1; v < 4; v++) {
		fix_run(f, v, 99);
		fix_halt(f, v);
	}
	fix_run(f, 0, HOG);
	fix_pass(f, 2000);
	assert_int_equal(fix_enter(f), EFFECT_STARTED);
	assert_int_equal(f->vm->phase, PHASE_MIXED);
	return f;
}

/* A task runs on @v for @ns of @ms. */
static void react(struct fix *f, u32 v, u64 id, u64 ns, u32 ms)
{
	fix_run(f, v, id);
	fix_pass_ns(f, ns);
	fix_halt(f, v);
	fix_pass_ns(f, ms * MS - ns);
}

/* A tick in which nothing but background ran. */
static bool quiet_tick(struct fix *f)
{
	fix_pass(f, TICK);
	return fix_profile(f);
}

static bool busy_tick(struct fix *f)
{
	react(f, 1, TASK, 30 * MS, TICK);
	return fix_profile(f);
}

/* ---- the reactive load ---- */

static void it_is_what_tasks_ran_since_the_last_tick(void **state)
{
	static const u32 busy[] = { 0, 12, 30, 60, 119, 120, 6 };
	size_t i, p;

	(void)state;
	for (p = 0; p < ARRAY_SIZE(policies); p++) {
		struct fix *f = begun(policies[p]);

		for (i = 0; i < ARRAY_SIZE(busy); i++) {
			react(f, 1, TASK, busy[i] * MS, TICK);
			fix_profile(f);
			assert_int_equal(f->vm->reactive_load,
					 busy[i] * 100 / TICK);
		}
		fix_free(f);
	}
}

static void it_is_that_of_all_vcpus_and_tasks(void **state)
{
	struct fix *f = begun(&vamp_policy_vamp);

	(void)state;
	fix_run(f, 1, 5);
	fix_run(f, 2, 6);
	fix_run(f, 3, 5);
	fix_pass(f, 60);
	fix_run(f, 2, 7);
	fix_pass(f, 60);
	fix_profile(f);
	assert_int_equal(f->vm->reactive_load, 300);
	fix_free(f);
}

/* Whatever is random about it: the sum is exact but for rounding. */
static void it_is_right_for_any_life(void **state)
{
	u64 seed, i;

	(void)state;
	for (seed = 1; seed <= 20; seed++) {
		struct fix *f = begun(policies[seed % 2]);
		u64 sum = 0, began = f->now;

		f->rng = seed;
		for (i = 0; i < 20; i++) {
			u64 ns = fix_random(&f->rng, 10 * MS);
			u32 v = 1 + (u32)fix_random(&f->rng, 3);

			react(f, v, 2 + fix_random(&f->rng, 30), ns, 10);
			sum += ns;
		}
		fix_profile(f);
		assert_int_equal(f->vm->reactive_load,
				 sum * 100 / (f->now - began));
		fix_free(f);
	}
}

static void background_work_never_counts(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = begun(policies[i]);
		u32 n;

		for (n = 0; n < 20; n++) {
			fix_pass(f, TICK);
			fix_profile(f);
			assert_int_equal(f->vm->reactive_load, 0);
		}
		fix_free(f);
	}
}

static void what_ran_before_the_phase_does_not_count(void **state)
{
	struct fix *f = begun(&vamp_policy_vamp);

	(void)state;
	vamp_phase_end(f->vm);
	react(f, 1, TASK, 400 * MS, 1000);
	fix_enter(f);
	assert_false(fix_background(f, TASK));
	fix_pass(f, TICK);
	fix_profile(f);
	assert_int_equal(f->vm->reactive_load, 0);
	fix_free(f);
}

static void what_ran_before_a_later_classification_does_not_either(void **state)
{
	struct fix *f = begun(&vamp_policy_vamp);

	(void)state;
	react(f, 1, TASK, 300 * MS, 600);
	assert_int_equal(fix_enter(f), EFFECT_EXTENDED);
	fix_pass(f, TICK);
	fix_profile(f);
	assert_int_equal(f->vm->reactive_load, 0);
	fix_free(f);
}

static void a_task_that_starts_afresh_counts_from_there(void **state)
{
	struct fix *f = begun(&vamp_policy_vamp);

	(void)state;
	f->cfg.max_phase_ms = 60000;
	react(f, 1, TASK, 100 * MS, 120);
	fix_profile(f);
	assert_int_equal(f->vm->reactive_load, 83);
	fix_pass(f, 2000);
	fix_profile(f);
	react(f, 1, TASK, 30 * MS, 120);
	fix_profile(f);
	assert_int_equal(f->vm->reactive_load, 25);
	fix_free(f);
}

static void two_ticks_at_once_do_no_harm(void **state)
{
	struct fix *f = begun(&vamp_policy_vamp);

	(void)state;
	busy_tick(f);
	assert_false(fix_profile(f));
	assert_int_equal(f->vm->reactive_load, 0);
	assert_false(vamp_profile(f->vm, f->now - MS));
	fix_free(f);
}

/* ---- the quiet end ---- */

static void three_quiet_ticks_end_a_phase_under_vamp(void **state)
{
	struct fix *f = begun(&vamp_policy_vamp);

	(void)state;
	fix_pass(f, 600);
	busy_tick(f);
	assert_false(quiet_tick(f));
	assert_false(quiet_tick(f));
	assert_true(quiet_tick(f));
	assert_true(quiet_tick(f));
	fix_free(f);
}

static void no_quiet_tick_ends_a_phase_under_vee14(void **state)
{
	struct fix *f = begun(&vamp_policy_vee14);
	u32 i;

	(void)state;
	for (i = 0; i < 30; i++)
		assert_false(quiet_tick(f));
	fix_free(f);
}

static void one_busy_tick_restarts_the_count(void **state)
{
	struct fix *f = begun(&vamp_policy_vamp);
	u32 i;

	(void)state;
	fix_pass(f, 600);
	for (i = 0; i < 10; i++) {
		assert_false(busy_tick(f));
		assert_false(quiet_tick(f));
		assert_false(quiet_tick(f));
	}
	assert_true(quiet_tick(f));
	fix_free(f);
}

static void a_classification_restarts_the_count(void **state)
{
	struct fix *f = begun(&vamp_policy_vamp);

	(void)state;
	fix_pass(f, 600);
	busy_tick(f);
	quiet_tick(f);
	quiet_tick(f);
	fix_classify(f);
	assert_false(quiet_tick(f));
	assert_false(quiet_tick(f));
	assert_true(quiet_tick(f));
	fix_free(f);
}

/* 2 percent of a CPU are something. */
static void a_tick_is_quiet_below_two_percent(void **state)
{
	u32 i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct fix *f = begun(&vamp_policy_vamp);
		u32 n;

		fix_pass(f, 600);
		busy_tick(f);
		for (n = 0; n < 3; n++) {
			bool quiet;

			react(f, 1, TASK, 2 * MS - i, 100);
			quiet = fix_profile(f);
			assert_int_equal(f->vm->reactive_load, 2 - i);
			assert_int_equal(quiet, i && n == 2);
		}
		fix_free(f);
	}
}

static bool ends_after(u64 ns)
{
	struct fix *f = begun(&vamp_policy_vamp);
	bool quiet;
	u32 i;

	for (i = 0; i < 3; i++) {
		fix_pass(f, 20);
		assert_false(fix_profile(f));
	}
	fix_pass_ns(f, ns - 60 * MS);
	quiet = fix_profile(f);
	fix_free(f);
	return quiet;
}

static void an_input_has_its_time_to_be_answered(void **state)
{
	(void)state;
	assert_false(ends_after(100 * MS));
	assert_false(ends_after(VM_ANSWER_NS));
	assert_true(ends_after(VM_ANSWER_NS + 1));
}

/* Though it asks for no classification, and however often it comes. */
static void so_has_every_input_that_follows(void **state)
{
	struct fix *f = begun(&vamp_policy_vamp);
	u32 i;

	(void)state;
	for (i = 0; i < 40; i++) {
		assert_false(quiet_tick(f));
		fix_input(f, INPUT_KEY_PRESS, 30);
	}
	fix_free(f);
}

static void the_end_that_follows_makes_weights_full(void **state)
{
	struct fix *f = begun(&vamp_policy_vamp);

	(void)state;
	fix_pass(f, 600);
	assert_int_equal(f->v[0].weight.nice, 13);
	while (!quiet_tick(f))
		;
	assert_int_equal(f->vm->phase, PHASE_MIXED);
	vamp_phase_end(f->vm);
	assert_int_equal(fix_weight(f, 0).nice, 0);
	assert_int_equal(fix_enter(f), EFFECT_STARTED);
	fix_free(f);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_what_tasks_ran_since_the_last_tick),
		cmocka_unit_test(it_is_that_of_all_vcpus_and_tasks),
		cmocka_unit_test(it_is_right_for_any_life),
		cmocka_unit_test(background_work_never_counts),
		cmocka_unit_test(what_ran_before_the_phase_does_not_count),
		cmocka_unit_test(
			what_ran_before_a_later_classification_does_not_either),
		cmocka_unit_test(a_task_that_starts_afresh_counts_from_there),
		cmocka_unit_test(two_ticks_at_once_do_no_harm),
		cmocka_unit_test(three_quiet_ticks_end_a_phase_under_vamp),
		cmocka_unit_test(no_quiet_tick_ends_a_phase_under_vee14),
		cmocka_unit_test(one_busy_tick_restarts_the_count),
		cmocka_unit_test(a_classification_restarts_the_count),
		cmocka_unit_test(a_tick_is_quiet_below_two_percent),
		cmocka_unit_test(an_input_has_its_time_to_be_answered),
		cmocka_unit_test(so_has_every_input_that_follows),
		cmocka_unit_test(the_end_that_follows_makes_weights_full),
	};

	return cmocka_run_group_tests_name("profile", tests, NULL, NULL);
}
