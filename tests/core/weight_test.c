// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * weight_test.c - which vCPU is slow, by how much, and what gives weight back.
 */
#include "fixture.h"

static const struct vamp_policy *const policies[] = {
	&vamp_policy_vee14,
	&vamp_policy_vamp,
};

/* Task 1 loads vCPU 0, task 3 vCPU 2; vCPU 1 is idle. A phase has begun. */
static struct fix *mixed(const struct vamp_policy *policy)
{
	struct fix *f = fix_new(policy, 3, TRACK_TRAP);

	f->cfg.max_phase_ms = 3600 * 1000;
	fix_run(f, 0, 1);
	fix_run(f, 2, 3);
	fix_pass(f, 2000);
	fix_run(f, 1, 99);
	fix_halt(f, 1);
	fix_enter(f);
	assert_int_equal(f->vm->phase, PHASE_MIXED);
	assert_true(fix_background(f, 1) && fix_background(f, 3));
	fix_pass(f, 40);
	return f;
}

static struct vamp_weight interrupt(struct fix *f, u32 v, int source)
{
	const struct vamp_vcpu *s = source < 0 ? NULL : &f->vm->vcpu[source];

	return vamp_vcpu_interrupt(f->vm, &f->vm->vcpu[v], s, f->now);
}

/* Past the time after an input in which every hint is worth a try. */
static void pass_answer_time(struct fix *f)
{
	fix_pass(f, 600);
}

static void assert_slow(struct fix *f, u32 v)
{
	assert_int_equal(fix_weight(f, v).nice, 13);
	assert_int_equal(fix_weight(f, v).why, WHY_RUNS_BACKGROUND);
}

static void assert_full(struct fix *f, u32 v, enum vamp_why why)
{
	assert_int_equal(fix_weight(f, v).nice, 0);
	assert_int_equal(fix_weight(f, v).why, why);
}

static void a_vcpu_with_nothing_but_background_is_slow(void **state)
{
	struct fix *f = mixed(&vamp_policy_vamp);

	(void)state;
	assert_int_equal(f->v[0].weight.nice, 13);
	assert_slow(f, 0);
	fix_pass(f, 3000);
	assert_slow(f, 0);
	fix_free(f);
}

static void a_vcpu_with_an_interactive_task_is_full(void **state)
{
	struct fix *f = mixed(&vamp_policy_vamp);

	(void)state;
	fix_run(f, 1, 2);
	assert_full(f, 1, WHY_RUNS_INTERACTIVE);
	fix_run(f, 0, 2);
	assert_full(f, 0, WHY_RUNS_INTERACTIVE);
	fix_free(f);
}

static void kvm_vamp_is_the_nice(void **state)
{
	struct fix *f = mixed(&vamp_policy_vamp);
	u32 k;

	(void)state;
	for (k = 0; k <= CONFIG_NICE_MAX; k++) {
		f->cfg.kvm_vamp = k;
		assert_int_equal(fix_weight(f, 0).nice, k);
	}
	fix_free(f);
}

/* ---- the dynamic nice ---- */

static void the_dynamic_nice_is_greatest_before_anything_ran(void **state)
{
	struct fix *f = mixed(&vamp_policy_vee14);
	u32 k;

	(void)state;
	vamp_phase_end(f->vm);
	fix_enter(f);
	for (k = CONFIG_NICE_MAX + 1; k <= CONFIG_VAMP_MAX; k++) {
		f->cfg.kvm_vamp = k;
		assert_int_equal(fix_weight(f, 0).nice, k - CONFIG_NICE_MAX);
	}
	fix_free(f);
}

static void the_dynamic_nice_follows_the_backgrounds_part(void **state)
{
	struct fix *f = mixed(&vamp_policy_vee14);

	(void)state;
	f->cfg.kvm_vamp = CONFIG_VAMP_MAX;
	f->step = MS;
	fix_alternate(f, 0, 2, 5, 1, 5, 300);
	assert_in_range(fix_weight(f, 0).nice, 8, 11);
	fix_alternate(f, 0, 2, 9, 1, 1, 300);
	assert_in_range(fix_weight(f, 0).nice, 1, 4);
	fix_pass(f, 300);
	assert_in_range(fix_weight(f, 0).nice, 18, 19);
	fix_free(f);
}

static void the_dynamic_nice_never_exceeds_19(void **state)
{
	static const u32 values[] = { 20, 38, 39, 100, 1u << 31, UINT32_MAX };
	struct fix *f = mixed(&vamp_policy_vamp);
	size_t i;
	u32 n;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(values); i++) {
		f->cfg.kvm_vamp = values[i];
		for (n = 0; n < 50; n++) {
			fix_run(f, 0, 1 + fix_random(&f->rng, 2));
			fix_pass_ns(f, fix_random(&f->rng, 40 * MS));
			assert_in_range(fix_weight(f, 0).nice, 0, 19);
		}
	}
	fix_free(f);
}

