// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * random_test.c - random lives of VMs, and what must hold at every moment.
 */
#include "fixture.h"

#define TASKS		40
#define STEPS		4000
#define SLICE		3000000u

static const struct vamp_policy *const policies[] = {
	&vamp_policy_vee14,
	&vamp_policy_vamp,
};

/* What the lives came across: a life in which nothing happens shows nothing. */
static struct {
	u32 boosts, negative, slices, outputs, servers, dominants, wakers,
		handlers, quiet;
} seen;

static void change_waking(struct fix *f)
{
	switch (fix_random(&f->rng, 3)) {
	case 0:
		f->cfg.wakeup_mode = (u32)fix_random(&f->rng, WAKEUP_ALL + 1);
		if (fix_random(&f->rng, 2))
			f->cfg.wakeup_mode = WAKEUP_ALL;
		break;
	case 1:
		f->cfg.partial_boost = (u32)fix_random(&f->rng, 3);
		break;
	default:
		f->cfg.fast_slice_ns = fix_random(&f->rng, 2) ? SLICE : 0;
	}
}

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
	change_waking(f);
}

/* Who makes sound is not background, when that is decided. */
static void check_classes(const struct fix *f)
{
	u32 i;

	if (f->vm->classify_time != f->now || f->vm->phase != PHASE_MIXED)
		return;
	for (i = 0; i < VM_TASKS; i++) {
		const struct vamp_task *k = &f->vm->tasks.task[i];

		if (k->flags & TASK_BACKGROUND)
			assert_false(vamp_audio_is(f->vm, k, f->now));
	}
}

/* Every other one counts under both policies. */
static void input(struct fix *f)
{
	static const u32 codes[] = { INPUT_ENTER, 30, 0, UINT32_MAX };
	enum vamp_input_kind kind = fix_random(&f->rng, INPUT_KINDS + 1);
	u32 code = codes[fix_random(&f->rng, ARRAY_SIZE(codes))];

	f->chunk = 1 + (u32)fix_random(&f->rng, 1100);
	switch (fix_random(&f->rng, 4)) {
	case 0:
		fix_enter(f);
		break;
	case 1:
		fix_input(f, INPUT_BUTTON_RELEASE, 0);
		break;
	default:
		fix_input(f, kind, code);
	}
	check_classes(f);
}

static void interrupt(struct fix *f, u32 v)
{
	u64 source = fix_random(&f->rng, f->vm->nr_vcpus + 1);

	vamp_vcpu_interrupt(f->vm, &f->vm->vcpu[v],
			    source ? &f->vm->vcpu[source - 1] : NULL, f->now);
}

/* As of a Linux guest: IPIs, the local timer, a keyboard and a sound card. */
static u8 any_vector(struct fix *f)
{
	static const u8 vectors[] = { 0xfd, 0xfd, 0xfd, 0xfb,
				      0xfc, 0xec, 0x31, 0x3b };

	return vectors[fix_random(&f->rng, ARRAY_SIZE(vectors))];
}

static void deliver(struct fix *f, u32 v, u8 vector)
{
	fix_inject(f, v, vector);
	if (f->v[v].state == FIX_RUNS)
		fix_deliver(f, v, vector);
}

static void access(struct fix *f, u32 v, bool outputs)
{
	u32 n = 1 + (u32)fix_random(&f->rng, 3);

	while (n--) {
		enum vamp_audio_effect effect = fix_access(f, v);

		seen.handlers += effect == AUDIO_HANDLER;
		if (effect != AUDIO_PHASE || !outputs)
			continue;
		seen.outputs += fix_output(f) == EFFECT_STARTED;
		check_classes(f);
	}
}

/* One of a few tasks runs on @v for a moment and makes sound, perhaps. */
static void serve(struct fix *f, u32 v, bool outputs)
{
	u64 before = f->v[v].id;

	fix_run(f, v, TASKS + fix_random(&f->rng, 3));
	seen.wakers += fix_waker(f, v) != FIX_NOBODY;
	fix_pass_ns(f, fix_random(&f->rng, 30000));
	if (fix_random(&f->rng, 2))
		access(f, v, outputs);
	fix_pass_ns(f, fix_random(&f->rng, 30000));
	if (before)
		fix_run(f, v, before);
}

/* A task on @v wakes one elsewhere. */
static void send(struct fix *f, u32 v, bool outputs)
{
	u32 to = (u32)fix_random(&f->rng, f->vm->nr_vcpus);
	u8 vector = any_vector(f);

	if (to == v)
		return;
	fix_ipi(f, v, to, vector);
	if (fix_random(&f->rng, 4) == 0)
		return;
	deliver(f, to, vector);
	fix_pass_ns(f, fix_random(&f->rng, 30000));
	serve(f, to, outputs);
}

