// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * classify_test.c - which tasks are background: thresholds, potential load,
 * the system task, confidence, and the classification in steps.
 */
#include "fixture.h"

#include <stdlib.h>

#include "reason.h"

#define WINDOW_MS	1056	/* a whole window and the epochs at its ends */

static const struct vamp_policy *const policies[] = {
	&vamp_policy_vee14,
	&vamp_policy_vamp,
};

/* Task @id busy @busy ms of every epoch on @v, halted for the rest. */
static void load_part(struct fix *f, u32 v, u64 id, u32 busy, u32 total)
{
	u32 ms;

	for (ms = 0; ms < total; ms += 32) {
		fix_run(f, v, id);
		fix_pass(f, busy);
		fix_halt(f, v);
		fix_pass(f, 32 - busy);
	}
}

/* ---- thresholds ---- */

static u32 phase_at(const struct vamp_policy *policy, u32 threshold)
{
	struct fix *f = fix_new(policy, 1, TRACK_TRAP);
	u32 phase;

	load_part(f, 0, 1, 16, WINDOW_MS);
	f->cfg.bg_load_thresh_pct = threshold;
	fix_enter(f);
	assert_int_equal(f->vm->vm_load, 50);
	phase = f->vm->phase;
	fix_free(f);
	return phase;
}

static void a_vm_at_the_threshold_is_not_mixed(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		assert_int_equal(phase_at(policies[i], 50), PHASE_NON_MIXED);
		assert_int_equal(phase_at(policies[i], 49), PHASE_MIXED);
		assert_int_equal(phase_at(policies[i], 51), PHASE_NON_MIXED);
	}
}

static enum vamp_why class_at(const struct vamp_policy *policy, u32 threshold)
{
	struct fix *f = fix_new(policy, 1, TRACK_TRAP);
	enum vamp_why why;
	u32 ms;

	for (ms = 0; ms < WINDOW_MS; ms += 32) {
		fix_alternate(f, 0, 1, 16, 2, 8, 24);
		fix_halt(f, 0);
		fix_pass(f, 8);
	}
	f->cfg.bg_load_thresh_pct = threshold;
	fix_enter(f);
	assert_int_equal(f->vm->phase, PHASE_MIXED);
	assert_int_equal(fix_task(f, 1)->load, 50);
	why = fix_task(f, 1)->why;
	assert_int_equal(fix_background(f, 1), why == WHY_LOAD_ABOVE);
	fix_free(f);
	return why;
}

static void a_task_at_the_threshold_is_not_background(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		assert_int_equal(class_at(policies[i], 50), WHY_LOAD_BELOW);
		assert_int_equal(class_at(policies[i], 49), WHY_LOAD_ABOVE);
	}
}

static void a_vms_load_is_that_of_all_its_vcpus(void **state)
{
	struct fix *f = fix_new(&vamp_policy_vamp, 4, TRACK_TRAP);
	u32 v;

	(void)state;
	for (v = 0; v < 4; v++)
		fix_run(f, v, 1 + v);
	fix_pass(f, WINDOW_MS);
	fix_enter(f);
	assert_int_equal(f->vm->vm_load, 400);
	assert_int_equal(f->vm->background, 4);
	fix_free(f);
}

static void a_tasks_load_is_that_of_all_its_threads(void **state)
{
	struct fix *f = fix_new(&vamp_policy_vamp, 4, TRACK_TRAP);
	u32 v;

	(void)state;
	for (v = 0; v < 4; v++)
		fix_run(f, v, 7);
	fix_pass(f, WINDOW_MS);
	fix_enter(f);
	assert_int_equal(fix_task(f, 7)->load, 400);
	assert_true(fix_background(f, 7));
	fix_free(f);
}

