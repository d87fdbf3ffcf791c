// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fixture.c - the simulated VM of the core's tests.
 */
#include "fixture.h"

#include <stdlib.h>

struct fix *fix_new(const struct vamp_policy *policy, u32 nr_vcpus,
		    enum vamp_track track)
{
	struct fix *f = calloc(1, sizeof(*f));
	void *mem = calloc(1, vamp_vm_size(nr_vcpus));

	assert_non_null(f);
	assert_non_null(mem);
	assert_in_range(nr_vcpus, 1, FIX_VCPUS);
	f->cfg = (struct vamp_config){
		VAMP_CONFIG_DEFAULTS,
		.tick_ns = 10 * MS,
	};
	f->cfg.policy = policy;
	f->cfg.kvm_vamp = 13;
	f->cfg.hint_hold_ns = 12 * MS;
	f->now = FIX_START;
	f->step = 4 * MS;
	f->chunk = 64;
	f->rng = 1;
	f->vm = vamp_vm_init(mem, nr_vcpus, &f->cfg, track, f->now);
	return f;
}

void fix_free(struct fix *f)
{
	fix_check(f);
	free(f->vm);
	free(f);
}

/* The kernel counts CPU time in ticks, so it is seen late. */
struct vamp_observed fix_observe(const struct fix *f, u32 v)
{
	const struct fix_vcpu *x = &f->v[v];

	return (struct vamp_observed){
		.now = f->now + (u64)x->skew,
		.run_delay = x->run_delay,
		.cpu_time = x->cpu_time / FIX_TICK * FIX_TICK,
		.task_id = TASK_NO_ID,
	};
}

static void note_weight(struct fix *f, u32 v, struct vamp_weight weight)
{
	if (weight.nice != -WEIGHT_BOOST_NICE)
		assert_in_range(weight.nice, 0, CONFIG_NICE_MAX);
	if (weight.why != WHY_PLACED_SLOW && weight.why != WHY_PLACED_FAST)
		assert_in_range(weight.why, WHY_NO_PHASE, WHY_MAKES_ROOM);
	f->v[v].slow_answers += weight.nice > 0;
	f->v[v].weight = weight;
}

static void leave(struct fix *f, u32 v)
{
	struct vamp_observed o = fix_observe(f, v);

	if (!f->vm->vcpu[v].in_guest)
		return;
	if (f->v[v].id)
		o.task_id = f->v[v].id;
	note_weight(f, v, vamp_vcpu_exit(f->vm, &f->vm->vcpu[v], &o));
}

void fix_entry(struct fix *f, u32 v, u64 id, bool halted)
{
	struct vamp_observed o = fix_observe(f, v);
	struct vamp_vcpu *x = &f->vm->vcpu[v];

	leave(f, v);
	o.task_id = id;
	o.halted = halted;
	note_weight(f, v, vamp_vcpu_entry(f->vm, x, &o));
	if (f->v[v].weight.slice_ns == WEIGHT_BOOST_SLICE_NS)
		assert_true(o.now < x->boost_until);
}

void fix_run(struct fix *f, u32 v, u64 id)
{
	struct fix_vcpu *x = &f->v[v];

	if (x->state != FIX_RUNS)
		fix_entry(f, v, x->id ? x->id : id, x->state == FIX_HALTED);
	if (x->id != id && f->vm->track == TRACK_TRAP)
		fix_entry(f, v, id, false);
	x->id = id;
	x->state = FIX_RUNS;
}

void fix_wait(struct fix *f, u32 v)
{
	leave(f, v);
	f->v[v].state = FIX_WAITS;
}

void fix_halt(struct fix *f, u32 v)
{
	leave(f, v);
	note_weight(f, v, vamp_vcpu_halt(f->vm, &f->vm->vcpu[v]));
	f->v[v].state = FIX_HALTED;
}

void fix_stop(struct fix *f, u32 v)
{
	leave(f, v);
	f->v[v].state = FIX_STOPPED;
}

