/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vm.h - a VM on this host: the core's VM, its vCPU threads, and what guards
 * them.
 */
#ifndef VAMP_KMOD_VM_H
#define VAMP_KMOD_VM_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/pid.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/clock.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "core/param.h"
#include "core/root.h"
#include "core/vm.h"
#include "seat.h"
#include "sound.h"

struct host_vm {
	struct hlist_node by_kvm;	/* registry's lock; RCU readers */
	struct hlist_node by_pid;
	struct list_head list;		/* registry's mutex */
	const void *kvm;		/* struct kvm, a key only */
	struct pid *pid;		/* of its process, referenced */
	pid_t vm_id;			/* its number in the first namespace */

	/* Inner lock, IRQs off: the core's VM and all seats. Hooks take it. */
	raw_spinlock_t lock;
	struct vamp_vm *core;
	struct vamp_roots roots;
	bool trap_refused;		/* counted once */
	struct sound sound;
	u64 events;			/* reported so far (report.h) */
	u32 param[VAMP_PARAMS];		/* as last reported */

	/* Outer lock: one input is dealt with at a time. */
	struct mutex input_lock;
	bool dead;			/* no new phase */
	u64 phase_began;		/* of the phase that is, or was last */
	u64 input_second;		/* rate limit, under input_lock */
	u32 inputs;
	struct delayed_work phase_work;
	struct work_struct output_work;

	struct rcu_head rcu;
	size_t bytes;
	u32 nr_seats;
	struct seat seat[];
};

/*
 * A VM with room for @nr vCPUs; not yet registered. Takes a reference on @pid.
 * NULL without memory. May sleep.
 */
struct host_vm *vm_create(const void *kvm, struct pid *pid, u32 nr);

/*
 * Restores all threads, lets them go and frees the VM after a grace period.
 * It must not be registered any more. May sleep.
 */
void vm_destroy(struct host_vm *vm, enum vamp_why why);

/* True when nobody runs it any more: process or all its vCPU threads gone. */
bool vm_is_over(struct host_vm *vm);

/* What the core wants to know of a thread, seen from any CPU; lock held. */
void vm_observe(const struct seat *seat, u64 now, struct vamp_observed *o);

/* The same of the current thread. */
static inline void vm_observe_own(struct vamp_observed *o)
{
	o->now = local_clock();
	o->run_delay = current->sched_info.run_delay;
	o->cpu_time = current->se.sum_exec_runtime;
}

/* Charges all vCPUs up to now, each under the lock for itself. */
void vm_sync(struct host_vm *vm);

/* What @old learned and was told goes to @vm, which replaces it. */
void vm_inherit(struct host_vm *vm, struct host_vm *old);

/* The current thread's seat, or NULL; lock held. */
struct seat *vm_own_seat(struct host_vm *vm);

extern atomic_t phases_running;	/* phase.h */

void vm_change(struct host_vm *vm, struct seat *seat, struct vamp_weight w);

/* Gives a seat the weight that the core just decided; lock held, in a hook. */
static inline void vm_follow(struct host_vm *vm, struct seat *seat,
			     struct vamp_weight w)
{
	if (unlikely(seat_differs(seat, w) || atomic_read(&phases_running)))
		vm_change(vm, seat, w);
}

/*
 * Applies the core's present weights to all vCPUs; @why, if not WHY_NONE, is
 * the reason given for full weights. Takes the lock.
 */
void vm_apply(struct host_vm *vm, enum vamp_why why);

#endif /* VAMP_KMOD_VM_H */