static void an_idle_vm_is_not_mixed(void **state)
{
	struct fix *f = fix_new(&vamp_policy_vamp, 2, TRACK_SAMPLE);

	(void)state;
	assert_int_equal(fix_enter(f), EFFECT_STARTED);
	assert_int_equal(f->vm->phase, PHASE_NON_MIXED);
	assert_int_equal(f->vm->vm_load, 0);
	fix_free(f);
}

static void load_older_than_the_window_does_not_count(void **state)
{
	struct fix *f = fix_new(&vamp_policy_vamp, 1, TRACK_TRAP);

	(void)state;
	fix_run(f, 0, 1);
	fix_pass(f, WINDOW_MS);
	fix_halt(f, 0);
	fix_pass(f, WINDOW_MS);
	fix_enter(f);
	assert_int_equal(f->vm->vm_load, 0);
	fix_free(f);
}

/* ---- potential load ---- */

/* Waits @wait ms of every epoch and runs the rest. */
static void starve(struct fix *f, u32 v, u64 id, u32 wait, u32 total)
{
	u32 ms;

	for (ms = 0; ms < total; ms += 32) {
		fix_wait(f, v);
		fix_pass(f, wait);
		fix_run(f, v, id);
		fix_pass(f, 32 - wait);
	}
}

static void what_a_vcpu_waited_is_potential_load(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = fix_new(policies[i], 1, TRACK_SAMPLE);

		fix_run(f, 0, 1);
		starve(f, 0, 1, 24, 992);
		fix_enter(f);
		assert_int_equal(f->vm->vcpu[0].avg, 25);
		assert_int_equal(f->vm->vcpu[0].potential, 75);
		assert_int_equal(f->vm->vm_load, 100);
		assert_int_equal(f->vm->waited, 75);
		assert_true(fix_background(f, 1));
		fix_free(f);
	}
}

/* Of what was wanted, by vCPUs that had work to do; not of all there could be. */
static void an_idle_vm_waited_for_nothing(void **state)
{
	struct fix *f = fix_new(&vamp_policy_vamp, 4, TRACK_SAMPLE);

	(void)state;
	fix_enter(f);
	assert_int_equal(f->vm->waited, 0);
	fix_pass(f, 6000);
	fix_run(f, 0, 1);
	starve(f, 0, 1, 8, 992);
	fix_enter(f);
	assert_int_equal(f->vm->waited, 25);
	/* In a phase it may wait less by what vAMP does, but not more. */
	fix_pass(f, 1200);
	fix_enter(f);
	assert_int_equal(f->vm->waited, 25);
	starve(f, 0, 1, 16, 992);
	fix_enter(f);
	assert_int_equal(f->vm->waited, 50);
	vamp_phase_end(f->vm);
	fix_pass(f, 7000);
	fix_enter(f);
	assert_int_equal(f->vm->waited, 0);
	fix_free(f);
}

static void vee14_counts_waits_since_the_last_halt(void **state)
{
	struct fix *f = fix_new(&vamp_policy_vee14, 1, TRACK_SAMPLE);

	(void)state;
	fix_run(f, 0, 1);
	starve(f, 0, 1, 16, 320);
	fix_halt(f, 0);
	fix_pass(f, 32);
	fix_run(f, 0, 1);
	fix_pass(f, 640);
	fix_enter(f);
	assert_int_equal(f->vm->vcpu[0].potential, 0);
	fix_free(f);
}

static void vee14_counts_waits_since_the_last_phase_began(void **state)
{
	struct fix *f = fix_new(&vamp_policy_vee14, 1, TRACK_SAMPLE);

	(void)state;
	fix_run(f, 0, 1);
	starve(f, 0, 1, 16, 640);
	fix_enter(f);
	assert_int_not_equal(f->vm->vcpu[0].potential, 0);
	fix_pass(f, 544);
	fix_enter(f);
	assert_int_equal(f->vm->vcpu[0].potential, 0);
	fix_free(f);
}

