// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * phase_test.c - input and phases: what counts, what it does, when it ends.
 */
#include "fixture.h"

static const struct vamp_policy *const policies[] = {
	&vamp_policy_vee14,
	&vamp_policy_vamp,
};

/* Two vCPUs; task 1 has loaded vCPU 0 for two seconds, vCPU 1 is idle. */
static struct fix *loaded(const struct vamp_policy *policy)
{
	struct fix *f = fix_new(policy, 2, TRACK_TRAP);

	fix_run(f, 0, 1);
	fix_run(f, 1, 99);
	fix_pass(f, 4);
	fix_halt(f, 1);
	fix_pass(f, 2000);
	return f;
}

/* Task 2 answers on vCPU 1, 20 ms from now and for @ms. */
static void answer(struct fix *f, u32 ms)
{
	fix_pass(f, 20);
	fix_run(f, 1, 2);
	fix_pass(f, ms);
	fix_run(f, 1, 99);
	fix_halt(f, 1);
}

static bool starts(const struct vamp_policy *policy, enum vamp_input_kind kind,
		   u32 code)
{
	struct fix *f = loaded(policy);
	enum vamp_input_effect effect = fix_input(f, kind, code);
	bool started = effect == EFFECT_STARTED;

	assert_true(started || effect == EFFECT_IGNORED);
	assert_int_equal(f->vm->phase, started ? PHASE_MIXED : PHASE_NORMAL);
	fix_free(f);
	return started;
}

static void vee14_hears_enter_and_button_release_alone(void **state)
{
	const struct vamp_policy *p = &vamp_policy_vee14;

	(void)state;
	assert_true(starts(p, INPUT_KEY_PRESS, INPUT_ENTER));
	assert_true(starts(p, INPUT_BUTTON_RELEASE, 0));
	assert_false(starts(p, INPUT_KEY_PRESS, INPUT_ENTER + 1));
	assert_false(starts(p, INPUT_KEY_PRESS, 0));
	assert_false(starts(p, INPUT_KEY_RELEASE, INPUT_ENTER));
	assert_false(starts(p, INPUT_BUTTON_PRESS, 1));
	assert_false(starts(p, INPUT_KINDS, INPUT_ENTER));
}

static void vamp_hears_every_key_and_button(void **state)
{
	const struct vamp_policy *p = &vamp_policy_vamp;

	(void)state;
	assert_true(starts(p, INPUT_KEY_PRESS, 1));
	assert_true(starts(p, INPUT_KEY_RELEASE, 127));
	assert_true(starts(p, INPUT_BUTTON_PRESS, 1));
	assert_true(starts(p, INPUT_BUTTON_RELEASE, 0));
	assert_false(starts(p, INPUT_KINDS, 0));
	assert_false(starts(p, (enum vamp_input_kind)1000, 0));
}

static void an_ignored_input_changes_nothing(void **state)
{
	struct fix *f = loaded(&vamp_policy_vee14);
	struct vamp_vm before;
	bool classify = true;

	(void)state;
	fix_enter(f);
	fix_pass(f, 3000);
	before = *f->vm;
	assert_int_equal(vamp_input(f->vm, f->now, INPUT_KEY_PRESS, 30,
				    &classify),
			 EFFECT_IGNORED);
	assert_false(classify);
	assert_memory_equal(&before, f->vm, sizeof(before));
	fix_free(f);
}

static void vee14_takes_half_a_second_for_a_double_click(void **state)
{
	struct fix *f = loaded(&vamp_policy_vee14);
	u64 first = f->now, ends;

	(void)state;
	assert_int_equal(fix_enter(f), EFFECT_STARTED);
	ends = f->vm->phase_ends;
	f->now = first + VM_DOUBLE_CLICK_NS;
	assert_int_equal(fix_enter(f), EFFECT_REPEATED);
	assert_int_equal(f->vm->phase_ends, ends);
	f->now = first + VM_DOUBLE_CLICK_NS + 1;
	assert_int_equal(fix_enter(f), EFFECT_RESTARTED);
	assert_int_equal(f->vm->phase_ends, f->now + 5000 * MS);
	fix_free(f);
}

