// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * random_test.c - random lives of VMs, and what must hold at every moment.
 */
#include "fixture.h"

#define TASKS		40
#define STEPS		4000

static const struct vamp_policy *const policies[] = {
	&vamp_policy_vee14,
	&vamp_policy_vamp,
};

static void change_config(struct fix *f)
{
	static const u32 nices[] = { 0, 1, 5, 13, 19, 20, 30, 38 };

	switch (fix_random(&f->rng, 4)) {
	case 0:
		f->cfg.kvm_vamp = nices[fix_random(&f->rng, ARRAY_SIZE(nices))];
		break;
	case 1:
		f->cfg.bg_load_thresh_pct = (u32)fix_random(&f->rng, 101);
		break;
	case 2:
		f->cfg.max_phase_ms = 1 + (u32)fix_random(&f->rng, 5000);
		break;
	default:
		f->cfg.policy = policies[fix_random(&f->rng, 2)];
	}
}

static void input(struct fix *f)
{
	static const u32 codes[] = { INPUT_ENTER, 30, 0, UINT32_MAX };

	f->chunk = 1 + (u32)fix_random(&f->rng, 1100);
	fix_input(f, fix_random(&f->rng, INPUT_KINDS + 1),
		  codes[fix_random(&f->rng, ARRAY_SIZE(codes))]);
}

static void interrupt(struct fix *f, u32 v)
{
	u64 source = fix_random(&f->rng, f->vm->nr_vcpus + 1);

	vamp_vcpu_interrupt(f->vm, &f->vm->vcpu[v],
			    source ? &f->vm->vcpu[source - 1] : NULL, f->now);
}

static void move(struct fix *f, u32 v)
{
	bool runs = f->v[v].state == FIX_RUNS;

	switch (fix_random(&f->rng, 20)) {
	case 0:
		if (runs)
			fix_halt(f, v);
		break;
	case 1:
		if (runs)
			fix_wait(f, v);
		break;
	case 2:
		if (runs)
			fix_stop(f, v);
		break;
	case 3:
	case 4:
		interrupt(f, v);
		break;
	case 5:
		fix_sync(f);
		break;
	default: /* few tasks do most of the work */
		fix_run(f, v,
			fix_random(&f->rng, 3) ?
				v + 1 :
				1 + fix_random(&f->rng, TASKS));
	}
}

/* A neighbour asks for room, or no longer does. */
static void ask(struct fix *f, u32 v)
{
	if (fix_random(&f->rng, 5) == 0) {
		vamp_room_close(f->vm);
		return;
	}
	if (fix_room(f, f->now + fix_random(&f->rng, 1000 * MS)))
		f->vm->vcpu[v].asked = true;
}

static void check_weight(struct fix *f, u32 v)
{
	struct vamp_weight w = fix_weight(f, v);
	const struct vamp_task *k = vamp_vcpu_task(f->vm, &f->vm->vcpu[v]);

	assert_in_range(w.nice, 0, CONFIG_NICE_MAX);
	assert_in_range(w.why, WHY_NO_PHASE, WHY_MAKES_ROOM);
	if (!w.nice)
		return;
	assert_int_not_equal(f->cfg.kvm_vamp, 0);
	if (w.why == WHY_MAKES_ROOM)
		assert_int_equal(f->vm->phase, PHASE_NORMAL);
	else
		assert_int_equal(f->vm->phase, PHASE_MIXED);
	assert_true(w.why == WHY_MAKES_ROOM || w.why == WHY_RUNS_BACKGROUND);
	assert_non_null(k);
	assert_true(k->flags & TASK_BACKGROUND);
	assert_int_equal(k->why, WHY_LOAD_ABOVE);
	if (f->vm->policy == &vamp_policy_vamp)
		assert_true(f->vm->vcpu[v].exec_ns >=
			    f->vm->vcpu[v].fast_until);
}