static void vamp_counts_waits_inside_the_window(void **state)
{
	struct fix *f = fix_new(&vamp_policy_vamp, 1, TRACK_SAMPLE);

	(void)state;
	fix_run(f, 0, 1);
	starve(f, 0, 1, 16, 320);
	fix_halt(f, 0);
	fix_pass(f, 32);
	fix_run(f, 0, 1);
	fix_pass(f, 640);
	fix_enter(f);
	assert_int_equal(f->vm->vcpu[0].potential, 16);
	fix_pass(f, WINDOW_MS);
	fix_enter(f);
	assert_int_equal(f->vm->vcpu[0].potential, 0);
	fix_free(f);
}

/* Five seconds of waiting, long ago, do not make a busy vCPU 600 % busy. */
static void potential_load_is_capped_by_idle_time(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = fix_new(policies[i], 1, TRACK_SAMPLE);

		fix_run(f, 0, 1);
		starve(f, 0, 1, 16, 10016);
		load_part(f, 0, 1, 24, 0);
		fix_enter(f);
		assert_int_equal(f->vm->vcpu[0].avg, 50);
		assert_int_equal(f->vm->vcpu[0].potential, 50);
		fix_free(f);
	}
}

static void a_vcpu_starved_for_the_whole_window_is_all_potential(void **state)
{
	struct fix *f = fix_new(&vamp_policy_vamp, 1, TRACK_SAMPLE);

	(void)state;
	fix_run(f, 0, 1);
	fix_pass(f, 64);
	fix_wait(f, 0);
	fix_pass(f, WINDOW_MS);
	fix_enter(f);
	assert_int_equal(f->vm->vcpu[0].avg, 0);
	assert_int_equal(f->vm->vcpu[0].potential, 100);
	assert_int_equal(f->vm->phase, PHASE_MIXED);
	fix_free(f);
}

static void tasks_share_potential_load_by_their_load(void **state)
{
	struct fix *f = fix_new(&vamp_policy_vamp, 1, TRACK_TRAP);
	u32 ms, potential;

	(void)state;
	for (ms = 0; ms < 992; ms += 32) {
		fix_run(f, 0, 1);
		fix_pass(f, 12);
		fix_run(f, 0, 2);
		fix_pass(f, 4);
		fix_wait(f, 0);
		fix_pass(f, 16);
	}
	fix_enter(f);
	assert_int_equal(f->vm->vcpu[0].potential, 50);
	assert_int_equal(fix_task(f, 1)->load, 37 + 50 * 37 / 51);
	assert_int_equal(fix_task(f, 2)->load, 12 + 50 * 12 / 51);
	vamp_task_load(f->vm, vamp_tasks_find(&f->vm->tasks, 1), f->now / EPOCH,
		       &potential);
	assert_int_equal(potential, 50 * 37 / 51);
	fix_free(f);
}

/* ---- the system task ---- */

static void the_one_that_always_halts_is_the_system_task(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = fix_new(policies[i], 1, TRACK_SAMPLE);

		load_part(f, 0, 4, 24, WINDOW_MS);
		fix_run(f, 0, 4);
		fix_enter(f);
		assert_int_equal(f->vm->system_task, 4);
		assert_int_equal(fix_task(f, 4)->why, WHY_SYSTEM_TASK);
		assert_false(fix_background(f, 4));
		fix_free(f);
	}
}

static void where_several_halt_there_is_no_system_task(void **state)
{
	struct fix *f = fix_new(&vamp_policy_vee14, 2, TRACK_SAMPLE);

	(void)state;
	load_part(f, 0, 4, 24, WINDOW_MS);
	load_part(f, 1, 5, 24, 64);
	fix_run(f, 1, 5);
	assert_int_equal(f->vm->system_task, SYSTEM_NONE);
	load_part(f, 0, 4, 24, WINDOW_MS);
	fix_run(f, 0, 4);
	assert_int_equal(f->vm->system_task, SYSTEM_NONE);
	fix_enter(f);
	assert_true(fix_background(f, 4));
	fix_free(f);
}

