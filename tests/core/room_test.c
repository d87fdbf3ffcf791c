// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * room_test.c - making room for a neighbour: when, for how long, with what.
 */
#include "fixture.h"

/* Task 1 has loaded vCPU 0 and task 2 vCPU 1 for two seconds; vCPU 2 halts. */
static struct fix *loaded(const struct vamp_policy *policy)
{
	struct fix *f = fix_new(policy, 3, TRACK_TRAP);

	f->step = MS;
	fix_run(f, 0, 1);
	fix_run(f, 1, 2);
	fix_pass(f, 2000);
	fix_run(f, 2, 99);
	fix_halt(f, 2);
	return f;
}

/* As a neighbour's phase does it, for vCPU 0, a second long. */
static struct fix *asked(void)
{
	struct fix *f = loaded(&vamp_policy_vamp);

	assert_true(fix_room(f, f->now + 1000 * MS));
	vamp_vcpu_ask(&f->vm->vcpu[0], true);
	return f;
}

static void only_who_is_asked_makes_room(void **state)
{
	struct fix *f = asked();

	(void)state;
	assert_int_equal(fix_weight(f, 0).nice, CONFIG_NICE_MAX);
	assert_int_equal(fix_weight(f, 0).why, WHY_MAKES_ROOM);
	assert_int_equal(fix_weight(f, 1).nice, 0);
	assert_int_equal(fix_weight(f, 1).why, WHY_NO_PHASE);
	fix_pass(f, 500);
	assert_int_equal(f->v[0].weight.nice, CONFIG_NICE_MAX);
	assert_int_equal(f->v[1].weight.nice, 0);
	fix_free(f);
}

/* How much room depends on the time it is asked for alone. */
static void a_small_vamp_makes_as_much_room(void **state)
{
	struct fix *f = asked();

	(void)state;
	f->cfg.kvm_vamp = 5;
	assert_int_equal(fix_weight(f, 0).nice, CONFIG_NICE_MAX);
	fix_free(f);
}

/* Accounts may be settled for somebody else before the vCPU is looked at. */
static void being_asked_is_not_forgotten_at_a_sync(void **state)
{
	struct fix *f = asked();

	(void)state;
	vamp_vcpu_ask(&f->vm->vcpu[0], false);
	fix_entry(f, 0, 1, false);
	assert_int_equal(f->v[0].weight.nice, 0);
	vamp_vcpu_ask(&f->vm->vcpu[0], true);
	fix_sync(f);
	fix_entry(f, 0, 1, false);
	assert_int_equal(f->v[0].weight.nice, CONFIG_NICE_MAX);
	fix_free(f);
}

static void room_ends_by_time(void **state)
{
	struct fix *f = asked();

	(void)state;
	fix_pass(f, 999);
	assert_int_equal(fix_weight(f, 0).nice, CONFIG_NICE_MAX);
	fix_pass(f, 1);
	assert_int_equal(fix_weight(f, 0).nice, 0);
	fix_free(f);
}

static void closing_and_kvm_vamp_0_end_it_at_once(void **state)
{
	struct fix *f = asked();

	(void)state;
	f->cfg.kvm_vamp = 0;
	assert_int_equal(fix_weight(f, 0).nice, 0);
	assert_int_equal(fix_weight(f, 0).why, WHY_NO_PHASE);
	f->cfg.kvm_vamp = 13;
	assert_int_equal(fix_weight(f, 0).nice, CONFIG_NICE_MAX);
	vamp_room_close(f->vm);
	assert_int_equal(fix_weight(f, 0).nice, 0);
	assert_false(f->vm->vcpu[0].asked);
	fix_free(f);
}

static void ending_a_phase_closes_it_too(void **state)
{
	struct fix *f = asked();

	(void)state;
	vamp_phase_end(f->vm);
	assert_int_equal(fix_weight(f, 0).nice, 0);
	fix_free(f);
}

static void a_phase_of_ones_own_goes_first(void **state)
{
	struct fix *f = asked();

	(void)state;
	fix_enter(f);
	assert_int_equal(fix_weight(f, 0).why, WHY_RUNS_BACKGROUND);
	assert_int_equal(fix_weight(f, 1).why, WHY_RUNS_BACKGROUND);
	vamp_phase_end(f->vm);
	assert_int_equal(fix_weight(f, 0).nice, 0);
	fix_free(f);
}

static void in_a_phase_that_is_not_mixed_nobody_makes_room(void **state)
{
	struct fix *f = asked();

	(void)state;
	f->cfg.bg_load_thresh_pct = 1000;
	fix_enter(f);
	assert_int_equal(f->vm->phase, PHASE_NON_MIXED);
	assert_int_equal(fix_weight(f, 0).nice, 0);
	fix_free(f);
}

