// SPDX-License-Identifier: GPL-2.0-only
/*
 * vm.c - the life of a VM object and what is done to all its vCPUs.
 */
#include "vm.h"

#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "counters.h"
#include "params.h"
#include "phase.h"
#include "report.h"
#include "room.h"
#include "steady.h"
#include "vendor.h"

#define REFRESH_MAX	8	/* each takes a run queue's lock, twice */
#define EVENTS_BITS	40	/* above: how many VMs were made before */

static u64 made;	/* under the registry's mutex */

struct host_vm *vm_create(const void *kvm, struct pid *pid, u32 nr)
{
	struct host_vm *vm = kvzalloc(struct_size(vm, seat, nr), GFP_KERNEL);
	void *mem = kvzalloc(vamp_vm_size(nr), GFP_KERNEL);
	u32 i;

	if (!vm || !mem) {
		kvfree(vm);
		kvfree(mem);
		return NULL;
	}
	vm->kvm = kvm;
	vm->pid = get_pid(pid);
	vm->vm_id = pid_nr(pid);
	vm->nr_seats = nr;
	vm->bytes = struct_size(vm, seat, nr) + vamp_vm_size(nr);
	raw_spin_lock_init(&vm->lock);
	mutex_init(&vm->input_lock);
	INIT_DELAYED_WORK(&vm->phase_work, phase_work);
	INIT_WORK(&vm->output_work, phase_output_work);
	vm->events = ++made << EVENTS_BITS;
	vm->core = vamp_vm_init(mem, nr, &vamp_config, vendor_track(),
				local_clock());
	for (i = 0; i < nr; i++)
		vm->seat[i].vcpu = &vm->core->vcpu[i];
	report_made(vm);
	count(vms_created);
	return vm;
}

static void free_vm(struct host_vm *vm)
{
	put_pid(vm->pid);
	kvfree(vm->core);
	kvfree(vm);
}

void vm_destroy(struct host_vm *vm, enum vamp_why why)
{
	unsigned long flags;
	u32 i;

	phase_retire(vm, why);
	synchronize_rcu();
	phase_cancel(vm);
	room_forget(vm);
	count_add(tasks_evicted, vm->core->tasks.evicted);
	for (i = 0; i < vm->nr_seats; i++) {
		raw_spin_lock_irqsave(&vm->lock, flags);
		seat_release(&vm->seat[i], why);
		raw_spin_unlock_irqrestore(&vm->lock, flags);
	}
	free_vm(vm);
	count(vms_freed);
}

void vm_inherit(struct host_vm *vm, struct host_vm *old)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&old->lock, flags);
	vm->roots = old->roots;
	vm->sound = old->sound;
	vm->core->vectors = old->core->vectors;
	raw_spin_unlock_irqrestore(&old->lock, flags);
	report_learned(vm);
}

struct seat *vm_own_seat(struct host_vm *vm)
{
	const struct steady_here *here = steady_own();
	u32 i;

	if (here && here->vm == vm)
		return here->seat;
	for (i = 0; i < vm->nr_seats; i++)
		if (vm->seat[i].task == current)
			return &vm->seat[i];
	return NULL;
}

/* The group's share is divided by weights: others' parts of it changed, too. */
static void refresh_others(struct host_vm *vm, const struct seat *seat)
{
	u32 i, left = REFRESH_MAX;

	for (i = 0; i < vm->nr_seats && left; i++) {
		const struct seat *other = &vm->seat[i];

		if (other == seat || !other->task || other->delta <= 0)
			continue;
		seat_refresh(other);
		left--;
	}
}

void vm_change(struct host_vm *vm, struct seat *seat, struct vamp_weight w)
{
	if (seat_differs(seat, w)) {
		report_weight(vm, seat - vm->seat, w);
		if (seat_apply(seat, w))
			refresh_others(vm, seat);
	}
	if (phase_any())
		room_follow(vm, seat - vm->seat, w, task_cpu(seat->task),
			    local_clock());
}

static bool process_gone(struct pid *pid)
{
	struct task_struct *leader;
	bool gone;

	rcu_read_lock();
	leader = pid_task(pid, PIDTYPE_TGID);
	gone = !leader || !atomic_read(&leader->signal->live);
	rcu_read_unlock();
	return gone;
}

/* True if it had vCPU threads and all of them have ended. */
static bool threads_gone(struct host_vm *vm)
{
	unsigned long flags;
	u32 i, bound = 0, ended = 0;

	raw_spin_lock_irqsave(&vm->lock, flags);
	for (i = 0; i < vm->nr_seats; i++) {
		if (!vm->seat[i].task)
			continue;
		bound++;
		ended += vm->seat[i].task->exit_state != 0;
	}
	raw_spin_unlock_irqrestore(&vm->lock, flags);
	return bound && bound == ended;
}

bool vm_is_over(struct host_vm *vm)
{
	return process_gone(vm->pid) || threads_gone(vm);
}

void vm_observe(const struct seat *seat, u64 now, struct vamp_observed *o)
{
	const struct task_struct *p = seat->task;
	u64 queued = READ_ONCE(p->sched_info.last_queued);

	o->now = now;
	o->run_delay = READ_ONCE(p->sched_info.run_delay);
	if (queued && p != current)
		o->run_delay += vamp_sub(now, queued);
	o->cpu_time = READ_ONCE(p->se.sum_exec_runtime);
	o->task_id = TASK_NO_ID;
	o->halted = false;
}

static void sync_vcpu(struct host_vm *vm, u32 i)
{
	struct vamp_observed o;

	if (!vm->seat[i].task)
		return;
	vm_observe(&vm->seat[i], local_clock(), &o);
	report_event(vm, VAMP_OP_SYNC, i, &o, 0);
	vamp_vcpu_sync(vm->core, &vm->core->vcpu[i], &o);
}

void vm_sync(struct host_vm *vm)
{
	unsigned long flags;
	u32 i;

	for (i = 0; i < vm->nr_seats; i++) {
		raw_spin_lock_irqsave(&vm->lock, flags);
		sync_vcpu(vm, i);
		raw_spin_unlock_irqrestore(&vm->lock, flags);
	}
}

static void apply_vcpu(struct host_vm *vm, u32 i, enum vamp_why why)
{
	struct vamp_weight w;

	report_op(vm, VAMP_OP_WEIGH, i, 0);
	w = vamp_vcpu_weight(vm->core, &vm->core->vcpu[i]);
	report_weighed(vm, i, w);
	if (w.nice <= 0 && why != WHY_NONE)
		w.why = why;
	report_weight(vm, i, w);
	seat_apply(&vm->seat[i], w);
}

void vm_apply(struct host_vm *vm, enum vamp_why why)
{
	unsigned long flags;
	u32 i;

	for (i = 0; i < vm->nr_seats; i++) {
		raw_spin_lock_irqsave(&vm->lock, flags);
		if (vm->seat[i].task)
			apply_vcpu(vm, i, why);
		raw_spin_unlock_irqrestore(&vm->lock, flags);
	}
}
