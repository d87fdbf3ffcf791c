// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * account_test.c - who is charged for what: runs, waits, halts, splits, clocks.
 */
#include "fixture.h"

static u64 vcpu_window(struct fix *f, u32 v)
{
	return vamp_load_window(&f->vm->vcpu[v].load, f->now / EPOCH);
}

static u64 delay_window(struct fix *f, u32 v)
{
	return vamp_load_window(&f->vm->vcpu[v].delay, f->now / EPOCH);
}

static void a_run_is_charged_to_task_and_vcpu(void **state)
{
	int track;

	(void)state;
	for (track = TRACK_SAMPLE; track <= TRACK_TRAP; track++) {
		struct fix *f = fix_new(&vamp_policy_vamp, 1, track);

		fix_run(f, 0, 5);
		fix_pass(f, 100);
		fix_run(f, 0, 6);
		fix_pass(f, 40);
		fix_sync(f);
		assert_int_equal(fix_task(f, 5)->exec_ns, 100 * MS);
		assert_int_equal(fix_task(f, 6)->exec_ns, 40 * MS);
		assert_int_equal(f->vm->vcpu[0].exec_ns, 140 * MS);
		fix_free(f);
	}
}

/* One entry that finds another task, 3 ms after the first. */
static struct fix *one_change(enum vamp_track track)
{
	struct fix *f = fix_new(&vamp_policy_vamp, 1, track);

	fix_entry(f, 0, 5, false);
	f->now += 3 * MS;
	f->v[0].cpu_time += 3 * MS;
	fix_entry(f, 0, 6, false);
	return f;
}

static void sampled_time_belongs_to_whom_runs_at_its_end(void **state)
{
	struct fix *f = one_change(TRACK_SAMPLE);

	(void)state;
	fix_sync(f);
	assert_int_equal(fix_task(f, 5)->exec_ns, 0);
	assert_int_equal(fix_task(f, 6)->exec_ns, 3 * MS);
	fix_free(f);
}

static void trapped_time_belongs_to_whom_ran_at_its_start(void **state)
{
	struct fix *f = one_change(TRACK_TRAP);

	(void)state;
	assert_int_equal(fix_task(f, 5)->exec_ns, 3 * MS);
	assert_int_equal(fix_task(f, 6)->exec_ns, 0);
	fix_free(f);
}

/* Runs task 5 with an exit and an entry each 100 us, all told or only the last. */
static void go_on(struct fix *f, u32 entries, bool all)
{
	struct vamp_vcpu *v = &f->vm->vcpu[0];
	struct vamp_observed o = { 0 };

	while (entries--) {
		f->now += MS / 10;
		f->v[0].cpu_time += MS / 10;
		o = fix_observe(f, 0);
		o.task_id = 5;
		if (!all)
			continue;
		vamp_vcpu_exit(f->vm, v, &o);
		vamp_vcpu_entry(f->vm, v, &o);
	}
	if (!all)
		vamp_vcpu_see(v, &o);
}

static void entries_told_late_account_as_if_told_at_once(void **state)
{
	u32 entries;

	(void)state;
	for (entries = 1; entries < 80; entries++) {
		u64 ran[2];
		int all;

		for (all = 0; all < 2; all++) {
			struct fix *f =
				fix_new(&vamp_policy_vamp, 1, TRACK_SAMPLE);

			fix_entry(f, 0, 5, false);
			go_on(f, entries, all);
			f->now += MS;
			f->v[0].cpu_time += MS;
			fix_entry(f, 0, 6, false);
			fix_sync(f);
			ran[all] = fix_task(f, 5)->exec_ns;
			assert_int_equal(fix_task(f, 6)->exec_ns, MS);
			fix_free(f);
		}
		assert_int_equal(ran[0], entries * (MS / 10));
		assert_int_equal(ran[1], ran[0]);
	}
}