static void a_repeated_click_does_not_restart_the_half_second(void **state)
{
	struct fix *f = loaded(&vamp_policy_vee14);
	u64 first = f->now;

	(void)state;
	fix_enter(f);
	f->now = first + 400 * MS;
	assert_int_equal(fix_enter(f), EFFECT_REPEATED);
	f->now = first + 501 * MS;
	assert_int_equal(fix_enter(f), EFFECT_RESTARTED);
	fix_free(f);
}

static void after_a_phase_the_next_input_starts_at_once(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = loaded(policies[i]);

		fix_enter(f);
		fix_pass(f, 100);
		vamp_phase_end(f->vm);
		assert_int_equal(fix_enter(f), EFFECT_STARTED);
		assert_int_equal(f->vm->phase, PHASE_MIXED);
		fix_free(f);
	}
}

static void vamp_prolongs_a_phase_with_each_input(void **state)
{
	struct fix *f = loaded(&vamp_policy_vamp);
	u32 i;

	(void)state;
	fix_enter(f);
	for (i = 0; i < 10; i++) {
		fix_pass(f, 4000);
		assert_int_equal(f->vm->phase, PHASE_MIXED);
		assert_int_equal(fix_enter(f), EFFECT_EXTENDED);
		assert_int_equal(f->vm->phase_ends, f->now + 5000 * MS);
	}
	fix_free(f);
}

static void vamp_classifies_again_after_half_a_second_only(void **state)
{
	struct fix *f = loaded(&vamp_policy_vamp);
	u64 first = f->now;
	bool classify;

	(void)state;
	fix_enter(f);
	vamp_input(f->vm, first + VM_DOUBLE_CLICK_NS, INPUT_KEY_PRESS, 30,
		   &classify);
	assert_false(classify);
	vamp_input(f->vm, first + VM_DOUBLE_CLICK_NS + 1, INPUT_KEY_PRESS, 30,
		   &classify);
	assert_true(classify);
	vamp_input(f->vm, first + VM_DOUBLE_CLICK_NS + 2, INPUT_KEY_PRESS, 30,
		   &classify);
	assert_false(classify);
	fix_free(f);
}

static void a_phase_ends_on_the_nanosecond(void **state)
{
	struct fix *f = loaded(&vamp_policy_vamp);
	u64 ends = f->now + 5000 * MS;

	(void)state;
	assert_false(vamp_phase_over(f->vm, UINT64_MAX));
	fix_enter(f);
	assert_false(vamp_phase_over(f->vm, ends - 1));
	assert_true(vamp_phase_over(f->vm, ends));
	fix_free(f);
}

static void the_phase_length_is_configurable(void **state)
{
	struct fix *f = loaded(&vamp_policy_vamp);

	(void)state;
	f->cfg.max_phase_ms = 100;
	fix_enter(f);
	fix_pass(f, 96);
	assert_int_equal(f->vm->phase, PHASE_MIXED);
	fix_pass(f, 4);
	assert_int_equal(f->vm->phase, PHASE_NORMAL);
	fix_free(f);
}

static void ending_no_phase_does_nothing(void **state)
{
	struct fix *f = loaded(&vamp_policy_vamp);
	struct vamp_vm before = *f->vm;

	(void)state;
	vamp_phase_end(f->vm);
	assert_memory_equal(&before, f->vm, sizeof(before));
	fix_free(f);
}

static void a_new_policy_waits_for_the_next_phase(void **state)
{
	struct fix *f = loaded(&vamp_policy_vee14);

	(void)state;
	fix_enter(f);
	f->cfg.policy = &vamp_policy_vamp;
	fix_pass(f, 1000);
	assert_int_equal(fix_input(f, INPUT_KEY_PRESS, 30), EFFECT_IGNORED);
	assert_ptr_equal(f->vm->policy, &vamp_policy_vee14);
	fix_pass(f, 4000);
	assert_int_equal(fix_input(f, INPUT_KEY_PRESS, 30), EFFECT_STARTED);
	assert_ptr_equal(f->vm->policy, &vamp_policy_vamp);
	fix_free(f);
}