static bool handles_interrupt(struct fix *f, u32 v)
{
	struct vamp_observed o = fix_observe(f, v);

	return vamp_waker_interrupted(f->vm, &f->vm->vcpu[v], &o);
}

/* Signals and sound. */
static void talk(struct fix *f, u32 v, bool outputs)
{
	switch (fix_random(&f->rng, 8)) {
	case 0:
		deliver(f, v, any_vector(f));
		if (handles_interrupt(f, v))
			access(f, v, outputs);
		break;
	case 1:
		send(f, v, outputs);
		break;
	case 2:
		serve(f, v, outputs);
		break;
	default:
		break;
	}
}

/* Only what runs most runs, long enough to be background, in a phase then. */
static void lull(struct fix *f)
{
	u32 v, n = 1 + (u32)fix_random(&f->rng, 20);

	for (v = 0; v < f->vm->nr_vcpus; v++)
		fix_run(f, v, v + 1);
	fix_pass(f, 1100);
	fix_enter(f);
	while (n-- && f->vm->phase != PHASE_NORMAL) {
		fix_pass(f, 50);
		if (!fix_profile(f))
			continue;
		assert_ptr_equal(f->vm->policy, &vamp_policy_vamp);
		vamp_phase_end(f->vm);
		seen.quiet++;
	}
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

static void check_slow(struct fix *f, u32 v, struct vamp_weight w)
{
	const struct vamp_task *k = vamp_vcpu_task(f->vm, &f->vm->vcpu[v]);

	assert_int_not_equal(f->cfg.kvm_vamp, 0);
	if (w.why == WHY_MAKES_ROOM)
		assert_int_equal(f->vm->phase, PHASE_NORMAL);
	else
		assert_int_equal(f->vm->phase, PHASE_MIXED);
	assert_true(w.why == WHY_MAKES_ROOM || w.why == WHY_RUNS_BACKGROUND);
	assert_non_null(k);
	assert_true(k->flags & TASK_BACKGROUND);
	assert_int_equal(k->why, WHY_LOAD_ABOVE);
	assert_int_equal(w.slice_ns, 0);
	if (f->vm->policy == &vamp_policy_vamp)
		assert_true(f->vm->vcpu[v].exec_ns >=
			    f->vm->vcpu[v].fast_until);
}

static void check_boost(struct fix *f, u32 v, struct vamp_weight w)
{
	const struct vamp_vcpu *x = &f->vm->vcpu[v];
	const struct vamp_task *k = vamp_vcpu_task(f->vm, x);

	assert_true(x->acct_time < x->boost_until);
	assert_int_not_equal(f->vm->phase, PHASE_NORMAL);
	assert_true(x->halted || (k && !(k->flags & TASK_BACKGROUND)));
	seen.boosts++;
	if (!w.nice)
		return;
	assert_int_equal(w.nice, -WEIGHT_BOOST_NICE);
	assert_int_equal(f->cfg.partial_boost, 2);
	seen.negative++;
}

static void check_slice(struct fix *f, struct vamp_weight w)
{
	assert_int_equal(w.slice_ns, SLICE);
	assert_int_equal(w.nice, 0);
	assert_int_equal(f->vm->phase, PHASE_MIXED);
	assert_ptr_equal(f->vm->policy, &vamp_policy_vamp);
	seen.slices++;
}

static void check_weight(struct fix *f, u32 v)
{
	struct vamp_weight w = fix_weight(f, v);

	assert_in_range(w.why, WHY_NO_PHASE, WHY_MAKES_ROOM);
	if (w.nice > 0) {
		assert_in_range(w.nice, 1, CONFIG_NICE_MAX);
		check_slow(f, v, w);
	} else if (w.slice_ns == WEIGHT_BOOST_SLICE_NS) {
		check_boost(f, v, w);
	} else if (w.slice_ns) {
		check_slice(f, w);
	} else {
		assert_int_equal(w.nice, 0);
	}
}

static void check_phase(struct fix *f)
{
	u32 background = 0, i;

	for (i = 0; i < VM_TASKS; i++) {
		u8 flags = f->vm->tasks.task[i].flags;

		background += !!(flags & TASK_BACKGROUND);
		seen.servers += !!(flags & TASK_SERVER);
		seen.dominants += !!(flags & TASK_DOMINANT);
	}
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
		talk(f, v, inputs);
		fix_pass_ns(f, fix_random(&f->rng, 12 * MS));
		if (inputs && fix_random(&f->rng, 40) == 0)
			input(f);
		if (inputs && fix_random(&f->rng, 200) == 0)
			lull(f);
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
	assert_true(seen.boosts > 100 && seen.negative > 100);
	assert_true(seen.slices > 100);
	assert_true(seen.outputs > 10 && seen.quiet > 2);
	assert_true(seen.servers > 100 && seen.dominants > 100);
	assert_true(seen.wakers > 100 && seen.handlers > 10);
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