static void an_exit_sampled_charges_the_run_to_whom_it_saw(void **state)
{
	struct fix *f = fix_new(&vamp_policy_vamp, 1, TRACK_SAMPLE);

	(void)state;
	fix_entry(f, 0, 5, false);
	f->now += 3 * MS;
	f->v[0].cpu_time += 3 * MS;
	f->v[0].id = 6;
	fix_stop(f, 0);
	f->now += 2 * MS;
	f->v[0].cpu_time += 2 * MS;
	fix_entry(f, 0, 7, false);
	fix_sync(f);
	assert_int_equal(fix_task(f, 5)->exec_ns, 0);
	assert_int_equal(fix_task(f, 6)->exec_ns, 3 * MS);
	assert_int_equal(fix_task(f, 7)->exec_ns, 2 * MS);
	fix_free(f);
}

static void an_unreadable_id_keeps_the_last_task(void **state)
{
	struct fix *f = fix_new(&vamp_policy_vamp, 1, TRACK_SAMPLE);

	(void)state;
	fix_run(f, 0, 5);
	f->v[0].id = TASK_NO_ID;
	fix_pass(f, 40);
	assert_int_equal(fix_task(f, 5)->exec_ns, 40 * MS);
	assert_int_equal(f->vm->tasks.used, 1);
	fix_free(f);
}

static void without_any_id_nothing_is_charged(void **state)
{
	struct fix *f = fix_new(&vamp_policy_vamp, 1, TRACK_SAMPLE);

	(void)state;
	fix_run(f, 0, TASK_NO_ID);
	fix_pass(f, 40);
	fix_halt(f, 0);
	fix_pass(f, 40);
	fix_run(f, 0, TASK_NO_ID);
	fix_pass(f, 40);
	fix_enter(f);
	assert_int_equal(f->vm->vcpu[0].exec_ns, 0);
	fix_run(f, 0, 5);
	fix_pass(f, 40);
	fix_sync(f);
	/* from the first entry that could be read */
	assert_int_equal(fix_task(f, 5)->exec_ns, 36 * MS);
	fix_free(f);
}

static void a_run_is_split_where_epochs_end(void **state)
{
	struct fix *f = fix_new(&vamp_policy_vamp, 1, TRACK_TRAP);

	(void)state;
	fix_pass(f, 30);
	f->step = 70 * MS;
	fix_run(f, 0, 5);
	fix_pass(f, 70);
	assert_int_equal(f->vm->vcpu[0].load.ns[3125 % 32], 2 * MS);
	assert_int_equal(f->vm->vcpu[0].load.ns[3126 % 32], 32 * MS);
	assert_int_equal(f->vm->vcpu[0].load.ns[3127 % 32], 32 * MS);
	assert_int_equal(f->vm->vcpu[0].load.ns[3128 % 32], 4 * MS);
	fix_free(f);
}

static void a_run_longer_than_the_history_fills_it(void **state)
{
	static const u32 lengths[] = { 992, 1000, 1024, 1500, 5000, 100000 };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		struct fix *f = fix_new(&vamp_policy_vamp, 1, TRACK_TRAP);

		f->step = lengths[i] * MS;
		fix_run(f, 0, 5);
		fix_pass(f, lengths[i]);
		assert_int_equal(vcpu_window(f, 0), LOAD_WINDOW * EPOCH);
		assert_int_equal(f->vm->vcpu[0].exec_ns, lengths[i] * MS);
		fix_free(f);
	}
}

static void a_wait_is_never_charged_but_counted_as_delay(void **state)
{
	struct fix *f = fix_new(&vamp_policy_vamp, 1, TRACK_SAMPLE);

	(void)state;
	fix_run(f, 0, 5);
	fix_pass(f, 64);
	fix_wait(f, 0);
	fix_pass(f, 96);
	fix_run(f, 0, 5);
	fix_pass(f, 64);
	assert_int_equal(f->vm->vcpu[0].exec_ns, 128 * MS);
	assert_int_equal(vcpu_window(f, 0), 128 * MS);
	assert_int_equal(delay_window(f, 0), 96 * MS);
	fix_free(f);
}

/* Preempted where no exit is seen before the thread runs again. */
static void a_wait_inside_the_guest_is_delay_too(void **state)
{
	struct fix *f = fix_new(&vamp_policy_vamp, 1, TRACK_SAMPLE);

	(void)state;
	fix_run(f, 0, 5);
	fix_pass(f, 64);
	f->v[0].state = FIX_WAITS;
	fix_pass(f, 96);
	fix_run(f, 0, 5);
	fix_pass(f, 32);
	assert_int_equal(f->vm->vcpu[0].exec_ns, 96 * MS);
	assert_int_equal(delay_window(f, 0), 96 * MS);
	fix_free(f);
}