static void policies_are_found_by_their_whole_name(void **state)
{
	(void)state;
	assert_ptr_equal(vamp_policy_find("vamp", 4), &vamp_policy_vamp);
	assert_ptr_equal(vamp_policy_find("vee14", 5), &vamp_policy_vee14);
	assert_ptr_equal(vamp_policy_find("vamp\n", 4), &vamp_policy_vamp);
	assert_null(vamp_policy_find("vamp\n", 5));
	assert_null(vamp_policy_find("vam", 3));
	assert_null(vamp_policy_find("", 0));
	assert_null(vamp_policy_find("VAMP", 4));
}

/* ---- input during a phase ---- */

static void vee14_calls_the_answer_background_at_the_next_input(void **state)
{
	struct fix *f = loaded(&vamp_policy_vee14);

	(void)state;
	fix_enter(f);
	answer(f, 800);
	assert_int_equal(fix_enter(f), EFFECT_RESTARTED);
	assert_true(fix_background(f, 1));
	assert_true(fix_background(f, 2));
	fix_free(f);
}

static void vamp_knows_the_answer_at_the_next_input(void **state)
{
	struct fix *f = loaded(&vamp_policy_vamp);

	(void)state;
	fix_enter(f);
	answer(f, 800);
	assert_int_equal(fix_enter(f), EFFECT_EXTENDED);
	assert_true(fix_background(f, 1));
	assert_false(fix_background(f, 2));
	assert_int_equal(fix_task(f, 2)->why, WHY_ANSWERS_INPUT);
	fix_free(f);
}

static void who_began_just_before_the_input_answers_it_too(void **state)
{
	struct fix *f = loaded(&vamp_policy_vamp);

	(void)state;
	fix_run(f, 1, 2);
	fix_pass_ns(f, VM_ANSWER_EARLY_NS);
	fix_enter(f);
	assert_int_equal(fix_task(f, 2)->answered, f->now);
	fix_pass(f, 1200);
	fix_enter(f);
	assert_int_equal(fix_task(f, 2)->why, WHY_ANSWERS_INPUT);
	fix_free(f);
}

static void who_began_well_before_the_input_does_not_answer_it(void **state)
{
	struct fix *f = loaded(&vamp_policy_vamp);

	(void)state;
	fix_run(f, 1, 2);
	fix_pass_ns(f, VM_ANSWER_EARLY_NS + 1);
	fix_enter(f);
	assert_int_equal(fix_task(f, 2)->answered, 0);
	fix_pass(f, 1200);
	fix_enter(f);
	assert_true(fix_background(f, 2));
	fix_free(f);
}

static void who_begins_half_a_second_after_it_does_not_answer_it(void **state)
{
	struct fix *f = loaded(&vamp_policy_vamp);

	(void)state;
	fix_enter(f);
	fix_pass_ns(f, VM_ANSWER_NS);
	fix_run(f, 1, 2);
	fix_pass(f, 1200);
	fix_enter(f);
	assert_true(fix_background(f, 2));
	fix_free(f);
}

/* Whatever is typed and when, for a phase's length. */
static void who_answered_is_not_background_for_a_phases_length(void **state)
{
	u64 seed;

	(void)state;
	for (seed = 1; seed <= 30; seed++) {
		struct fix *f = loaded(&vamp_policy_vamp);
		u64 answered = f->now;

		f->rng = seed;
		fix_enter(f);
		fix_pass_ns(f, fix_random(&f->rng, VM_ANSWER_NS));
		fix_run(f, 1, 2);
		while (f->now < answered + 5000 * MS) {
			fix_enter(f);
			assert_false(fix_background(f, 2));
			fix_pass_ns(f, fix_random(&f->rng, 900 * MS));
		}
		fix_pass(f, 600);
		fix_enter(f);
		assert_true(fix_background(f, 2));
		fix_free(f);
	}
}