/* ---- vee14 ---- */

static void vee14_is_slow_just_while_background_runs(void **state)
{
	struct fix *f = mixed(&vamp_policy_vee14);
	u32 i;

	(void)state;
	for (i = 0; i < 10; i++) {
		fix_run(f, 0, 1);
		fix_pass(f, 1);
		assert_slow(f, 0);
		fix_run(f, 0, 2);
		fix_pass(f, 1);
		assert_full(f, 0, WHY_RUNS_INTERACTIVE);
	}
	fix_free(f);
}

static void vee14_knows_no_hints(void **state)
{
	struct fix *f = mixed(&vamp_policy_vee14);

	(void)state;
	assert_int_equal(interrupt(f, 0, -1).nice, 13);
	assert_int_equal(interrupt(f, 0, 1).nice, 13);
	fix_halt(f, 0);
	assert_int_equal(f->v[0].weight.nice, 13);
	fix_free(f);
}

/* ---- a vCPU that both share ---- */

/* The interactive task runs @on of every 32 ms, for three seconds. */
static u32 slow_while_shared(enum vamp_track track, u32 on)
{
	struct fix *f = fix_new(&vamp_policy_vamp, 2, track);
	u32 slow;

	f->step = MS;
	fix_run(f, 0, 1);
	fix_run(f, 1, 3);
	fix_alternate(f, 0, 1, 28, 2, 4, 2000);
	fix_enter(f);
	assert_true(fix_background(f, 1));
	assert_false(fix_background(f, 2));
	f->v[0].slow_answers = 0;
	f->v[1].slow_answers = 0;
	fix_alternate(f, 0, 1, 32 - on, 2, on, 3000);
	slow = f->v[0].slow_answers;
	assert_int_not_equal(f->v[1].slow_answers, 0);
	fix_free(f);
	return slow;
}

static void a_vcpu_shared_with_an_interactive_task_is_never_slow(void **state)
{
	u32 on;

	(void)state;
	for (on = 1; on < 32; on += 3) {
		assert_int_equal(slow_while_shared(TRACK_TRAP, on), 0);
		assert_int_equal(slow_while_shared(TRACK_SAMPLE, on), 0);
	}
}

static void it_is_slow_again_when_the_interactive_task_has_gone(void **state)
{
	struct fix *f = mixed(&vamp_policy_vamp);

	(void)state;
	f->step = MS;
	fix_run(f, 0, 2);
	fix_pass(f, 2);
	fix_run(f, 0, 1);
	fix_pass(f, 31);
	assert_full(f, 0, WHY_RAN_INTERACTIVE);
	fix_pass(f, 1);
	assert_slow(f, 0);
	fix_free(f);
}

static void waiting_does_not_wear_the_hold_off(void **state)
{
	struct fix *f = mixed(&vamp_policy_vamp);

	(void)state;
	f->step = MS;
	fix_run(f, 0, 2);
	fix_pass(f, 2);
	fix_run(f, 0, 1);
	fix_pass(f, 16);
	fix_wait(f, 0);
	fix_pass(f, 10000);
	assert_full(f, 0, WHY_RAN_INTERACTIVE);
	fix_run(f, 0, 1);
	fix_pass(f, 15);
	assert_full(f, 0, WHY_RAN_INTERACTIVE);
	fix_pass(f, 1);
	assert_slow(f, 0);
	fix_free(f);
}

static void a_hold_ends_though_accounts_were_settled_meanwhile(void **state)
{
	struct fix *f = mixed(&vamp_policy_vamp);

	(void)state;
	f->step = MS;
	fix_run(f, 0, 2);
	fix_pass(f, 2);
	fix_run(f, 0, 1);
	fix_pass(f, 31);
	assert_int_equal(f->v[0].weight.nice, 0);
	f->now += MS;
	f->v[0].cpu_time += MS;
	fix_sync(f);
	fix_pass(f, 1);
	assert_int_equal(f->v[0].weight.nice, 13);
	fix_free(f);
}

/* Another thread runs it, and what that runs cannot be seen. */
static void a_pause_ends_what_was_decided(void **state)
{
	struct fix *f = mixed(&vamp_policy_vamp);

	(void)state;
	fix_run(f, 0, 1);
	fix_pass(f, 100);
	assert_int_equal(f->v[0].weight.nice, 13);
	vamp_vcpu_pause(f->vm, &f->vm->vcpu[0]);
	fix_entry(f, 0, FIX_NOBODY, false);
	assert_int_equal(f->v[0].weight.nice, 0);
	fix_free(f);
}

static void a_very_short_run_earns_no_hold(void **state)
{
	struct fix *f = mixed(&vamp_policy_vamp);

	(void)state;
	fix_run(f, 0, 2);
	fix_pass_ns(f, 499999);
	fix_run(f, 0, 1);
	assert_slow(f, 0);
	fix_run(f, 0, 2);
	fix_pass_ns(f, 500000);
	fix_run(f, 0, 1);
	assert_full(f, 0, WHY_RAN_INTERACTIVE);
	fix_free(f);
}