static void a_wait_that_lasts_is_seen_by_sync(void **state)
{
	struct fix *f = fix_new(&vamp_policy_vamp, 1, TRACK_SAMPLE);

	(void)state;
	fix_run(f, 0, 5);
	fix_pass(f, 64);
	fix_wait(f, 0);
	fix_pass(f, 96);
	fix_sync(f);
	assert_int_equal(delay_window(f, 0), 96 * MS);
	fix_pass(f, 32);
	fix_run(f, 0, 5);
	assert_int_equal(delay_window(f, 0), 128 * MS);
	assert_int_equal(f->vm->vcpu[0].exec_ns, 64 * MS);
	fix_free(f);
}

static void a_run_without_exits_is_seen_by_sync(void **state)
{
	struct fix *f = fix_new(&vamp_policy_vamp, 1, TRACK_SAMPLE);

	(void)state;
	fix_run(f, 0, 5);
	f->now += 320 * MS;
	f->v[0].cpu_time += 320 * MS;
	fix_sync(f);
	assert_int_equal(fix_task(f, 5)->exec_ns, 320 * MS);
	fix_pass(f, 4);
	fix_sync(f);
	assert_int_equal(fix_task(f, 5)->exec_ns, 324 * MS);
	fix_free(f);
}

/* Asleep in user mode without a word: its CPU time stands still. */
static void a_sleeping_thread_is_charged_a_tick_at_most(void **state)
{
	struct fix *f = fix_new(&vamp_policy_vamp, 1, TRACK_SAMPLE);

	(void)state;
	fix_run(f, 0, 5);
	fix_pass(f, 64);
	f->v[0].state = FIX_STOPPED;
	fix_pass(f, 3000);
	fix_run(f, 0, 5);
	assert_in_range(f->vm->vcpu[0].exec_ns, 64 * MS,
			64 * MS + f->cfg.tick_ns);
	fix_free(f);
}

static void a_paused_vcpu_is_not_charged_however_often_looked_at(void **state)
{
	struct fix *f = fix_new(&vamp_policy_vamp, 1, TRACK_SAMPLE);
	u32 i;

	(void)state;
	fix_run(f, 0, 5);
	fix_pass(f, 64);
	fix_stop(f, 0);
	for (i = 0; i < 1000; i++) {
		fix_pass(f, 5);
		fix_sync(f);
	}
	assert_int_equal(f->vm->vcpu[0].exec_ns, 64 * MS);
	assert_int_equal(delay_window(f, 0), 0);
	fix_free(f);
}

static void a_halted_vcpu_runs_nothing(void **state)
{
	struct fix *f = fix_new(&vamp_policy_vamp, 1, TRACK_SAMPLE);

	(void)state;
	fix_run(f, 0, 5);
	fix_pass(f, 64);
	fix_halt(f, 0);
	fix_pass(f, 96);
	fix_run(f, 0, 5);
	fix_pass(f, 32);
	fix_sync(f);
	assert_int_equal(f->vm->vcpu[0].exec_ns, 96 * MS);
	assert_int_equal(delay_window(f, 0), 0);
	fix_free(f);
}

static void the_wait_after_a_halt_is_delay(void **state)
{
	struct fix *f = fix_new(&vamp_policy_vamp, 1, TRACK_SAMPLE);

	(void)state;
	fix_run(f, 0, 5);
	fix_pass(f, 64);
	fix_halt(f, 0);
	fix_pass(f, 128);
	f->v[0].state = FIX_WAITS;
	fix_pass(f, 32);
	f->v[0].state = FIX_HALTED;
	fix_run(f, 0, 5);
	fix_pass(f, 32);
	fix_sync(f);
	assert_int_equal(f->vm->vcpu[0].exec_ns, 96 * MS);
	assert_int_equal(delay_window(f, 0), 32 * MS);
	assert_int_equal(f->vm->vcpu[0].delay.ns[(3125 + 6) % 32], 32 * MS);
	fix_free(f);
}