/* vCPU 1 runs task 2 for a fifth of the time, and waits. */
static void run_shared(struct fix *f, u32 ms)
{
	for (; ms; ms -= 100) {
		fix_run(f, 1, 2);
		fix_pass(f, 20);
		fix_wait(f, 1);
		fix_pass(f, 80);
	}
}

/* Half of a phase, 2500 ms, is run in 12500 ms there. */
static void an_answer_that_waits_for_the_cpu_has_more_time(void **state)
{
	struct fix *f = loaded(&vamp_policy_vamp);
	u32 i;

	(void)state;
	fix_enter(f);
	for (i = 0; i < 3; i++) {
		run_shared(f, 4000);
		fix_enter(f);
		assert_int_equal(f->vm->phase, PHASE_MIXED);
		assert_false(fix_background(f, 2));
	}
	run_shared(f, 600);
	fix_enter(f);
	assert_true(fix_background(f, 2));
	fix_free(f);
}

static void vamp_wants_load_throughout_the_window(void **state)
{
	struct fix *f = loaded(&vamp_policy_vamp);

	(void)state;
	fix_run(f, 1, 2);
	fix_pass(f, 800);
	fix_enter(f);
	assert_int_equal(fix_task(f, 2)->why, WHY_NOT_SUSTAINED);
	assert_true(fix_task(f, 2)->load > 50);
	fix_pass(f, 700);
	fix_enter(f);
	assert_int_equal(fix_task(f, 2)->why, WHY_LOAD_ABOVE);
	fix_free(f);
}

/* Starved for a while, or for more than a window on a slow vCPU: no new spell. */
static void waiting_for_a_cpu_does_not_end_a_spell(void **state)
{
	u32 ms;

	(void)state;
	for (ms = 300; ms <= 1500; ms += 1200) {
		struct fix *f = loaded(&vamp_policy_vamp);
		u64 since;

		fix_alternate(f, 1, 2, 30, 3, 30, 1200);
		since = fix_task(f, 2)->busy_since;
		fix_wait(f, 1);
		fix_pass(f, ms);
		fix_alternate(f, 1, 3, 30, 2, 30, 60);
		assert_int_equal(fix_task(f, 2)->busy_since, since);
		fix_free(f);
	}
}

/* After task 2 took turns with another it is silent for @ms; the vCPU idle, or not. */
static bool is_new_spell_after(u32 ms, bool idle)
{
	struct fix *f = loaded(&vamp_policy_vamp);
	u64 since;
	bool is;

	fix_alternate(f, 1, 2, 30, 3, 30, 1200);
	since = fix_task(f, 2)->busy_since;
	if (idle)
		fix_halt(f, 1);
	fix_pass(f, ms - 30);
	fix_run(f, 1, 2);
	is = fix_task(f, 2)->busy_since == f->now;
	assert_true(is || fix_task(f, 2)->busy_since == since);
	fix_free(f);
	return is;
}

static void doing_nothing_ends_a_spell(void **state)
{
	(void)state;
	assert_false(is_new_spell_after(60, true));
	assert_true(is_new_spell_after(70, true));
}

/* Where the vCPU was busy throughout it may have waited for its turn. */
static void doing_nothing_for_a_round_of_turns_does_not(void **state)
{
	(void)state;
	assert_false(is_new_spell_after(310, false));
	assert_true(is_new_spell_after(330, false));
}

/* Jobs of a crowd are silent for that long again and again. */
static void who_takes_turns_answers_nothing(void **state)
{
	struct fix *f = loaded(&vamp_policy_vamp);

	(void)state;
	fix_alternate(f, 1, 2, 90, 3, 110, 1200);
	fix_enter(f);
	fix_alternate(f, 1, 2, 90, 3, 110, 1200);
	assert_int_equal(fix_task(f, 2)->answered, 0);
	fix_enter(f);
	assert_true(fix_background(f, 2));
	fix_free(f);
}