static void who_was_interactive_before_the_phase_has_a_hold_too(void **state)
{
	struct fix *f = fix_new(&vamp_policy_vamp, 2, TRACK_TRAP);

	(void)state;
	f->step = MS;
	fix_run(f, 0, 1);
	fix_run(f, 1, 3);
	fix_pass(f, 2000);
	fix_run(f, 0, 2);
	fix_pass(f, 40);
	fix_run(f, 0, 1);
	fix_pass(f, 10);
	fix_enter(f);
	assert_full(f, 0, WHY_RAN_INTERACTIVE);
	assert_slow(f, 1);
	fix_pass(f, 22);
	assert_slow(f, 0);
	fix_free(f);
}

/* ---- interrupts ---- */

static void an_interrupt_from_a_device_gives_full_weight(void **state)
{
	struct fix *f = mixed(&vamp_policy_vamp);
	struct vamp_weight w = interrupt(f, 0, -1);

	(void)state;
	assert_int_equal(w.nice, 0);
	assert_int_equal(w.why, WHY_INTERRUPT);
	fix_free(f);
}

static void an_interrupt_from_a_fast_vcpu_gives_full_weight(void **state)
{
	struct fix *f = mixed(&vamp_policy_vamp);

	(void)state;
	fix_run(f, 1, 2);
	fix_pass(f, 4);
	assert_int_equal(interrupt(f, 0, 1).nice, 0);
	assert_full(f, 0, WHY_INTERRUPT);
	fix_free(f);
}

static void an_interrupt_from_a_slow_vcpu_does_not(void **state)
{
	struct fix *f = mixed(&vamp_policy_vamp);

	(void)state;
	assert_slow(f, 2);
	assert_int_equal(interrupt(f, 0, 2).nice, 13);
	assert_slow(f, 0);
	fix_free(f);
}

static void what_an_interrupt_gave_wears_off_by_running(void **state)
{
	struct fix *f = mixed(&vamp_policy_vamp);

	(void)state;
	f->step = MS;
	interrupt(f, 0, -1);
	fix_pass(f, 11);
	assert_full(f, 0, WHY_INTERRUPT);
	fix_wait(f, 0);
	fix_pass(f, 5000);
	assert_full(f, 0, WHY_INTERRUPT);
	fix_run(f, 0, 1);
	fix_pass(f, 1);
	assert_slow(f, 0);
	fix_free(f);
}

static void a_hold_goes_with_the_task_to_another_vcpu(void **state)
{
	struct fix *f = mixed(&vamp_policy_vamp);

	(void)state;
	f->step = MS;
	fix_run(f, 0, 7);
	fix_pass(f, 4);
	fix_run(f, 0, 1);
	fix_pass(f, 1);
	assert_full(f, 0, WHY_RAN_INTERACTIVE);
	fix_run(f, 2, 7);
	fix_pass(f, 1);
	assert_slow(f, 0);
	fix_free(f);
}

/* Two threads of one process, each sharing a vCPU with background. */
static void a_task_on_two_vcpus_holds_both(void **state)
{
	struct fix *f = mixed(&vamp_policy_vamp);
	u32 i;

	(void)state;
	f->step = MS;
	for (i = 0; i < 20; i++) {
		fix_run(f, 0, i % 2 ? 1 : 7);
		fix_run(f, 2, i % 2 ? 7 : 3);
		fix_pass(f, 4);
		if (i < 2)
			continue;
		assert_int_equal(fix_weight(f, 0).nice, 0);
		assert_int_equal(fix_weight(f, 2).nice, 0);
	}
	fix_free(f);
}

static void who_answers_ends_the_hints_of_others(void **state)
{
	struct fix *f = mixed(&vamp_policy_vamp);

	(void)state;
	f->step = MS;
	interrupt(f, 0, -1);
	interrupt(f, 2, -1);
	fix_run(f, 2, 7);
	fix_pass(f, 1);
	assert_slow(f, 0);
	assert_full(f, 2, WHY_RUNS_INTERACTIVE);
	fix_free(f);
}

static void who_does_not_answer_leaves_the_hints(void **state)
{
	struct fix *f = mixed(&vamp_policy_vamp);

	(void)state;
	f->step = MS;
	pass_answer_time(f);
	interrupt(f, 0, -1);
	fix_run(f, 2, 7);
	fix_pass(f, 1);
	assert_full(f, 0, WHY_INTERRUPT);
	fix_free(f);
}

static void an_interrupt_never_shortens_a_hold(void **state)
{
	struct fix *f = mixed(&vamp_policy_vamp);

	(void)state;
	f->step = MS;
	fix_run(f, 0, 2);
	fix_pass(f, 2);
	fix_run(f, 0, 1);
	interrupt(f, 0, -1);
	fix_pass(f, 31);
	assert_full(f, 0, WHY_RAN_INTERACTIVE);
	fix_free(f);
}