static void who_runs_an_interactive_task_makes_no_room(void **state)
{
	struct fix *f = asked();

	(void)state;
	fix_run(f, 0, 5);
	assert_int_equal(fix_weight(f, 0).nice, 0);
	fix_pass(f, 2);
	fix_run(f, 0, 1);
	fix_pass(f, 31);
	assert_int_equal(fix_weight(f, 0).nice, 0);
	fix_pass(f, 1);
	assert_int_equal(fix_weight(f, 0).nice, CONFIG_NICE_MAX);
	fix_free(f);
}

static void who_gets_an_interrupt_makes_no_room_for_a_while(void **state)
{
	struct fix *f = asked();
	struct vamp_weight w;

	(void)state;
	w = vamp_vcpu_interrupt(f->vm, &f->vm->vcpu[0], NULL, f->now);
	assert_int_equal(w.nice, 0);
	fix_pass(f, 11);
	assert_int_equal(fix_weight(f, 0).nice, 0);
	fix_pass(f, 1);
	assert_int_equal(fix_weight(f, 0).nice, CONFIG_NICE_MAX);
	fix_free(f);
}

static void what_makes_room_gives_no_hints(void **state)
{
	struct fix *f = asked();
	struct vamp_vcpu *v = f->vm->vcpu;

	(void)state;
	vamp_vcpu_ask(&v[1], true);
	fix_pass(f, 4);
	assert_int_equal(vamp_vcpu_interrupt(f->vm, &v[1], &v[0], f->now).nice,
			 CONFIG_NICE_MAX);
	fix_free(f);
}

static void who_is_halted_makes_no_room(void **state)
{
	struct fix *f = asked();

	(void)state;
	fix_halt(f, 0);
	assert_int_equal(f->v[0].weight.nice, 0);
	fix_free(f);
}

static void a_vm_without_load_makes_no_room(void **state)
{
	struct fix *f = fix_new(&vamp_policy_vamp, 2, TRACK_TRAP);

	(void)state;
	fix_run(f, 0, 1);
	fix_pass(f, 400);
	assert_true(fix_room(f, f->now + 1000 * MS));
	f->vm->vcpu[0].asked = true;
	assert_int_equal(f->vm->room_until, 0);
	assert_int_equal(fix_weight(f, 0).nice, 0);
	fix_free(f);
}

static void room_is_asked_for_at_most_twice_a_second(void **state)
{
	struct fix *f = loaded(&vamp_policy_vamp);
	u64 now = f->now;

	(void)state;
	assert_true(vamp_room_wanted(f->vm, now));
	assert_false(vamp_room_wanted(f->vm, now + VM_DOUBLE_CLICK_NS - 1));
	assert_true(vamp_room_wanted(f->vm, now + VM_DOUBLE_CLICK_NS));
	fix_free(f);
}

static void room_is_not_wanted_of_who_may_not_or_is_in_a_phase(void **state)
{
	struct fix *f = loaded(&vamp_policy_vee14);

	(void)state;
	assert_false(vamp_room_wanted(f->vm, f->now));
	f->cfg.policy = &vamp_policy_vamp;
	f->cfg.make_room = 0;
	assert_false(vamp_room_wanted(f->vm, f->now));
	f->cfg.make_room = 1;
	fix_enter(f);
	assert_false(vamp_room_wanted(f->vm, f->now));
	vamp_phase_end(f->vm);
	assert_true(vamp_room_wanted(f->vm, f->now));
	fix_free(f);
}

/* ---- asking for room ---- */

/* It ran 100 % of a CPU before: two vCPUs took turns, 20 ms each. */
static struct fix *half(void)
{
	struct fix *f = fix_new(&vamp_policy_vamp, 2, TRACK_TRAP);
	u32 i;

	f->step = MS;
	for (i = 0; i < 100; i++) {
		fix_run(f, i & 1, 1 + (i & 1));
		fix_halt(f, !(i & 1));
		fix_pass(f, 20);
	}
	return f;
}

static void both_run(struct fix *f, u32 ms)
{
	fix_run(f, 0, 1);
	fix_run(f, 1, 2);
	fix_pass(f, ms);
	fix_sync(f);
}

static void one_runs(struct fix *f, u32 ms)
{
	fix_run(f, 0, 1);
	fix_halt(f, 1);
	fix_pass(f, ms);
	fix_sync(f);
}

static void who_runs_what_it_ran_before_may_always_ask(void **state)
{
	struct fix *f = half();
	u32 i;

	(void)state;
	fix_enter(f);
	assert_int_equal(f->vm->phase, PHASE_MIXED);
	for (i = 0; i < 40; i++) {
		one_runs(f, 100);
		assert_true(vamp_room_due(f->vm, f->now));
	}
	fix_free(f);
}