static void check_phase(struct fix *f)
{
	u32 background = 0, i;

	for (i = 0; i < VM_TASKS; i++)
		background += !!(f->vm->tasks.task[i].flags & TASK_BACKGROUND);
	if (f->vm->phase != PHASE_MIXED && !f->vm->room_sorted)
		assert_int_equal(background, 0);
	if (f->vm->phase == PHASE_MIXED)
		assert_true(f->vm->vm_load > 0);
	assert_false(vamp_phase_over(f->vm, f->now));
}

static void live(struct fix *f, u64 seed, bool inputs, bool skew)
{
	u32 i, v;

	f->rng = seed;
	for (i = 0; i < STEPS; i++) {
		v = (u32)fix_random(&f->rng, f->vm->nr_vcpus);
		if (skew)
			f->v[v].skew = (int64_t)fix_random(&f->rng, 2 * MS);
		move(f, v);
		fix_pass_ns(f, fix_random(&f->rng, 12 * MS));
		if (inputs && fix_random(&f->rng, 40) == 0)
			input(f);
		if (inputs && fix_random(&f->rng, 40) == 0)
			ask(f, v);
		if (fix_random(&f->rng, 100) == 0)
			change_config(f);
		for (v = 0; v < f->vm->nr_vcpus; v++)
			check_weight(f, v);
		check_phase(f);
	}
	fix_check(f);
}

static void whatever_happens_the_rules_hold(void **state)
{
	u64 seed;

	(void)state;
	for (seed = 1; seed <= 12; seed++) {
		struct fix *f = fix_new(policies[seed % 2], 1 + seed % 5,
					seed & 2 ? TRACK_TRAP : TRACK_SAMPLE);
		u32 v, slow = 0;

		live(f, seed, true, seed % 3 == 0);
		for (v = 0; v < f->vm->nr_vcpus; v++)
			slow += f->v[v].slow_answers;
		assert_int_not_equal(slow, 0);
		fix_free(f);
	}
}

static void without_input_nothing_is_decided(void **state)
{
	u64 seed;

	(void)state;
	for (seed = 1; seed <= 8; seed++) {
		struct fix *f = fix_new(policies[seed % 2], 4,
					seed & 2 ? TRACK_TRAP : TRACK_SAMPLE);
		u32 v;

		live(f, seed, false, true);
		assert_int_equal(f->vm->phase, PHASE_NORMAL);
		for (v = 0; v < 4; v++) {
			assert_int_equal(f->v[v].slow_answers, 0);
			assert_int_equal(fix_weight(f, v).why, WHY_NO_PHASE);
		}
		fix_free(f);
	}
}

static void with_kvm_vamp_0_nothing_is_ever_slow(void **state)
{
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = fix_new(policies[i], 2, TRACK_TRAP);
		u32 n;

		f->cfg.kvm_vamp = 0;
		for (n = 0; n < STEPS; n++) {
			move(f, n % 2);
			fix_pass_ns(f, fix_random(&f->rng, 12 * MS));
			if (n % 50 == 0)
				fix_enter(f);
		}
		assert_int_equal(f->v[0].slow_answers + f->v[1].slow_answers,
				 0);
		fix_free(f);
	}
}

/* Each input comes after a phase's length: whatever ran, nices are 0 then. */
static void after_each_phase_all_nices_are_0(void **state)
{
	struct fix *f = fix_new(&vamp_policy_vamp, 4, TRACK_SAMPLE);
	u32 i, n, v;

	(void)state;
	f->cfg.max_phase_ms = 500;
	for (i = 0; i < 30; i++) {
		fix_enter(f);
		for (n = 0; n < 200; n++) {
			move(f, n % 4);
			fix_pass(f, 4);
		}
		assert_int_equal(f->vm->phase, PHASE_NORMAL);
		for (v = 0; v < 4; v++)
			assert_int_equal(fix_weight(f, v).nice, 0);
	}
	fix_free(f);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_happens_the_rules_hold),
		cmocka_unit_test(without_input_nothing_is_decided),
		cmocka_unit_test(with_kvm_vamp_0_nothing_is_ever_slow),
		cmocka_unit_test(after_each_phase_all_nices_are_0),
	};

	return cmocka_run_group_tests_name("random", tests, NULL, NULL);
}