/* ---- confidence ---- */

static struct fix *confident(u32 inputs)
{
	struct fix *f = fix_new(&vamp_policy_vee14, 1, TRACK_TRAP);

	fix_run(f, 0, 1);
	fix_pass(f, 2000);
	while (inputs--) {
		fix_enter(f);
		fix_pass(f, 600);
	}
	return f;
}

static void confidence_grows_with_each_verdict_up_to_10(void **state)
{
	u32 n;

	(void)state;
	for (n = 0; n < 15; n++) {
		struct fix *f = confident(n);

		assert_int_equal(fix_task(f, 1)->bg_conf, n < 10 ? n : 10);
		fix_free(f);
	}
}

static void confidence_falls_down_to_0(void **state)
{
	struct fix *f = confident(3);
	u32 n;

	(void)state;
	f->cfg.bg_load_thresh_pct = 1000;
	for (n = 0; n < 6; n++) {
		assert_int_equal(fix_task(f, 1)->bg_conf, n < 3 ? 3 - n : 0);
		fix_enter(f);
		fix_pass(f, 600);
	}
	fix_free(f);
}

/* ---- crowds ---- */

/*
 * @hogs tasks, with ids from 10 on, share two vCPUs; task 1 has @app ms of each 32 on
 * the first.
 */
static struct fix *crowd(const struct vamp_policy *policy, u32 hogs, u32 app)
{
	struct fix *f = fix_new(policy, 2, TRACK_TRAP);
	u32 ms, half = hogs / 2, turn = 0;

	for (ms = 0; ms < 2 * WINDOW_MS; ms += 4, turn++) {
		fix_run(f, 0, ms % 32 < app ? 1 : 10 + turn % half);
		fix_run(f, 1, 10 + half + turn % half);
		fix_pass(f, 4);
	}
	fix_enter(f);
	assert_int_equal(f->vm->phase, PHASE_MIXED);
	return f;
}

static u32 hogs_found(struct fix *f, u32 hogs)
{
	u32 i, n = 0;

	for (i = 0; i < hogs; i++)
		n += fix_background(f, 10 + i);
	return n;
}

static void busy_tasks_are_background_however_many(void **state)
{
	u32 hogs;

	(void)state;
	for (hogs = 2; hogs <= 16; hogs += 2) {
		struct fix *f = crowd(&vamp_policy_vamp, hogs, 0);

		assert_int_equal(hogs_found(f, hogs), hogs);
		assert_int_equal(f->vm->background, hogs);
		fix_free(f);
	}
}

static void who_wants_little_is_no_background_in_a_crowd(void **state)
{
	struct fix *f = crowd(&vamp_policy_vamp, 6, 4);

	(void)state;
	assert_in_range(fix_task(f, 1)->load, 10, 15);
	assert_false(fix_background(f, 1));
	assert_int_equal(hogs_found(f, 6), 6);
	fix_free(f);
}

/* Task 20 has the second vCPU; @n others, from 10 on, share the first for @time ms. */
static void run_apart_for(struct fix *f, u32 n, u32 time)
{
	u32 ms, turn = 0;

	for (ms = 0; ms < time; ms += 4, turn++) {
		fix_run(f, 0, 10 + turn % n);
		fix_run(f, 1, 20);
		fix_pass(f, 4);
	}
}

static void run_apart(struct fix *f, u32 n)
{
	run_apart_for(f, n, 2 * WINDOW_MS);
}

/* Who draws the answer takes as much as the jobs, and began after the input. */
static void a_phases_newcomers_are_judged_late(void **state)
{
	struct fix *f = fix_new(&vamp_policy_vamp, 2, TRACK_TRAP);

	(void)state;
	run_apart(f, 3);
	fix_enter(f);
	assert_int_equal(hogs_found(f, 3), 3);
	run_apart_for(f, 3, 800);
	run_apart(f, 4);
	fix_enter(f);
	assert_int_equal(hogs_found(f, 4), 3);
	assert_false(fix_background(f, 13));
	run_apart(f, 4);
	fix_enter(f);
	assert_int_equal(hogs_found(f, 4), 4);
	fix_free(f);
}