/* As a disk does that the background work keeps busy. */
static void waste_hints(struct fix *f, u32 n)
{
	while (n--) {
		interrupt(f, 0, -1);
		fix_pass(f, 12);
	}
}

static void hints_that_lead_to_nothing_are_given_up(void **state)
{
	struct fix *f = mixed(&vamp_policy_vamp);

	(void)state;
	f->step = MS;
	pass_answer_time(f);
	waste_hints(f, VM_EMPTY_HINTS);
	assert_int_equal(interrupt(f, 0, -1).nice, 0);
	fix_pass(f, 12);
	assert_int_equal(interrupt(f, 0, -1).nice, 13);
	fix_free(f);
}

static void after_an_input_every_hint_is_worth_a_try(void **state)
{
	struct fix *f = mixed(&vamp_policy_vamp);

	(void)state;
	f->step = MS;
	pass_answer_time(f);
	waste_hints(f, VM_EMPTY_HINTS + 1);
	fix_enter(f);
	fix_pass(f, 499);
	assert_int_equal(interrupt(f, 0, -1).nice, 0);
	fix_pass(f, 12);
	assert_int_equal(interrupt(f, 0, -1).nice, 13);
	fix_free(f);
}

static void an_interactive_run_makes_hints_worth_it_again(void **state)
{
	struct fix *f = mixed(&vamp_policy_vamp);

	(void)state;
	f->step = MS;
	pass_answer_time(f);
	waste_hints(f, VM_EMPTY_HINTS + 1);
	fix_run(f, 0, 2);
	fix_pass(f, 1);
	fix_run(f, 0, 1);
	fix_pass(f, 40);
	assert_slow(f, 0);
	assert_int_equal(interrupt(f, 0, -1).nice, 0);
	fix_free(f);
}

static void the_count_of_empty_hints_saturates(void **state)
{
	struct fix *f = mixed(&vamp_policy_vamp);
	u32 i;

	(void)state;
	for (i = 0; i < 1000; i++) {
		interrupt(f, 0, -1);
		fix_pass(f, 12);
		if (i % 30 == 29)
			fix_enter(f);
	}
	assert_int_equal(f->vm->vcpu[0].empty_hints, 255);
	fix_free(f);
}

static void outside_of_a_mixed_phase_an_interrupt_leaves_no_trace(void **state)
{
	struct fix *f = mixed(&vamp_policy_vamp);
	struct vamp_vcpu before;

	(void)state;
	vamp_phase_end(f->vm);
	fix_pass(f, 4);
	before = f->vm->vcpu[0];
	assert_int_equal(interrupt(f, 0, -1).why, WHY_NO_PHASE);
	assert_memory_equal(&before, &f->vm->vcpu[0], sizeof(before));
	fix_free(f);
}

/* ---- halts ---- */

static void a_halted_vcpu_has_full_weight(void **state)
{
	struct fix *f = mixed(&vamp_policy_vamp);

	(void)state;
	fix_halt(f, 0);
	assert_int_equal(f->v[0].weight.nice, 0);
	assert_full(f, 0, WHY_HALTED);
	fix_free(f);
}

static void who_wakes_from_a_halt_has_full_weight_for_a_while(void **state)
{
	struct fix *f = mixed(&vamp_policy_vamp);

	(void)state;
	f->step = MS;
	fix_halt(f, 0);
	fix_pass(f, 100);
	fix_run(f, 0, 1);
	assert_full(f, 0, WHY_INTERRUPT);
	fix_pass(f, 11);
	assert_full(f, 0, WHY_INTERRUPT);
	fix_pass(f, 1);
	assert_slow(f, 0);
	fix_free(f);
}

static void who_did_not_halt_after_all_is_slow_again(void **state)
{
	struct fix *f = mixed(&vamp_policy_vamp);

	(void)state;
	vamp_vcpu_halt(f->vm, &f->vm->vcpu[0]);
	fix_pass(f, 4);
	assert_slow(f, 0);
	fix_free(f);
}

static void a_vcpu_that_is_not_observed_has_full_weight(void **state)
{
	struct fix *f = mixed(&vamp_policy_vamp);

	(void)state;
	vamp_vcpu_pause(f->vm, &f->vm->vcpu[0]);
	assert_full(f, 0, WHY_RUNS_INTERACTIVE);
	fix_free(f);
}

/* ---- placement by the guest ---- */

static void place(struct fix *f, u32 v, enum vamp_placed placed)
{
	vamp_vcpu_place(&f->vm->vcpu[v], placed);
	fix_pass(f, 10);
}

static void assert_placed_slow(struct fix *f, u32 v)
{
	assert_int_equal(fix_weight(f, v).nice, 13);
	assert_int_equal(fix_weight(f, v).why, WHY_PLACED_SLOW);
}