/* Beside a job task 2 answers a key every 150 ms: for 2500 of 6250 ms, and 5000 more. */
static void who_answers_while_somebody_types_goes_on_doing_so(void **state)
{
	struct fix *f = loaded(&vamp_policy_vamp);
	u32 ms;

	(void)state;
	fix_run(f, 1, 3);
	fix_pass(f, 1000);
	for (ms = 0; ms < 10500; ms += 150) {
		fix_enter(f);
		fix_alternate(f, 1, 2, 60, 3, 90, 150);
		assert_false(fix_background(f, 2));
	}
	for (; ms < 13500; ms += 150) {
		fix_enter(f);
		fix_alternate(f, 1, 2, 60, 3, 90, 150);
	}
	assert_true(fix_background(f, 2));
	fix_free(f);
}

/* What its vCPU waited before the task last ran is no excuse. */
static void doing_nothing_after_a_wait_ends_a_spell_too(void **state)
{
	struct fix *f = loaded(&vamp_policy_vamp);

	(void)state;
	fix_run(f, 1, 3);
	fix_wait(f, 1);
	fix_pass(f, 500);
	fix_alternate(f, 1, 2, 30, 3, 30, 1200);
	fix_pass(f, 300);
	fix_run(f, 1, 2);
	assert_int_equal(fix_task(f, 2)->busy_since, f->now);
	fix_free(f);
}

/* Task 2 answers shortly, and is busy from @ms later on. */
static struct fix *draws_after(u32 ms)
{
	struct fix *f = loaded(&vamp_policy_vamp);

	fix_enter(f);
	answer(f, 200);
	assert_int_not_equal(fix_task(f, 2)->answered, 0);
	fix_pass(f, ms);
	fix_run(f, 1, 2);
	fix_pass(f, 1200);
	fix_enter(f);
	return f;
}

static void who_draws_what_it_had_to_wait_for_still_answers(void **state)
{
	struct fix *f = draws_after(1000);

	(void)state;
	assert_int_equal(fix_task(f, 2)->why, WHY_ANSWERS_INPUT);
	fix_free(f);
}

static void a_phases_time_later_a_new_spell_answers_nothing(void **state)
{
	struct fix *f = draws_after(5000);

	(void)state;
	assert_int_equal(fix_task(f, 2)->answered, 0);
	assert_true(fix_background(f, 2));
	fix_free(f);
}

/* ---- movements and touch ---- */

static const enum vamp_input_kind movements[] = { INPUT_SCROLL, INPUT_DRAG };

static void vamp_hears_movements_and_touch(void **state)
{
	u32 code, kind;

	(void)state;
	for (code = 0; code < 2; code++)
		for (kind = INPUT_SCROLL; kind < INPUT_KINDS; kind++)
			assert_true(starts(&vamp_policy_vamp, kind, code));
}

/* Nor does Enter's code make anything but its press an Enter. */
static void vee14_is_deaf_to_movements_and_touch(void **state)
{
	u32 kind;

	(void)state;
	for (kind = INPUT_SCROLL; kind < INPUT_KINDS; kind++) {
		assert_false(starts(&vamp_policy_vee14, kind, 0));
		assert_false(starts(&vamp_policy_vee14, kind, INPUT_ENTER));
	}
}

static void in_a_phase_vee14_is_deaf_to_them_too(void **state)
{
	struct fix *f = loaded(&vamp_policy_vee14);
	u32 kind;
	u64 ends;

	(void)state;
	fix_enter(f);
	ends = f->vm->phase_ends;
	fix_pass(f, 1000);
	for (kind = INPUT_SCROLL; kind < INPUT_KINDS; kind++)
		assert_int_equal(fix_input(f, kind, 1), EFFECT_IGNORED);
	assert_int_equal(f->vm->phase_ends, ends);
	fix_free(f);
}

static void movements_that_follow_closely_change_nothing(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(movements); i++) {
		struct fix *f = loaded(&vamp_policy_vamp);
		struct vamp_vm before;
		bool classify = true;

		fix_enter(f);
		fix_pass_ns(f, VM_MOVEMENT_NS - 1);
		before = *f->vm;
		assert_int_equal(vamp_input(f->vm, f->now, movements[i], 1,
					    &classify),
				 EFFECT_REPEATED);
		assert_false(classify);
		assert_memory_equal(&before, f->vm, sizeof(before));
		f->now++;
		assert_int_equal(fix_input(f, movements[i], 1),
				 EFFECT_EXTENDED);
		assert_int_equal(f->vm->phase_ends, f->now + 5000 * MS);
		fix_free(f);
	}
}