/* Of 200 % six equal parts would be 33 each. */
static void who_crowds_one_vcpu_is_background_whatever_others_have(void **state)
{
	struct fix *f = fix_new(&vamp_policy_vamp, 2, TRACK_TRAP);

	(void)state;
	run_apart(f, 5);
	fix_enter(f);
	assert_in_range(fix_task(f, 10)->load, 18, 22);
	assert_int_equal(hogs_found(f, 5), 5);
	assert_true(fix_background(f, 20));
	fix_free(f);
}

/* The application and who draws it, where the guest has put all but background. */
static void two_on_a_fast_vcpu_are_no_crowd(void **state)
{
	struct fix *f = fix_new(&vamp_policy_vamp, 2, TRACK_TRAP);

	(void)state;
	run_apart(f, 2);
	fix_enter(f);
	assert_int_equal(hogs_found(f, 2), 2);
	vamp_vcpu_place(&f->vm->vcpu[0], PLACED_FAST);
	vamp_vcpu_place(&f->vm->vcpu[1], PLACED_SLOW);
	fix_classify(f);
	assert_int_equal(hogs_found(f, 2), 0);
	assert_true(fix_background(f, 20));
	fix_free(f);
}

static void three_on_a_fast_vcpu_are_one(void **state)
{
	struct fix *f = fix_new(&vamp_policy_vamp, 2, TRACK_TRAP);

	(void)state;
	run_apart(f, 3);
	fix_enter(f);
	vamp_vcpu_place(&f->vm->vcpu[0], PLACED_FAST);
	vamp_vcpu_place(&f->vm->vcpu[1], PLACED_SLOW);
	fix_classify(f);
	assert_int_equal(hogs_found(f, 3), 3);
	fix_free(f);
}

static void vee14_minds_no_crowd(void **state)
{
	struct fix *f = crowd(&vamp_policy_vee14, 6, 0);

	(void)state;
	assert_int_equal(hogs_found(f, 6), 0);
	fix_free(f);
}

static void confidence_grows_in_a_crowd_too(void **state)
{
	struct fix *f = crowd(&vamp_policy_vamp, 4, 0);

	(void)state;
	assert_int_equal(fix_task(f, 10)->bg_conf, 1);
	fix_classify(f);
	assert_int_equal(fix_task(f, 10)->bg_conf, 2);
	fix_free(f);
}

/* ---- in steps ---- */

/* Hundreds of tasks on eight vCPUs, some of them busy. */
static struct fix *busy_vm(const struct vamp_policy *policy, u64 seed)
{
	struct fix *f = fix_new(policy, 8, TRACK_TRAP);
	u32 v;

	f->rng = seed;
	f->step = 40 * MS;
	while (f->now < FIX_START + 1500 * MS) {
		for (v = 0; v < 6; v++)
			fix_run(f, v,
				fix_random(&f->rng, 4) ?
					1 + v :
					10 + fix_random(&f->rng, 600));
		fix_run(f, 6, 10 + fix_random(&f->rng, 600));
		fix_run(f, 7, 7);
		fix_pass_ns(f, fix_random(&f->rng, 4 * MS));
		fix_wait(f, 7);
	}
	return f;
}

static void compare_vcpu(const struct vamp_vcpu *a, const struct vamp_vcpu *b)
{
	assert_int_equal(a->avg, b->avg);
	assert_int_equal(a->potential, b->potential);
	assert_int_equal(a->delay_base, b->delay_base);
	assert_int_equal(a->fast_until, b->fast_until);
	assert_int_equal(a->fast_why, b->fast_why);
}