static void
where_the_guest_places_background_is_slow_whatever_runs(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = mixed(policies[i]);

		place(f, 0, PLACED_SLOW);
		assert_placed_slow(f, 0);
		fix_run(f, 0, 2);
		assert_placed_slow(f, 0);
		interrupt(f, 0, -1);
		assert_placed_slow(f, 0);
		fix_halt(f, 0);
		assert_placed_slow(f, 0);
		fix_free(f);
	}
}

static void where_it_places_all_else_is_full_whatever_runs(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = mixed(policies[i]);

		place(f, 0, PLACED_FAST);
		assert_full(f, 0, WHY_PLACED_FAST);
		fix_pass(f, 3000);
		assert_full(f, 0, WHY_PLACED_FAST);
		assert_slow(f, 2);
		fix_free(f);
	}
}

static void what_is_placed_no_more_is_weighed_as_before(void **state)
{
	struct fix *f = mixed(&vamp_policy_vamp);

	(void)state;
	place(f, 0, PLACED_FAST);
	place(f, 0, PLACED_NOT);
	assert_slow(f, 0);
	fix_free(f);
}

static void placement_ends_with_the_phase(void **state)
{
	struct fix *f = mixed(&vamp_policy_vamp);

	(void)state;
	place(f, 0, PLACED_SLOW);
	vamp_phase_end(f->vm);
	assert_full(f, 0, WHY_NO_PHASE);
	fix_enter(f);
	assert_slow(f, 0);
	assert_int_equal(f->vm->vcpu[0].placed, PLACED_NOT);
	fix_free(f);
}

static void what_a_vcpu_placed_slow_sends_is_no_hint(void **state)
{
	struct fix *f = mixed(&vamp_policy_vamp);

	(void)state;
	place(f, 0, PLACED_SLOW);
	interrupt(f, 2, 0);
	assert_slow(f, 2);
	place(f, 0, PLACED_FAST);
	interrupt(f, 2, 0);
	assert_full(f, 2, WHY_INTERRUPT);
	fix_free(f);
}

/* Two share a vCPU that is not always busy: neither has much of it. */
static bool two_of_one_vcpu_stay_background(enum vamp_placed placed, u32 vcpus)
{
	struct fix *f = mixed(&vamp_policy_vamp);
	bool stay;
	u32 i;

	for (i = 0; i < vcpus && i < f->vm->nr_vcpus; i++)
		place(f, i, placed);
	f->step = MS;
	fix_halt(f, 2);
	for (i = 0; i < 200; i++) {
		fix_alternate(f, 0, 1, 4, 3, 4, 8);
		fix_halt(f, 0);
		fix_pass(f, 2);
	}
	f->cfg.bg_load_thresh_pct = 55;
	fix_enter(f);
	assert_int_equal(f->vm->phase, PHASE_MIXED);
	stay = fix_background(f, 1) && fix_background(f, 3);
	fix_free(f);
	return stay;
}

static void background_placed_together_stays_background(void **state)
{
	(void)state;
	assert_true(two_of_one_vcpu_stay_background(PLACED_SLOW, 1));
	assert_false(two_of_one_vcpu_stay_background(PLACED_NOT, 1));
	assert_false(two_of_one_vcpu_stay_background(PLACED_FAST, 1));
}

/* The guest has all vCPUs fast as background yields there: it has little then. */
static void background_that_yields_stays_background(void **state)
{
	(void)state;
	assert_true(two_of_one_vcpu_stay_background(PLACED_FAST, FIX_VCPUS));
}

/* Another task has its vCPU for @ms, at the end of which an input comes. */
static bool is_background_after(u32 ms, enum vamp_placed placed)
{
	struct fix *f = mixed(&vamp_policy_vamp);
	bool is;
	u32 i;

	for (i = 0; i < f->vm->nr_vcpus; i++)
		place(f, i, placed);
	fix_pass(f, 600);
	fix_run(f, 0, 2);
	fix_pass(f, ms - 100);
	fix_enter(f);
	fix_pass(f, 100);
	fix_run(f, 0, 1);
	fix_pass(f, 1500);
	fix_enter(f);
	is = fix_background(f, 1);
	fix_free(f);
	return is;
}

/* While it waited for its vCPU, and not when it had nothing to do. */
static void background_that_yields_answers_no_input(void **state)
{
	(void)state;
	assert_true(is_background_after(900, PLACED_FAST));
	assert_false(is_background_after(1100, PLACED_FAST));
	assert_false(is_background_after(400, PLACED_NOT));
}

static void no_vcpu_placed_slow_is_boosted(void **state)
{
	struct fix *f = mixed(&vamp_policy_vamp);

	(void)state;
	f->cfg.partial_boost = 2;
	fix_run(f, 1, 2);
	place(f, 1, PLACED_SLOW);
	interrupt(f, 1, -1);
	assert_placed_slow(f, 1);
	fix_free(f);
}

/* ---- boosts ---- */