/* Ten seconds of dragging: the end moves ten times a second, no oftener. */
static void movements_move_the_end_ten_times_a_second(void **state)
{
	struct fix *f = loaded(&vamp_policy_vamp);
	u32 i, extended = 0;

	(void)state;
	fix_enter(f);
	for (i = 0; i < 1250; i++) {
		enum vamp_input_kind kind = movements[fix_random(&f->rng, 2)];

		fix_pass(f, 8);
		extended += fix_input(f, kind, 1) == EFFECT_EXTENDED;
		assert_int_equal(f->vm->phase, PHASE_MIXED);
		assert_true(f->vm->phase_ends + VM_MOVEMENT_NS >
			    f->now + 5000 * MS);
	}
	assert_in_range(extended, 90, 100);
	fix_free(f);
}

static void touches_and_keys_count_however_closely_they_follow(void **state)
{
	static const enum vamp_input_kind kinds[] = {
		INPUT_TOUCH_BEGIN,    INPUT_TOUCH_END, INPUT_BUTTON_PRESS,
		INPUT_BUTTON_RELEASE, INPUT_KEY_PRESS, INPUT_KEY_RELEASE,
	};
	struct fix *f = loaded(&vamp_policy_vamp);
	size_t i;

	(void)state;
	fix_enter(f);
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		f->now++;
		assert_int_equal(fix_input(f, kinds[i], 1), EFFECT_EXTENDED);
		assert_int_equal(f->vm->phase_ends, f->now + 5000 * MS);
	}
	fix_free(f);
}

static void outside_a_phase_a_movement_starts_one_at_once(void **state)
{
	struct fix *f = loaded(&vamp_policy_vamp);

	(void)state;
	fix_enter(f);
	fix_pass(f, 20);
	vamp_phase_end(f->vm);
	assert_int_equal(fix_input(f, INPUT_SCROLL, 1), EFFECT_STARTED);
	fix_free(f);
}

/* Of the kinds that count under both: every 300 ms, as task 2 answers. */
static bool background_in_a_burst(const struct vamp_policy *policy, u32 ms)
{
	struct fix *f = loaded(policy);
	bool background = false;
	u32 i;

	fix_enter(f);
	fix_pass(f, 20);
	fix_run(f, 1, 2);
	for (i = 0; i < ms; i += 300) {
		fix_pass(f, 300);
		fix_enter(f);
		assert_true(fix_background(f, 1));
		background |= fix_background(f, 2);
	}
	fix_free(f);
	return background;
}

static void a_burst_of_enters_never_makes_the_answer_background(void **state)
{
	(void)state;
	assert_false(background_in_a_burst(&vamp_policy_vamp, 4800));
	assert_true(background_in_a_burst(&vamp_policy_vee14, 4800));
}

/* ---- phases that sound starts ---- */

static void output_starts_a_phase_as_an_input_does(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = loaded(policies[i]);

		assert_int_equal(fix_output(f), EFFECT_STARTED);
		assert_int_equal(f->vm->phase, PHASE_MIXED);
		assert_int_equal(f->vm->phase_ends, f->now + 5000 * MS);
		assert_true(f->vm->audio.output);
		assert_true(fix_background(f, 1));
		fix_free(f);
	}
}

static void output_does_nothing_in_a_phase(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = loaded(policies[i]);
		struct vamp_vm before;

		fix_enter(f);
		fix_pass(f, 3000);
		before = *f->vm;
		assert_int_equal(vamp_output(f->vm, f->now), EFFECT_IGNORED);
		assert_memory_equal(&before, f->vm, sizeof(before));
		fix_free(f);
	}
}