static void compare(struct fix *a, struct fix *b)
{
	const size_t tasks = VM_TASKS * sizeof(struct vamp_task);
	u32 v;

	assert_int_equal(a->vm->phase, b->vm->phase);
	assert_int_equal(a->vm->vm_load, b->vm->vm_load);
	assert_int_equal(a->vm->background, b->vm->background);
	assert_memory_equal(a->vm->tasks.task, b->vm->tasks.task, tasks);
	for (v = 0; v < a->vm->nr_vcpus; v++)
		compare_vcpu(&a->vm->vcpu[v], &b->vm->vcpu[v]);
}

static void steps_of_any_size_give_the_same_result(void **state)
{
	static const u32 sizes[] = { 1, 2, 7, 64, 1000, 1023, 1025, UINT32_MAX };
	size_t p, i;

	(void)state;
	for (p = 0; p < ARRAY_SIZE(policies); p++) {
		struct fix *whole = busy_vm(policies[p], 3);

		whole->chunk = VM_TASKS;
		fix_enter(whole);
		assert_in_range(whole->vm->background, 1, 8);
		for (i = 0; i < ARRAY_SIZE(sizes); i++) {
			struct fix *f = busy_vm(policies[p], 3);

			f->chunk = sizes[i];
			fix_enter(f);
			compare(whole, f);
			fix_free(f);
		}
		fix_free(whole);
	}
}

/* Slots and threads of the table from @from up to before @to. */
static u32 work_between(const struct vamp_tasks *t, u16 from, u16 to)
{
	u32 work = to - from;
	u16 i, h;

	for (i = from; i < to; i++) {
		if (!(t->task[i].flags & TASK_USED))
			continue;
		for (h = t->task[i].threads; h != TASK_NONE;
		     h = t->thread[h].next)
			work++;
	}
	return work;
}

static void a_step_stops_with_the_task_that_exceeds_its_work(void **state)
{
	struct fix *f = busy_vm(&vamp_policy_vamp, 3);
	const struct vamp_tasks *t = &f->vm->tasks;
	u32 work;

	(void)state;
	for (work = 1; work < 3 * VM_TASKS; work += work < 40 ? 1 : 500) {
		u16 from = 0;
		bool more;

		vamp_classify_begin(f->vm, f->now);
		do {
			more = vamp_classify_step(f->vm, work);
			assert_true(f->vm->cursor > from);
			assert_true(work_between(t, from, f->vm->cursor - 1) <
				    work);
			assert_true(!more ||
				    work_between(t, from, f->vm->cursor) >=
					    work);
			from = f->vm->cursor;
		} while (more);
		assert_int_equal(from, VM_TASKS);
	}
	vamp_classify_begin(f->vm, f->now);
	assert_true(vamp_classify_step(f->vm, 0));
	assert_int_equal(f->vm->cursor, 0);
	fix_free(f);
}

static void nothing_counts_before_the_classification_has_ended(void **state)
{
	struct fix *f = busy_vm(&vamp_policy_vee14, 3);
	bool classify;

	(void)state;
	vamp_input(f->vm, f->now, INPUT_KEY_PRESS, INPUT_ENTER, &classify);
	vamp_classify_begin(f->vm, f->now);
	do {
		assert_int_equal(f->vm->phase, PHASE_NORMAL);
		assert_int_equal(fix_weight(f, 0).nice, 0);
	} while (vamp_classify_step(f->vm, 32));
	vamp_classify_end(f->vm);
	assert_int_equal(f->vm->phase, PHASE_MIXED);
	fix_free(f);
}

static void move_at_random(struct fix *f)
{
	u32 i;

	for (i = fix_random(&f->rng, 60); i > 0; i--) {
		u32 v = (u32)fix_random(&f->rng, 8);

		fix_run(f, v, 1 + fix_random(&f->rng, 2500));
		fix_pass_ns(f, fix_random(&f->rng, MS));
	}
}