void fix_ipi(struct fix *f, u32 from, u32 to, u8 vector)
{
	struct vamp_observed o = fix_observe(f, from);

	leave(f, from);
	vamp_waker_ipi(f->vm, &f->vm->vcpu[from], &f->vm->vcpu[to], vector, &o);
}

void fix_inject(struct fix *f, u32 v, u8 vector)
{
	struct vamp_observed o = fix_observe(f, v);

	leave(f, v);
	vamp_waker_inject(f->vm, &f->vm->vcpu[v], vector, &o);
}

void fix_deliver(struct fix *f, u32 v, u8 vector)
{
	fix_inject(f, v, vector);
	fix_entry(f, v, f->v[v].id, f->v[v].state == FIX_HALTED);
	f->v[v].state = FIX_RUNS;
}

void fix_wake(struct fix *f, u32 from, u32 to)
{
	fix_ipi(f, from, to, WAKER_RESCHEDULE);
	fix_deliver(f, to, WAKER_RESCHEDULE);
}

u64 fix_waker(struct fix *f, u32 v)
{
	return vamp_waker_of(f->vm, &f->vm->vcpu[v]);
}

enum vamp_audio_effect fix_access(struct fix *f, u32 v)
{
	struct vamp_observed o = fix_observe(f, v);
	enum vamp_audio_effect effect;

	leave(f, v);
	effect = vamp_audio_access(f->vm, &f->vm->vcpu[v], &o);
	if (effect == AUDIO_WEIGHT)
		note_weight(f, v, fix_weight(f, v));
	return effect;
}

static void pass_vcpu(struct fix *f, u32 v, u64 ns)
{
	struct fix_vcpu *x = &f->v[v];

	if (x->state == FIX_WAITS)
		x->run_delay += ns;
	if (x->state != FIX_RUNS)
		return;
	x->cpu_time += ns;
	fix_entry(f, v, x->id, false);
}

void fix_pass_ns(struct fix *f, u64 ns)
{
	while (ns) {
		u64 part = vamp_min(ns, f->step);
		u32 v;

		f->now += part;
		for (v = 0; v < f->vm->nr_vcpus; v++)
			pass_vcpu(f, v, part);
		if (vamp_phase_over(f->vm, f->now) &&
		    fix_output(f) != EFFECT_EXTENDED)
			vamp_phase_end(f->vm);
		ns -= part;
	}
}

void fix_pass(struct fix *f, u32 ms)
{
	fix_pass_ns(f, ms * MS);
}

void fix_alternate(struct fix *f, u32 v, u64 a, u32 a_ms, u64 b, u32 b_ms,
		   u32 total)
{
	u32 ms;

	for (ms = 0; ms < total; ms += a_ms + b_ms) {
		fix_run(f, v, a);
		fix_pass(f, a_ms);
		fix_run(f, v, b);
		fix_pass(f, b_ms);
	}
}

void fix_sync(struct fix *f)
{
	u32 v;

	for (v = 0; v < f->vm->nr_vcpus; v++) {
		struct vamp_observed o = fix_observe(f, v);

		vamp_vcpu_sync(f->vm, &f->vm->vcpu[v], &o);
	}
}

static void sort_tasks(struct fix *f)
{
	fix_sync(f);
	vamp_classify_begin(f->vm, f->now);
	while (vamp_classify_step(f->vm, f->chunk))
		;
}

void fix_classify(struct fix *f)
{
	sort_tasks(f);
	vamp_classify_end(f->vm);
}

bool fix_room(struct fix *f, u64 until)
{
	if (!vamp_room_wanted(f->vm, f->now))
		return false;
	sort_tasks(f);
	vamp_room_open(f->vm, until);
	return true;
}

enum vamp_input_effect fix_input(struct fix *f, enum vamp_input_kind kind,
				 u32 code)
{
	enum vamp_input_effect effect;
	bool classify;

	effect = vamp_input(f->vm, f->now, kind, code, &classify);
	if (classify)
		fix_classify(f);
	return effect;
}

enum vamp_input_effect fix_enter(struct fix *f)
{
	return fix_input(f, INPUT_KEY_PRESS, INPUT_ENTER);
}