#define ON_THE_WAY	6	/* an interactive task */

static bool is_boosted(struct vamp_weight w)
{
	return w.slice_ns == WEIGHT_BOOST_SLICE_NS;
}

/* As mixed(); besides, vCPU 1 runs an interactive task. */
static struct fix *boosting(const struct vamp_policy *policy, u32 partial_boost)
{
	struct fix *f = mixed(policy);

	f->cfg.partial_boost = partial_boost;
	f->step = MS;
	fix_run(f, 1, ON_THE_WAY);
	fix_pass(f, 40);
	return f;
}

static void partial_boost_says_what_a_device_gives(void **state)
{
	static const struct vamp_weight given[] = {
		{ .nice = 0, .slice_ns = 0 },
		{ .nice = 0, .slice_ns = 500000 },
		{ .nice = -5, .slice_ns = 500000 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < 2 * ARRAY_SIZE(given); i++) {
		struct fix *f = boosting(policies[i % 2], (u32)i / 2);
		struct vamp_weight w = interrupt(f, 1, -1);

		assert_int_equal(w.nice, given[i / 2].nice);
		assert_int_equal(w.slice_ns, given[i / 2].slice_ns);
		assert_int_equal(w.why, WHY_RUNS_INTERACTIVE);
		fix_free(f);
	}
}

static void a_phase_need_not_be_mixed_for_a_boost(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = fix_new(policies[i], 1, TRACK_TRAP);

		f->cfg.partial_boost = 2;
		fix_run(f, 0, 1);
		fix_enter(f);
		assert_int_equal(f->vm->phase, PHASE_NON_MIXED);
		assert_int_equal(interrupt(f, 0, -1).nice, -WEIGHT_BOOST_NICE);
		fix_free(f);
	}
}

static void outside_a_phase_nothing_is_boosted(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = boosting(policies[i], 2);

		interrupt(f, 1, -1);
		vamp_phase_end(f->vm);
		assert_false(is_boosted(fix_weight(f, 1)));
		assert_int_equal(fix_weight(f, 1).nice, 0);
		assert_false(is_boosted(interrupt(f, 1, -1)));
		fix_enter(f);
		assert_false(is_boosted(fix_weight(f, 1)));
		fix_free(f);
	}
}

static void a_boost_ends_on_the_nanosecond(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = boosting(policies[i], 2);

		interrupt(f, 1, -1);
		fix_pass_ns(f, WEIGHT_BOOST_NS - 1);
		assert_true(is_boosted(f->v[1].weight));
		assert_int_equal(f->v[1].weight.nice, -WEIGHT_BOOST_NICE);
		fix_pass_ns(f, 1);
		assert_false(is_boosted(f->v[1].weight));
		assert_int_equal(f->v[1].weight.nice, 0);
		fix_free(f);
	}
}

static void a_boost_of_who_arrives_later_ends_in_time_too(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = boosting(policies[i], 2);

		interrupt(f, 0, -1);
		fix_pass(f, 1);
		assert_false(is_boosted(f->v[0].weight));
		fix_run(f, 0, ON_THE_WAY);
		assert_true(is_boosted(f->v[0].weight));
		fix_pass(f, 3);
		assert_true(is_boosted(f->v[0].weight));
		f->now += MS;
		fix_entry(f, 0, ON_THE_WAY, false);
		assert_false(is_boosted(f->v[0].weight));
		fix_free(f);
	}
}

static void each_interrupt_boosts_for_5_ms_more(void **state)
{
	struct fix *f = boosting(&vamp_policy_vamp, 1);
	u32 i;

	(void)state;
	for (i = 0; i < 10; i++) {
		interrupt(f, 1, -1);
		fix_pass(f, 4);
		assert_true(is_boosted(f->v[1].weight));
	}
	fix_pass(f, 1);
	assert_false(is_boosted(f->v[1].weight));
	fix_free(f);
}

static void who_runs_background_is_never_boosted(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = boosting(policies[i], 2);

		assert_false(is_boosted(interrupt(f, 0, -1)));
		fix_run(f, 0, ON_THE_WAY);
		assert_int_equal(f->v[0].weight.nice, -WEIGHT_BOOST_NICE);
		fix_pass(f, 1);
		fix_run(f, 0, 1);
		assert_false(is_boosted(f->v[0].weight));
		assert_in_range(f->v[0].weight.nice, 0, 13);
		fix_free(f);
	}
}

/* Nobody runs there, whose address space it may be: who wakes will. */
static void a_halted_vcpu_is_boosted(void **state)
{
	struct fix *f = boosting(&vamp_policy_vamp, 2);
	u32 v;

	(void)state;
	for (v = 0; v < 2; v++) {
		fix_halt(f, v);
		assert_false(is_boosted(f->v[v].weight));
		assert_true(is_boosted(interrupt(f, v, -1)));
		assert_int_equal(fix_weight(f, v).why, WHY_HALTED);
		fix_pass(f, 1);
		fix_run(f, v, ON_THE_WAY);
		assert_true(is_boosted(f->v[v].weight));
	}
	fix_free(f);
}