/* Tasks come and go while the lock is free; the busy ones stay. */
static void tasks_may_come_and_go_between_steps(void **state)
{
	u64 seed;

	(void)state;
	for (seed = 1; seed <= 10; seed++) {
		struct fix *f = busy_vm(&vamp_policy_vamp, seed);
		bool classify;

		vamp_input(f->vm, f->now, INPUT_KEY_PRESS, 30, &classify);
		fix_sync(f);
		vamp_classify_begin(f->vm, f->now);
		do {
			move_at_random(f);
			fix_check(f);
		} while (vamp_classify_step(f->vm, 64));
		vamp_classify_end(f->vm);
		assert_int_equal(f->vm->phase, PHASE_MIXED);
		move_at_random(f);
		fix_free(f);
	}
}

static void a_task_first_seen_after_it_is_not_background(void **state)
{
	struct fix *f = busy_vm(&vamp_policy_vamp, 3);

	(void)state;
	fix_enter(f);
	fix_run(f, 0, 100000);
	assert_false(fix_background(f, 100000));
	assert_int_equal(fix_task(f, 100000)->why, WHY_NEW_TASK);
	assert_int_equal(fix_weight(f, 0).nice, 0);
	fix_free(f);
}

/* ---- reasons ---- */

static void every_task_has_a_reason_that_fits_its_class(void **state)
{
	size_t p;
	u32 i;

	(void)state;
	for (p = 0; p < ARRAY_SIZE(policies); p++) {
		struct fix *f = busy_vm(policies[p], 3);

		fix_enter(f);
		for (i = 0; i < VM_TASKS; i++) {
			struct vamp_task *k = &f->vm->tasks.task[i];

			if (!(k->flags & TASK_USED))
				continue;
			assert_in_range(k->why, WHY_LOAD_ABOVE, WHY_NEW_TASK);
			assert_int_equal(k->why == WHY_LOAD_ABOVE,
					 !!(k->flags & TASK_BACKGROUND));
		}
		fix_free(f);
	}
}

static void in_a_vm_that_is_not_mixed_that_is_the_reason(void **state)
{
	struct fix *f = fix_new(&vamp_policy_vamp, 2, TRACK_TRAP);

	(void)state;
	load_part(f, 0, 1, 8, WINDOW_MS);
	fix_enter(f);
	assert_int_equal(fix_task(f, 1)->why, WHY_NOT_MIXED);
	fix_free(f);
}

static void every_reason_has_words_of_its_own(void **state)
{
	int i, j;

	(void)state;
	for (i = 0; i < WHY_COUNT; i++) {
		assert_true(strlen(vamp_why_text(i)) > 5);
		for (j = 0; j < i; j++)
			assert_string_not_equal(vamp_why_text(i),
						vamp_why_text(j));
	}
	assert_string_equal(vamp_why_text(WHY_COUNT), "?");
	assert_string_equal(vamp_why_text(WHY_COUNT + 1000), "?");
}

/* ---- sizes ---- */

static void a_vm_of_any_size_fits_its_memory(void **state)
{
	static const u32 sizes[] = { 1, 2, 3, 4, 5, 8, 16, 64, 254, 255 };
	static const struct vamp_config cfg = { VAMP_CONFIG_DEFAULTS };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		void *mem = calloc(1, vamp_vm_size(sizes[i]));
		struct vamp_vm *vm;
		struct vamp_vcpu *v;
		struct vamp_observed o = { .now = FIX_START, .task_id = 5 };

		vm = vamp_vm_init(mem, sizes[i], &cfg, TRACK_SAMPLE, FIX_START);
		for (v = vm->vcpu; v < vm->vcpu + sizes[i]; v++) {
			o.task_id++;
			vamp_vcpu_entry(vm, v, &o);
		}
		fix_check_tasks(&vm->tasks);
		free(mem);
	}
}