/* Another thread took the vCPU over; its counters are its own. */
static void after_a_pause_the_account_begins_anew(void **state)
{
	struct fix *f = fix_new(&vamp_policy_vamp, 1, TRACK_SAMPLE);

	(void)state;
	fix_run(f, 0, 5);
	fix_pass(f, 64);
	vamp_vcpu_pause(f->vm, &f->vm->vcpu[0]);
	vamp_vcpu_pause(f->vm, &f->vm->vcpu[0]);
	assert_null(vamp_vcpu_task(f->vm, &f->vm->vcpu[0]));
	f->now += 300 * MS;
	fix_sync(f);
	assert_int_equal(f->vm->vcpu[0].exec_ns, 64 * MS);
	f->v[0] = (struct fix_vcpu){ .run_delay = 1 * MS };
	fix_run(f, 0, 5);
	fix_pass(f, 32);
	fix_sync(f);
	assert_int_equal(f->vm->vcpu[0].exec_ns, 96 * MS);
	assert_int_equal(fix_task(f, 5)->exec_ns, 96 * MS);
	assert_int_equal(delay_window(f, 0), 0);
	fix_free(f);
}

/* ---- one interval, and the same in pieces ---- */

static void compare_load(const struct vamp_load *a, const struct vamp_load *b,
			 u64 number)
{
	u64 n;

	for (n = number - LOAD_WINDOW; n <= number + 1; n++)
		assert_int_equal(vamp_load_window(a, n + LOAD_WINDOW),
				 vamp_load_window(b, n + LOAD_WINDOW));
}

static void compare_tasks(struct fix *a, struct fix *b, u64 number)
{
	u16 i;

	for (i = 0; i < VM_TASKS; i++) {
		struct vamp_task *k = &a->vm->tasks.task[i];
		struct vamp_task *l = &b->vm->tasks.task[i];

		assert_int_equal(k->flags, l->flags);
		assert_int_equal(k->id, l->id);
		assert_int_equal(k->exec_ns, l->exec_ns);
		assert_int_equal(k->last_ran, l->last_ran);
		assert_int_equal(k->busy_since, l->busy_since);
	}
	for (i = 0; i < a->vm->tasks.nr_threads; i++)
		compare_load(&a->vm->tasks.thread[i].load,
			     &b->vm->tasks.thread[i].load, number);
}

static void compare(struct fix *a, struct fix *b)
{
	struct vamp_vcpu *v = a->vm->vcpu, *w = b->vm->vcpu;
	u64 number = a->now / EPOCH;

	fix_sync(a);
	fix_sync(b);
	compare_load(&v->load, &w->load, number);
	compare_load(&v->delay, &w->delay, number);
	assert_int_equal(v->exec_ns, w->exec_ns);
	assert_int_equal(v->ratio_all > 0, w->ratio_all > 0);
	compare_tasks(a, b, number);
}

/* An interval that begins with @wait and ends @ns later. */
static void pass_whole(struct fix *f, u64 id, u64 wait, u64 ns)
{
	f->now += ns;
	f->v[0].run_delay += wait;
	f->v[0].cpu_time += ns - wait;
	f->v[0].id = id;
	fix_entry(f, 0, id, false);
}

static void pass_in_pieces(struct fix *f, u64 id, u64 wait, u64 ns, u64 *rng)
{
	while (ns) {
		u64 part = 1 + fix_random(rng, ns);
		u64 waits = vamp_min(wait, part);

		if (fix_random(rng, 3) == 0) {
			f->now += part;
			f->v[0].run_delay += waits;
			f->v[0].cpu_time += part - waits;
			if (f->vm->track == TRACK_TRAP)
				fix_sync(f);
		} else {
			pass_whole(f, id, waits, part);
		}
		wait -= waits;
		ns -= part;
	}
	fix_entry(f, 0, id, false);
}

/* Up to 40 ms mostly, now and then longer than the ring. */
static u64 random_length(u64 *rng)
{
	if (fix_random(rng, 20) == 0)
		return 1 + fix_random(rng, 3000 * MS);
	return 1 + fix_random(rng, 40 * MS);
}