enum vamp_input_effect fix_output(struct fix *f)
{
	enum vamp_input_effect effect = vamp_output(f->vm, f->now);

	if (effect != EFFECT_IGNORED)
		fix_classify(f);
	return effect;
}

bool fix_profile(struct fix *f)
{
	fix_sync(f);
	return vamp_profile(f->vm, f->now);
}

struct vamp_weight fix_weight(struct fix *f, u32 v)
{
	return vamp_vcpu_weight(f->vm, &f->vm->vcpu[v]);
}

struct vamp_task *fix_find(struct fix *f, u64 id)
{
	u16 i = vamp_tasks_find(&f->vm->tasks, id);

	return i == TASK_NONE ? NULL : &f->vm->tasks.task[i];
}

struct vamp_task *fix_task(struct fix *f, u64 id)
{
	struct vamp_task *k = fix_find(f, id);

	assert_non_null(k);
	return k;
}

bool fix_background(struct fix *f, u64 id)
{
	return fix_task(f, id)->flags & TASK_BACKGROUND;
}

/* splitmix64 by its published constants */
u64 fix_random(u64 *rng, u64 n)
{
	u64 z = *rng += 0x9e3779b97f4a7c15ull;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return (z ^ (z >> 31)) % n;
}

/* ---- the invariants ---- */

static void check_age(const struct vamp_tasks *t)
{
	u32 up = 0, down = 0;
	u16 i;

	for (i = t->oldest; i != TASK_NONE; i = t->task[i].newer) {
		assert_true(t->task[i].flags & TASK_USED);
		assert_in_range(++up, 1, t->used);
	}
	for (i = t->newest; i != TASK_NONE; i = t->task[i].older)
		assert_in_range(++down, 1, t->used);
	assert_int_equal(up, t->used);
	assert_int_equal(down, t->used);
}

static u32 count_threads(const struct vamp_tasks *t, u16 task)
{
	u64 seen[4] = { 0 };
	u32 n = 0;
	u16 h;

	for (h = t->task[task].threads; h != TASK_NONE; h = t->thread[h].next) {
		u16 v = t->thread[h].vcpu;

		assert_int_equal(t->thread[h].task, task);
		assert_false(seen[v / 64] >> v % 64 & 1);
		seen[v / 64] |= 1ull << v % 64;
		n++;
	}
	return n;
}

static u32 count_used(const struct vamp_tasks *t, u32 *threads)
{
	u32 used = 0;
	u16 i;

	for (i = 0; i < t->nr_tasks; i++) {
		if (!(t->task[i].flags & TASK_USED))
			continue;
		assert_int_equal(vamp_tasks_find(t, t->task[i].id), i);
		assert_in_range(t->task[i].bg_conf, 0, BG_CONF_MAX);
		*threads += count_threads(t, i);
		used++;
	}
	return used;
}

void fix_check_tasks(const struct vamp_tasks *t)
{
	u32 threads = 0, free = 0;
	u16 i;

	check_age(t);
	assert_int_equal(count_used(t, &threads), t->used);
	for (i = t->free_thread; i != TASK_NONE; i = t->thread[i].next)
		assert_in_range(++free, 1, t->nr_threads);
	assert_int_equal(threads + free, t->nr_threads);
	free = 0;
	for (i = t->free_task; i != TASK_NONE; i = t->task[i].hash_next)
		assert_in_range(++free, 1, t->nr_tasks);
	assert_int_equal(t->used + free, t->nr_tasks);
}

void fix_check(struct fix *f)
{
	struct vamp_tasks *t = &f->vm->tasks;
	u32 running = 0;
	u16 i;

	fix_check_tasks(t);
	for (i = 0; i < f->vm->nr_vcpus; i++) {
		const struct vamp_vcpu *v = &f->vm->vcpu[i];

		if (v->thread == TASK_NONE)
			continue;
		assert_int_equal(t->thread[v->thread].vcpu, i);
		assert_true(vamp_task_of(t, v->thread)->flags & TASK_USED);
		running++;
	}
	for (i = 0; i < t->nr_tasks; i++)
		running -= t->task[i].running;
	assert_int_equal(running, 0);
}
