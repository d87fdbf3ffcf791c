// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pairs.c - the hot path: a VM exit and the entry after it.
 *
 * The guest runs for a millisecond, KVM handles the exit in 10 us. The same
 * loop with functions that do nothing gives the harness's own instructions.
 */
#include "bench.h"

#define PAIRS	992	/* 31 epochs of about 32 pairs */

struct hooks {
	struct vamp_weight (*exit)(struct vamp_vm *vm, struct vamp_vcpu *v,
				   const struct vamp_observed *o);
	struct vamp_weight (*entry)(struct vamp_vm *vm, struct vamp_vcpu *v,
				    const struct vamp_observed *o);
};

/* Which address space is seen in pair @i. */
typedef u64 (*task_of)(u32 i);

static __attribute__((noipa)) struct vamp_weight
nothing(struct vamp_vm *vm, struct vamp_vcpu *v, const struct vamp_observed *o)
{
	(void)vm;
	(void)v;
	(void)o;
	return (struct vamp_weight){ 0 };
}

static const struct hooks core = { vamp_vcpu_exit, vamp_vcpu_entry };
static const struct hooks harness = { nothing, nothing };

static __attribute__((noipa)) u64 same(u32 i)
{
	(void)i;
	return 1;
}

/* Two known tasks in turn: 1, which is background in a phase, and 2. */
static __attribute__((noipa)) u64 other(u32 i)
{
	return 1 + (i & 1);
}

/* Never seen before; the table is full, so one is evicted. */
static __attribute__((noipa)) u64 unknown(u32 i)
{
	return 1000000 + i;
}

static __attribute__((noipa)) void run(const struct hooks *h,
				       struct vamp_vm *vm,
				       struct vamp_observed *o, task_of task,
				       u64 guest_ns)
{
	u32 i;

	for (i = 0; i < PAIRS; i++) {
		o->now += guest_ns;
		o->cpu_time += guest_ns + 10 * US;
		o->task_id = task(i);
		h->exit(vm, vm->vcpu, o);
		o->now += 10 * US;
		h->entry(vm, vm->vcpu, o);
	}
}

static void begin_phase(struct vamp_vm *vm, struct vamp_observed *o)
{
	bool classify;

	vamp_input(vm, o->now, INPUT_KEY_PRESS, INPUT_ENTER, &classify);
	vamp_vcpu_sync(vm, vm->vcpu, o);
	vamp_classify_begin(vm, o->now);
	while (vamp_classify_step(vm, 64))
		;
	vamp_classify_end(vm);
}

struct vamp_vm *bench_busy_vm(const struct vamp_policy *policy,
			      enum vamp_track track, bool mixed,
			      struct vamp_observed *o)
{
	struct vamp_vm *vm = bench_vm(policy, 2, track);
	u64 id;

	*o = (struct vamp_observed){ .now = 3200 * MS };
	for (id = 2000; id > 0; id--) {
		o->now += 10 * US;
		o->task_id = id;
		vamp_vcpu_entry(vm, vm->vcpu, o);
	}
	run(&core, vm, o, same, MS);
	run(&core, vm, o, same, MS);
	if (mixed)
		begin_phase(vm, o);
	run(&core, vm, o, same, MS);
	return vm;
}

static void measure(const struct hooks *h, const char *hooks, u32 policy,
		    const char *name, enum vamp_track track, bool mixed,
		    task_of task, u64 guest_ns)
{
	struct vamp_observed o;
	struct vamp_vm *vm =
		bench_busy_vm(bench_policies[policy], track, mixed, &o);

	section_begin();
	run(h, vm, &o, task, guest_ns);
	section_end("pair/%s/%s/%s %s %u", bench_policies[policy]->name,
		    mixed ? "mixed" : "normal", name, hooks, PAIRS);
}

static void bench_case(u32 policy, bool mixed, const char *name,
		       enum vamp_track track, task_of task, u64 guest_ns)
{
	measure(&core, "core", policy, name, track, mixed, task, guest_ns);
	measure(&harness, "harness", policy, name, track, mixed, task,
		guest_ns);
}

void bench_pairs(void)
{
	u32 p, m;

	for (p = 0; p < 2; p++)
		for (m = 0; m < 2; m++) {
			bench_case(p, m, "same", TRACK_SAMPLE, same, MS);
			bench_case(p, m, "other", TRACK_SAMPLE, other, MS);
			bench_case(p, m, "other-trap", TRACK_TRAP, other, MS);
			bench_case(p, m, "new", TRACK_SAMPLE, unknown, MS);
			bench_case(p, m, "gap", TRACK_SAMPLE, same, 1100 * MS);
		}
}