/* Twice as much: the credit lasts for as long as it is. */
static void who_runs_more_may_ask_until_the_credit_is_used_up(void **state)
{
	struct fix *f = half();
	u32 credit = VM_CREDIT_NS / MS;

	(void)state;
	fix_enter(f);
	both_run(f, credit - 50);
	assert_true(vamp_room_due(f->vm, f->now));
	both_run(f, 100);
	assert_false(vamp_room_due(f->vm, f->now));
	fix_halt(f, 0);
	fix_halt(f, 1);
	fix_pass(f, 200);
	assert_true(vamp_room_due(f->vm, f->now));
	fix_free(f);
}

/* What it ran in a phase, with others' room, is no share of its own. */
static void phases_that_follow_have_the_share_of_the_first(void **state)
{
	struct fix *f = half();
	u32 i;

	(void)state;
	for (i = 0; i < 3; i++) {
		fix_enter(f);
		assert_int_equal(f->vm->phase, PHASE_MIXED);
		both_run(f, 1500);
		assert_false(vamp_room_due(f->vm, f->now));
		vamp_phase_end(f->vm);
	}
	fix_free(f);
}

/* After a quiet second, as when the work has just begun. */
static void a_share_fades_and_is_not_forgotten(void **state)
{
	struct fix *f = half();
	u32 i, share;

	(void)state;
	both_run(f, 2000);
	fix_enter(f);
	share = f->vm->share;
	assert_in_range(share, 190, 200);
	for (i = 0; i < 30; i++) {
		vamp_phase_end(f->vm);
		one_runs(f, 8000);
		fix_enter(f);
		assert_true(f->vm->share <= share);
		if (!i)
			assert_in_range(f->vm->share, 160, 180);
		share = f->vm->share;
	}
	assert_in_range(share, 95, 105);
	fix_free(f);
}

/* Each runs for half of the time, and wants it all. */
static void both_contend(struct fix *f, u32 ms)
{
	u32 i;

	for (i = 0; i < ms / 8; i++) {
		fix_run(f, i & 1, 1 + (i & 1));
		fix_wait(f, !(i & 1));
		fix_pass(f, 8);
	}
	fix_sync(f);
}

static void a_share_of_idle_neighbours_is_not_kept_when_they_work(void **state)
{
	struct fix *f = half();

	(void)state;
	both_run(f, 2000);
	fix_enter(f);
	assert_in_range(f->vm->share, 190, 200);
	vamp_phase_end(f->vm);
	both_contend(f, 8000);
	fix_enter(f);
	assert_in_range(f->vm->share, 95, 105);
	fix_free(f);
}

static void a_phase_long_after_has_a_share_of_its_own(void **state)
{
	struct fix *f = half();

	(void)state;
	fix_enter(f);
	both_run(f, 1500);
	assert_false(vamp_room_due(f->vm, f->now));
	both_run(f, 8000);
	assert_int_equal(f->vm->phase, PHASE_NORMAL);
	fix_enter(f);
	both_run(f, 1500);
	assert_true(vamp_room_due(f->vm, f->now));
	fix_free(f);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_who_is_asked_makes_room),
		cmocka_unit_test(a_small_vamp_makes_as_much_room),
		cmocka_unit_test(being_asked_is_not_forgotten_at_a_sync),
		cmocka_unit_test(room_ends_by_time),
		cmocka_unit_test(closing_and_kvm_vamp_0_end_it_at_once),
		cmocka_unit_test(ending_a_phase_closes_it_too),
		cmocka_unit_test(a_phase_of_ones_own_goes_first),
		cmocka_unit_test(
			in_a_phase_that_is_not_mixed_nobody_makes_room),
		cmocka_unit_test(who_runs_an_interactive_task_makes_no_room),
		cmocka_unit_test(
			who_gets_an_interrupt_makes_no_room_for_a_while),
		cmocka_unit_test(what_makes_room_gives_no_hints),
		cmocka_unit_test(who_is_halted_makes_no_room),
		cmocka_unit_test(a_vm_without_load_makes_no_room),
		cmocka_unit_test(room_is_asked_for_at_most_twice_a_second),
		cmocka_unit_test(
			room_is_not_wanted_of_who_may_not_or_is_in_a_phase),
		cmocka_unit_test(who_runs_what_it_ran_before_may_always_ask),
		cmocka_unit_test(
			who_runs_more_may_ask_until_the_credit_is_used_up),
		cmocka_unit_test(
			phases_that_follow_have_the_share_of_the_first),
		cmocka_unit_test(a_share_fades_and_is_not_forgotten),
		cmocka_unit_test(
			a_share_of_idle_neighbours_is_not_kept_when_they_work),
		cmocka_unit_test(a_phase_long_after_has_a_share_of_its_own),
	};

	return cmocka_run_group_tests_name("room", tests, NULL, NULL);
}