static void a_task_that_wakes_another_boosts_nobody(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = boosting(policies[i], 2);

		fix_run(f, 2, 7);
		assert_false(is_boosted(interrupt(f, 1, 2)));
		assert_false(is_boosted(interrupt(f, 1, 0)));
		fix_free(f);
	}
}

static void a_handler_that_wakes_another_boosts_it(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = boosting(policies[i], 2);

		fix_deliver(f, 2, FIX_DEVICE);
		assert_true(is_boosted(interrupt(f, 1, 2)));
		fix_pass(f, 10);
		fix_run(f, 2, 7);
		assert_false(is_boosted(interrupt(f, 1, 2)));
		fix_free(f);
	}
}

/* Until another task arrives vee14 takes it for the handler. */
static void a_task_long_after_a_handler_boosts_nobody(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = boosting(policies[i], 2);
		bool vee14 = policies[i] == &vamp_policy_vee14;

		fix_deliver(f, 2, FIX_DEVICE);
		fix_pass(f, 20);
		assert_int_equal(is_boosted(interrupt(f, 1, 2)), vee14);
		fix_free(f);
	}
}

/* ---- slices ---- */

#define SLICE		3000000u

/* As mixed(), with slices of fast vCPUs set before the input. */
static struct fix *sliced(const struct vamp_policy *policy)
{
	struct fix *f = mixed(policy);

	f->cfg.fast_slice_ns = SLICE;
	assert_int_equal(fix_weight(f, 1).slice_ns, 0);
	fix_pass(f, 600);
	fix_enter(f);
	return f;
}

static void fast_vcpus_have_their_slice_under_vamp(void **state)
{
	struct fix *f = sliced(&vamp_policy_vamp);

	(void)state;
	assert_full(f, 1, WHY_HALTED);
	assert_int_equal(fix_weight(f, 1).slice_ns, SLICE);
	fix_run(f, 1, 2);
	assert_full(f, 1, WHY_RUNS_INTERACTIVE);
	assert_int_equal(f->v[1].weight.slice_ns, SLICE);
	assert_int_equal(interrupt(f, 0, -1).slice_ns, SLICE);
	assert_full(f, 0, WHY_INTERRUPT);
	fix_free(f);
}

static void slow_vcpus_have_none(void **state)
{
	struct fix *f = sliced(&vamp_policy_vamp);

	(void)state;
	assert_slow(f, 0);
	assert_int_equal(fix_weight(f, 0).slice_ns, 0);
	fix_free(f);
}

static void nor_has_any_vcpu_under_vee14(void **state)
{
	struct fix *f = sliced(&vamp_policy_vee14);

	(void)state;
	fix_run(f, 1, 2);
	assert_full(f, 1, WHY_RUNS_INTERACTIVE);
	assert_int_equal(fix_weight(f, 1).slice_ns, 0);
	assert_int_equal(fix_weight(f, 0).slice_ns, 0);
	fix_free(f);
}

static void slices_end_with_the_phase(void **state)
{
	struct fix *f = sliced(&vamp_policy_vamp);
	u32 v;

	(void)state;
	vamp_phase_end(f->vm);
	for (v = 0; v < 3; v++)
		assert_int_equal(fix_weight(f, v).slice_ns, 0);
	fix_free(f);
}

static void slices_end_when_it_is_mixed_no_more(void **state)
{
	struct fix *f = sliced(&vamp_policy_vamp);
	u32 v;

	(void)state;
	fix_halt(f, 0);
	fix_halt(f, 2);
	fix_pass(f, 1500);
	assert_int_equal(fix_enter(f), EFFECT_EXTENDED);
	assert_int_equal(f->vm->phase, PHASE_NON_MIXED);
	for (v = 0; v < 3; v++)
		assert_int_equal(fix_weight(f, v).slice_ns, 0);
	fix_free(f);
}

static void a_new_slice_waits_for_the_next_classification(void **state)
{
	struct fix *f = sliced(&vamp_policy_vamp);

	(void)state;
	f->cfg.fast_slice_ns = 0;
	fix_pass(f, 600);
	assert_int_equal(fix_weight(f, 1).slice_ns, SLICE);
	fix_enter(f);
	assert_int_equal(fix_weight(f, 1).slice_ns, 0);
	fix_free(f);
}