/* All of the greatest VM's tasks on all of its vCPUs: never refused. */
static void the_greatest_vm_always_finds_room_for_a_thread(void **state)
{
	static const struct vamp_config cfg = { VAMP_CONFIG_DEFAULTS };
	struct vamp_observed o = { .now = FIX_START };
	struct vamp_vm *vm;
	u32 i, v;

	(void)state;
	vm = calloc(1, vamp_vm_size(VM_VCPUS_MAX));
	vamp_vm_init(vm, VM_VCPUS_MAX, &cfg, TRACK_TRAP, FIX_START);
	for (i = 0; i < 2 * VM_VCPUS_MAX; i++)
		for (v = 0; v < VM_VCPUS_MAX; v++) {
			o.now += 1000;
			o.task_id = (i + v) % VM_VCPUS_MAX;
			vamp_vcpu_entry(vm, &vm->vcpu[v], &o);
			assert_int_not_equal(vm->vcpu[v].thread, TASK_NONE);
		}
	fix_check_tasks(&vm->tasks);
	free(vm);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_vm_at_the_threshold_is_not_mixed),
		cmocka_unit_test(a_task_at_the_threshold_is_not_background),
		cmocka_unit_test(a_vms_load_is_that_of_all_its_vcpus),
		cmocka_unit_test(a_tasks_load_is_that_of_all_its_threads),
		cmocka_unit_test(an_idle_vm_is_not_mixed),
		cmocka_unit_test(load_older_than_the_window_does_not_count),
		cmocka_unit_test(what_a_vcpu_waited_is_potential_load),
		cmocka_unit_test(an_idle_vm_waited_for_nothing),
		cmocka_unit_test(vee14_counts_waits_since_the_last_halt),
		cmocka_unit_test(vee14_counts_waits_since_the_last_phase_began),
		cmocka_unit_test(vamp_counts_waits_inside_the_window),
		cmocka_unit_test(potential_load_is_capped_by_idle_time),
		cmocka_unit_test(
			a_vcpu_starved_for_the_whole_window_is_all_potential),
		cmocka_unit_test(tasks_share_potential_load_by_their_load),
		cmocka_unit_test(the_one_that_always_halts_is_the_system_task),
		cmocka_unit_test(where_several_halt_there_is_no_system_task),
		cmocka_unit_test(confidence_grows_with_each_verdict_up_to_10),
		cmocka_unit_test(confidence_falls_down_to_0),
		cmocka_unit_test(busy_tasks_are_background_however_many),
		cmocka_unit_test(who_wants_little_is_no_background_in_a_crowd),
		cmocka_unit_test(
			who_crowds_one_vcpu_is_background_whatever_others_have),
		cmocka_unit_test(a_phases_newcomers_are_judged_late),
		cmocka_unit_test(two_on_a_fast_vcpu_are_no_crowd),
		cmocka_unit_test(three_on_a_fast_vcpu_are_one),
		cmocka_unit_test(vee14_minds_no_crowd),
		cmocka_unit_test(confidence_grows_in_a_crowd_too),
		cmocka_unit_test(steps_of_any_size_give_the_same_result),
		cmocka_unit_test(
			a_step_stops_with_the_task_that_exceeds_its_work),
		cmocka_unit_test(
			nothing_counts_before_the_classification_has_ended),
		cmocka_unit_test(tasks_may_come_and_go_between_steps),
		cmocka_unit_test(a_task_first_seen_after_it_is_not_background),
		cmocka_unit_test(every_task_has_a_reason_that_fits_its_class),
		cmocka_unit_test(in_a_vm_that_is_not_mixed_that_is_the_reason),
		cmocka_unit_test(every_reason_has_words_of_its_own),
		cmocka_unit_test(a_vm_of_any_size_fits_its_memory),
		cmocka_unit_test(
			the_greatest_vm_always_finds_room_for_a_thread),
	};

	return cmocka_run_group_tests_name("classify", tests, NULL, NULL);
}
