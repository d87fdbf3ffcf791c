// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vm.c - the making of a VM: its size, layout and first state.
 */
#include "vm.h"

/* A guest thread for every task on two vCPUs, or for 256 tasks on each. */
static u32 nr_threads(u32 nr_vcpus)
{
	u32 n = 256 * nr_vcpus;

	if (n < VM_TASKS)
		return VM_TASKS;
	return n < TASK_NONE ? n : TASK_NONE - 1;
}

size_t vamp_vm_size(u32 nr_vcpus)
{
	return sizeof(struct vamp_vm) + nr_vcpus * sizeof(struct vamp_vcpu) +
	       vamp_tasks_size(VM_TASKS, nr_threads(nr_vcpus));
}

static void vcpu_init(struct vamp_vcpu *v, u16 index, u64 now, u32 period_ms)
{
	v->index = index;
	vamp_epoch_init(&v->epoch, now, period_ms);
	vamp_load_init(&v->load, &v->epoch);
	vamp_load_init(&v->delay, &v->epoch);
	v->thread = TASK_NONE;
	v->previous = TASK_NONE;
	v->task_id = TASK_NO_ID;
	v->acct_time = now;
}

struct vamp_vm *vamp_vm_init(void *mem, u32 nr_vcpus,
			     const struct vamp_config *cfg,
			     enum vamp_track track, u64 now)
{
	struct vamp_vm *vm = mem;
	u32 period = vamp_load_period(cfg->load_period_ms);
	u32 i;

	vm->cfg = cfg;
	vm->policy = cfg->policy;
	vm->vcpu = (void *)(vm + 1);
	vm->nr_vcpus = nr_vcpus;
	vm->track = track;
	vm->system_task = TASK_NO_ID;
	vamp_epoch_init(&vm->epoch, now, period);
	vamp_audio_init(&vm->audio);
	for (i = 0; i < nr_vcpus; i++)
		vcpu_init(&vm->vcpu[i], (u16)i, now, period);
	vamp_tasks_init(&vm->tasks, vm->vcpu + nr_vcpus, VM_TASKS,
			nr_threads(nr_vcpus));
	return vm;
}