static void one_interval_and_its_pieces(enum vamp_track track, u64 rng)
{
	struct fix *a = fix_new(&vamp_policy_vamp, 1, track);
	struct fix *b = fix_new(&vamp_policy_vamp, 1, track);
	u64 id = 1, i;

	fix_run(a, 0, id);
	fix_run(b, 0, id);
	for (i = 0; i < 60; i++) {
		u64 ns = random_length(&rng);
		u64 wait = fix_random(&rng, 2) ? 0 : fix_random(&rng, ns);

		pass_whole(a, id, wait, ns);
		pass_in_pieces(b, id, wait, ns, &rng);
		compare(a, b);
		id = 1 + fix_random(&rng, 5);
		if (track == TRACK_TRAP) {
			fix_entry(a, 0, id, false);
			fix_entry(b, 0, id, false);
		}
	}
	fix_free(a);
	fix_free(b);
}

static void one_interval_and_its_pieces_account_alike(void **state)
{
	u64 seed;

	(void)state;
	for (seed = 1; seed <= 40; seed++) {
		one_interval_and_its_pieces(TRACK_TRAP, seed);
		one_interval_and_its_pieces(TRACK_SAMPLE, seed);
	}
}

/* ---- sums ---- */

static void random_move(struct fix *f, u32 tasks)
{
	u32 v = (u32)fix_random(&f->rng, f->vm->nr_vcpus);

	switch (fix_random(&f->rng, 6)) {
	case 0:
		if (f->v[v].state == FIX_RUNS)
			fix_wait(f, v);
		break;
	case 1:
		if (f->v[v].state == FIX_RUNS)
			fix_halt(f, v);
		break;
	default:
		fix_run(f, v, 1 + fix_random(&f->rng, tasks));
	}
	fix_pass_ns(f, fix_random(&f->rng, 6 * MS));
}

static u64 tasks_sum(struct fix *f)
{
	u64 sum = 0;
	u16 i;

	fix_sync(f);
	for (i = 0; i < VM_TASKS; i++)
		sum += f->vm->tasks.task[i].exec_ns;
	return sum;
}

static u64 vcpus_sum(struct fix *f)
{
	u64 sum = 0;
	u32 v;

	fix_sync(f);
	for (v = 0; v < f->vm->nr_vcpus; v++) {
		assert_int_equal(f->vm->vcpu[v].exec_ns, f->v[v].cpu_time);
		sum += f->vm->vcpu[v].exec_ns;
	}
	return sum;
}

/* Short enough that no task is forgotten. */
static void the_sum_over_tasks_is_the_vcpus_time(void **state)
{
	u64 seed;

	(void)state;
	for (seed = 1; seed <= 60; seed++) {
		struct fix *f = fix_new(&vamp_policy_vamp, 4,
					seed % 2 ? TRACK_TRAP : TRACK_SAMPLE);

		f->rng = seed;
		while (f->now < FIX_START + 1000 * MS)
			random_move(f, 100);
		assert_int_equal(tasks_sum(f), vcpus_sum(f));
		fix_free(f);
	}
}

/* The rings too: what a vCPU ran in an epoch is what its threads ran in it. */
static void in_each_window_the_threads_sum_up_to_the_vcpu(void **state)
{
	struct fix *f = fix_new(&vamp_policy_vamp, 4, TRACK_TRAP);
	u64 sum[4] = { 0 };
	u32 i, v;

	(void)state;
	while (f->now < FIX_START + 1000 * MS)
		random_move(f, 100);
	for (i = 0; i < f->vm->tasks.nr_threads; i++) {
		struct vamp_thread *h = &f->vm->tasks.thread[i];

		if (h->load.last)
			sum[h->vcpu] +=
				vamp_load_window(&h->load, f->now / EPOCH);
	}
	for (v = 0; v < 4; v++)
		assert_int_equal(sum[v], vcpu_window(f, v));
	fix_free(f);
}

static void what_is_evicted_or_forgotten_is_missing_from_the_sum(void **state)
{
	struct fix *f = fix_new(&vamp_policy_vamp, 4, TRACK_TRAP);

	(void)state;
	while (f->now < FIX_START + 10000 * MS)
		random_move(f, 1500);
	assert_true(f->vm->tasks.evicted > 0);
	assert_true(tasks_sum(f) <= vcpus_sum(f));
	fix_free(f);
}