static void output_is_no_input(void **state)
{
	struct fix *f = loaded(&vamp_policy_vamp);

	(void)state;
	fix_output(f);
	assert_int_equal(f->vm->last_input, 0);
	fix_pass(f, 20);
	fix_run(f, 1, 2);
	assert_int_equal(fix_task(f, 2)->answered, 0);
	fix_free(f);
}

static void an_input_takes_over_a_phase_that_sound_started(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = loaded(policies[i]);
		bool vamp = policies[i] == &vamp_policy_vamp;

		fix_output(f);
		fix_pass(f, 600);
		assert_int_equal(fix_enter(f),
				 vamp ? EFFECT_EXTENDED : EFFECT_RESTARTED);
		assert_false(f->vm->audio.output);
		assert_int_equal(f->vm->phase_ends, f->now + 5000 * MS);
		fix_free(f);
	}
}

static void output_has_the_policy_of_now(void **state)
{
	struct fix *f = loaded(&vamp_policy_vee14);

	(void)state;
	f->cfg.policy = &vamp_policy_vamp;
	fix_output(f);
	assert_ptr_equal(f->vm->policy, &vamp_policy_vamp);
	fix_free(f);
}

/* ---- nice 0 again, whatever ends it ---- */

static struct fix *slow(const struct vamp_policy *policy)
{
	struct fix *f = loaded(policy);

	fix_enter(f);
	assert_int_equal(fix_weight(f, 0).nice, 13);
	fix_pass(f, 40);
	assert_int_equal(f->v[0].weight.nice, 13);
	return f;
}

static void assert_all_full(struct fix *f)
{
	u32 v;

	for (v = 0; v < f->vm->nr_vcpus; v++)
		assert_int_equal(fix_weight(f, v).nice, 0);
	fix_pass(f, 8);
	for (v = 0; v < f->vm->nr_vcpus; v++)
		assert_int_equal(f->v[v].weight.nice, 0);
}

static void the_end_of_a_phase_makes_all_weights_full(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = slow(policies[i]);

		vamp_phase_end(f->vm);
		assert_all_full(f);
		assert_false(fix_background(f, 1));
		assert_int_equal(fix_weight(f, 0).why, WHY_NO_PHASE);
		fix_free(f);
	}
}

static void time_alone_makes_all_weights_full(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = slow(policies[i]);

		fix_pass(f, 5000);
		assert_all_full(f);
		fix_free(f);
	}
}

static void kvm_vamp_0_makes_all_weights_full(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = slow(policies[i]);

		f->cfg.kvm_vamp = 0;
		assert_all_full(f);
		fix_free(f);
	}
}

/* The load went away, and the next input finds that out. */
static void a_phase_that_is_no_longer_mixed_has_full_weights(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = slow(policies[i]);

		fix_halt(f, 0);
		fix_pass(f, 1500);
		fix_enter(f);
		assert_int_equal(f->vm->phase, PHASE_NON_MIXED);
		fix_run(f, 0, 1);
		assert_all_full(f);
		assert_int_equal(fix_weight(f, 0).why, WHY_NO_PHASE);
		assert_false(fix_background(f, 1));
		fix_free(f);
	}
}

static void a_restart_is_full_until_it_has_classified(void **state)
{
	struct fix *f = slow(&vamp_policy_vee14);
	bool classify;

	(void)state;
	fix_pass(f, 600);
	vamp_input(f->vm, f->now, INPUT_KEY_PRESS, INPUT_ENTER, &classify);
	assert_true(classify);
	assert_int_equal(f->vm->phase, PHASE_NORMAL);
	assert_all_full(f);
	fix_classify(f);
	assert_int_equal(fix_weight(f, 0).nice, 13);
	fix_free(f);
}