static void a_boost_has_a_shorter_slice_for_its_time(void **state)
{
	struct fix *f = sliced(&vamp_policy_vamp);

	(void)state;
	f->step = MS;
	f->cfg.partial_boost = 1;
	fix_run(f, 1, 2);
	assert_int_equal(interrupt(f, 1, -1).slice_ns, WEIGHT_BOOST_SLICE_NS);
	fix_pass(f, 5);
	assert_int_equal(f->v[1].weight.slice_ns, SLICE);
	fix_free(f);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_vcpu_with_nothing_but_background_is_slow),
		cmocka_unit_test(a_vcpu_with_an_interactive_task_is_full),
		cmocka_unit_test(kvm_vamp_is_the_nice),
		cmocka_unit_test(
			the_dynamic_nice_is_greatest_before_anything_ran),
		cmocka_unit_test(the_dynamic_nice_follows_the_backgrounds_part),
		cmocka_unit_test(the_dynamic_nice_never_exceeds_19),
		cmocka_unit_test(vee14_is_slow_just_while_background_runs),
		cmocka_unit_test(vee14_knows_no_hints),
		cmocka_unit_test(
			a_vcpu_shared_with_an_interactive_task_is_never_slow),
		cmocka_unit_test(
			it_is_slow_again_when_the_interactive_task_has_gone),
		cmocka_unit_test(waiting_does_not_wear_the_hold_off),
		cmocka_unit_test(
			a_hold_ends_though_accounts_were_settled_meanwhile),
		cmocka_unit_test(a_pause_ends_what_was_decided),
		cmocka_unit_test(a_very_short_run_earns_no_hold),
		cmocka_unit_test(
			who_was_interactive_before_the_phase_has_a_hold_too),
		cmocka_unit_test(an_interrupt_from_a_device_gives_full_weight),
		cmocka_unit_test(
			an_interrupt_from_a_fast_vcpu_gives_full_weight),
		cmocka_unit_test(an_interrupt_from_a_slow_vcpu_does_not),
		cmocka_unit_test(what_an_interrupt_gave_wears_off_by_running),
		cmocka_unit_test(a_hold_goes_with_the_task_to_another_vcpu),
		cmocka_unit_test(a_task_on_two_vcpus_holds_both),
		cmocka_unit_test(who_answers_ends_the_hints_of_others),
		cmocka_unit_test(who_does_not_answer_leaves_the_hints),
		cmocka_unit_test(an_interrupt_never_shortens_a_hold),
		cmocka_unit_test(hints_that_lead_to_nothing_are_given_up),
		cmocka_unit_test(after_an_input_every_hint_is_worth_a_try),
		cmocka_unit_test(an_interactive_run_makes_hints_worth_it_again),
		cmocka_unit_test(the_count_of_empty_hints_saturates),
		cmocka_unit_test(
			outside_of_a_mixed_phase_an_interrupt_leaves_no_trace),
		cmocka_unit_test(a_halted_vcpu_has_full_weight),
		cmocka_unit_test(
			who_wakes_from_a_halt_has_full_weight_for_a_while),
		cmocka_unit_test(who_did_not_halt_after_all_is_slow_again),
		cmocka_unit_test(a_vcpu_that_is_not_observed_has_full_weight),
		cmocka_unit_test(partial_boost_says_what_a_device_gives),
		cmocka_unit_test(a_phase_need_not_be_mixed_for_a_boost),
		cmocka_unit_test(outside_a_phase_nothing_is_boosted),
		cmocka_unit_test(a_boost_ends_on_the_nanosecond),
		cmocka_unit_test(a_boost_of_who_arrives_later_ends_in_time_too),
		cmocka_unit_test(
			where_the_guest_places_background_is_slow_whatever_runs),
		cmocka_unit_test(
			where_it_places_all_else_is_full_whatever_runs),
		cmocka_unit_test(what_is_placed_no_more_is_weighed_as_before),
		cmocka_unit_test(placement_ends_with_the_phase),
		cmocka_unit_test(what_a_vcpu_placed_slow_sends_is_no_hint),
		cmocka_unit_test(background_placed_together_stays_background),
		cmocka_unit_test(background_that_yields_stays_background),
		cmocka_unit_test(background_that_yields_answers_no_input),
		cmocka_unit_test(no_vcpu_placed_slow_is_boosted),
		cmocka_unit_test(each_interrupt_boosts_for_5_ms_more),
		cmocka_unit_test(who_runs_background_is_never_boosted),
		cmocka_unit_test(a_halted_vcpu_is_boosted),
		cmocka_unit_test(a_task_that_wakes_another_boosts_nobody),
		cmocka_unit_test(a_handler_that_wakes_another_boosts_it),
		cmocka_unit_test(a_task_long_after_a_handler_boosts_nobody),
		cmocka_unit_test(fast_vcpus_have_their_slice_under_vamp),
		cmocka_unit_test(slow_vcpus_have_none),
		cmocka_unit_test(nor_has_any_vcpu_under_vee14),
		cmocka_unit_test(slices_end_with_the_phase),
		cmocka_unit_test(slices_end_when_it_is_mixed_no_more),
		cmocka_unit_test(a_new_slice_waits_for_the_next_classification),
		cmocka_unit_test(a_boost_has_a_shorter_slice_for_its_time),
	};

	return cmocka_run_group_tests_name("weight", tests, NULL, NULL);
}