/* ---- clocks ---- */

static void clocks_that_disagree_do_no_harm(void **state)
{
	struct fix *f = fix_new(&vamp_policy_vamp, 4, TRACK_SAMPLE);
	u32 i, v;

	(void)state;
	for (i = 0; i < 5000; i++) {
		for (v = 0; v < 4; v++)
			f->v[v].skew = (int64_t)fix_random(&f->rng, 10 * MS) -
				       (int64_t)(5 * MS);
		random_move(f, 20);
		if (i % 50 == 0)
			fix_enter(f);
	}
	for (v = 0; v < 4; v++)
		assert_in_range(f->vm->vcpu[v].exec_ns, 1,
				f->now - FIX_START + 10 * MS);
	fix_free(f);
}

static void a_clock_that_steps_back_charges_nothing_twice(void **state)
{
	struct fix *f = fix_new(&vamp_policy_vamp, 1, TRACK_SAMPLE);

	(void)state;
	fix_run(f, 0, 5);
	fix_pass(f, 100);
	f->v[0].skew = -50 * (int64_t)MS;
	fix_pass(f, 40);
	fix_sync(f);
	assert_int_equal(f->vm->vcpu[0].exec_ns, 100 * MS);
	fix_pass(f, 30);
	fix_sync(f);
	assert_int_equal(f->vm->vcpu[0].exec_ns, 120 * MS);
	fix_free(f);
}

static void the_first_entry_may_be_before_the_making_of_the_vm(void **state)
{
	struct fix *f = fix_new(&vamp_policy_vamp, 1, TRACK_SAMPLE);

	(void)state;
	f->v[0].skew = -40 * (int64_t)MS;
	fix_run(f, 0, 5);
	fix_pass(f, 100);
	fix_sync(f);
	assert_int_equal(f->vm->vcpu[0].exec_ns, 100 * MS);
	fix_enter(f);
	fix_free(f);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_is_charged_to_task_and_vcpu),
		cmocka_unit_test(sampled_time_belongs_to_whom_runs_at_its_end),
		cmocka_unit_test(trapped_time_belongs_to_whom_ran_at_its_start),
		cmocka_unit_test(
			an_exit_sampled_charges_the_run_to_whom_it_saw),
		cmocka_unit_test(entries_told_late_account_as_if_told_at_once),
		cmocka_unit_test(an_unreadable_id_keeps_the_last_task),
		cmocka_unit_test(without_any_id_nothing_is_charged),
		cmocka_unit_test(a_run_is_split_where_epochs_end),
		cmocka_unit_test(a_run_longer_than_the_history_fills_it),
		cmocka_unit_test(a_wait_is_never_charged_but_counted_as_delay),
		cmocka_unit_test(a_wait_inside_the_guest_is_delay_too),
		cmocka_unit_test(a_wait_that_lasts_is_seen_by_sync),
		cmocka_unit_test(a_run_without_exits_is_seen_by_sync),
		cmocka_unit_test(a_sleeping_thread_is_charged_a_tick_at_most),
		cmocka_unit_test(
			a_paused_vcpu_is_not_charged_however_often_looked_at),
		cmocka_unit_test(a_halted_vcpu_runs_nothing),
		cmocka_unit_test(the_wait_after_a_halt_is_delay),
		cmocka_unit_test(after_a_pause_the_account_begins_anew),
		cmocka_unit_test(one_interval_and_its_pieces_account_alike),
		cmocka_unit_test(the_sum_over_tasks_is_the_vcpus_time),
		cmocka_unit_test(in_each_window_the_threads_sum_up_to_the_vcpu),
		cmocka_unit_test(
			what_is_evicted_or_forgotten_is_missing_from_the_sum),
		cmocka_unit_test(clocks_that_disagree_do_no_harm),
		cmocka_unit_test(a_clock_that_steps_back_charges_nothing_twice),
		cmocka_unit_test(
			the_first_entry_may_be_before_the_making_of_the_vm),
	};

	return cmocka_run_group_tests_name("account", tests, NULL, NULL);
}