static void a_phase_leaves_nothing_to_the_next(void **state)
{
	struct fix *f = slow(&vamp_policy_vamp);
	struct vamp_vcpu *v = &f->vm->vcpu[0];
	u32 i;

	(void)state;
	for (i = 0; i < 20; i++) {
		vamp_vcpu_interrupt(f->vm, v, NULL, f->now);
		fix_pass(f, 16);
	}
	vamp_phase_end(f->vm);
	assert_int_equal(v->fast_until, 0);
	assert_int_equal(v->empty_hints, 0);
	assert_int_equal(v->ratio_all + v->ratio_bg, 0);
	assert_false(v->hinted);
	fix_free(f);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(vee14_hears_enter_and_button_release_alone),
		cmocka_unit_test(vamp_hears_every_key_and_button),
		cmocka_unit_test(an_ignored_input_changes_nothing),
		cmocka_unit_test(vee14_takes_half_a_second_for_a_double_click),
		cmocka_unit_test(
			a_repeated_click_does_not_restart_the_half_second),
		cmocka_unit_test(after_a_phase_the_next_input_starts_at_once),
		cmocka_unit_test(vamp_prolongs_a_phase_with_each_input),
		cmocka_unit_test(
			vamp_classifies_again_after_half_a_second_only),
		cmocka_unit_test(a_phase_ends_on_the_nanosecond),
		cmocka_unit_test(the_phase_length_is_configurable),
		cmocka_unit_test(ending_no_phase_does_nothing),
		cmocka_unit_test(a_new_policy_waits_for_the_next_phase),
		cmocka_unit_test(policies_are_found_by_their_whole_name),
		cmocka_unit_test(
			vee14_calls_the_answer_background_at_the_next_input),
		cmocka_unit_test(vamp_knows_the_answer_at_the_next_input),
		cmocka_unit_test(
			who_began_just_before_the_input_answers_it_too),
		cmocka_unit_test(
			who_began_well_before_the_input_does_not_answer_it),
		cmocka_unit_test(
			who_begins_half_a_second_after_it_does_not_answer_it),
		cmocka_unit_test(
			who_answered_is_not_background_for_a_phases_length),
		cmocka_unit_test(
			an_answer_that_waits_for_the_cpu_has_more_time),
		cmocka_unit_test(vamp_wants_load_throughout_the_window),
		cmocka_unit_test(waiting_for_a_cpu_does_not_end_a_spell),
		cmocka_unit_test(doing_nothing_ends_a_spell),
		cmocka_unit_test(doing_nothing_for_a_round_of_turns_does_not),
		cmocka_unit_test(who_takes_turns_answers_nothing),
		cmocka_unit_test(
			who_answers_while_somebody_types_goes_on_doing_so),
		cmocka_unit_test(doing_nothing_after_a_wait_ends_a_spell_too),
		cmocka_unit_test(
			who_draws_what_it_had_to_wait_for_still_answers),
		cmocka_unit_test(
			a_phases_time_later_a_new_spell_answers_nothing),
		cmocka_unit_test(vamp_hears_movements_and_touch),
		cmocka_unit_test(vee14_is_deaf_to_movements_and_touch),
		cmocka_unit_test(in_a_phase_vee14_is_deaf_to_them_too),
		cmocka_unit_test(movements_that_follow_closely_change_nothing),
		cmocka_unit_test(movements_move_the_end_ten_times_a_second),
		cmocka_unit_test(
			touches_and_keys_count_however_closely_they_follow),
		cmocka_unit_test(outside_a_phase_a_movement_starts_one_at_once),
		cmocka_unit_test(
			a_burst_of_enters_never_makes_the_answer_background),
		cmocka_unit_test(output_starts_a_phase_as_an_input_does),
		cmocka_unit_test(output_does_nothing_in_a_phase),
		cmocka_unit_test(output_is_no_input),
		cmocka_unit_test(
			an_input_takes_over_a_phase_that_sound_started),
		cmocka_unit_test(output_has_the_policy_of_now),
		cmocka_unit_test(the_end_of_a_phase_makes_all_weights_full),
		cmocka_unit_test(time_alone_makes_all_weights_full),
		cmocka_unit_test(kvm_vamp_0_makes_all_weights_full),
		cmocka_unit_test(
			a_phase_that_is_no_longer_mixed_has_full_weights),
		cmocka_unit_test(a_restart_is_full_until_it_has_classified),
		cmocka_unit_test(a_phase_leaves_nothing_to_the_next),
	};

	return cmocka_run_group_tests_name("phase", tests, NULL, NULL);
}
