// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * crowd.c - the threshold where guest tasks are many.
 */
#include "crowd.h"

#include "vm.h"

#include "policy.h"

#define BUSY_PCT	90	/* of all vCPUs that ran */
#define ONE		256u	/* a whole contender */
#define FEW		(ONE * 5 / 2)

void vamp_crowd_begin(struct vamp_vm *vm)
{
	u32 i, nr_ran = 0;

	for (i = 0; i < vm->nr_vcpus; i++) {
		struct vamp_vcpu *v = &vm->vcpu[i];

		v->contenders = 0;
		nr_ran += v->avg + v->potential > 0;
	}
	vm->crowd.nr_members = 0;
	vm->crowd.seen = 0;
	vm->crowd.on = vm->policy->minds_crowds && nr_ran &&
		       vm->vm_load >= nr_ran * BUSY_PCT;
}

/* One that ran on several vCPUs is a part of a contender on each. */
static void contend(struct vamp_vm *vm, const struct vamp_task *k)
{
	u16 i;

	for (i = k->threads; i != TASK_NONE; i = vm->tasks.thread[i].next) {
		struct vamp_vcpu *v = &vm->vcpu[vm->tasks.thread[i].vcpu];
		u32 part = vamp_thread_load(vm, i) * ONE / k->load;

		v->contenders = (u16)vamp_min(v->contenders + part, 0xffffu);
	}
}

bool vamp_crowd_add(struct vamp_vm *vm, u16 task, u8 bg_conf)
{
	const struct vamp_task *k = &vm->tasks.task[task];
	struct vamp_crowd *c = &vm->crowd;
	struct vamp_crowd_member *m = &c->member[c->nr_members];

	if (!c->on || k->load <= CROWD_LEAST_PCT)
		return false;
	contend(vm, k);
	if (k->load > vm->threshold || c->nr_members == CROWD_MEMBERS)
		return false;
	m->task = task;
	m->bg_conf = bg_conf;
	c->nr_members++;
	return true;
}

/*
 * Where the guest has put all but background on a vCPU, two that are busy there may
 * well be the application and who draws it.
 */
static u32 threshold_on(const struct vamp_vm *vm, const struct vamp_vcpu *v)
{
	u32 part;

	if (!v->contenders || (v->placed == PLACED_FAST && v->contenders < FEW))
		return vm->threshold;
	part = 200 * ONE / (v->contenders * 3u);
	if (part < CROWD_LEAST_PCT)
		part = CROWD_LEAST_PCT;
	return vamp_min(part, vm->threshold);
}

/* Of several vCPUs each counts by the task's load there. */
u32 vamp_crowd_threshold(const struct vamp_vm *vm, u16 task)
{
	const struct vamp_task *k = &vm->tasks.task[task];
	u32 load = 0, sum = 0;
	u16 i;

	for (i = k->threads; i != TASK_NONE; i = vm->tasks.thread[i].next) {
		const struct vamp_vcpu *v = &vm->vcpu[vm->tasks.thread[i].vcpu];
		u32 here = vamp_thread_load(vm, i);

		load += here;
		sum += here * ONE / threshold_on(vm, v);
	}
	return sum ? load * ONE / sum : vm->threshold;
}
