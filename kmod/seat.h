/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * seat.h - a vCPU's thread on the host, and the nice value that vAMP adds to
 * what the administrator gave it. This is the actuator: nothing else in the
 * module changes a thread.
 *
 * All functions are called with the VM's lock held (IRQs off) and may take a
 * run queue's lock: never call them from inside the scheduler.
 */
#ifndef VAMP_SEAT_H
#define VAMP_SEAT_H

#include <linux/sched.h>

#include "core/vm.h"

struct kvm_vcpu;

/* Where the guest's CR3 is, and with it whether its state can be seen at all. */
enum seat_source {
	SOURCE_UNKNOWN,		/* not looked yet, or not successfully */
	SOURCE_HARDWARE,	/* in the VMCB or VMCS */
	SOURCE_KVM,		/* in KVM's own copy */
	SOURCE_NONE,		/* out of reach */
};

struct seat {
	struct task_struct *task;	/* referenced, or NULL */
	struct kvm_vcpu *kvcpu;		/* valid in its own thread's hooks only */
	struct vamp_vcpu *vcpu;		/* the core's, always set */
	u64 halts;			/* KVM's count at the last entry */
	int vcpu_id;
	u64 base_slice;			/* administrator's slice, if slice != 0 */
	u64 since;			/* when delta last became or ceased to be 0 */
	u32 slice;			/* ns that vAMP set, or 0 */
	int ipi;			/* vector that it sends in this exit, or -1 */
	s8 base;			/* administrator's nice, if delta != 0 */
	s8 shown;			/* what vAMP set, if delta != 0 */
	s8 delta;			/* what is added now */
	s8 wanted;			/* nice of the last decision */
	u32 wanted_slice;		/* and its slice */
	struct vamp_weight told;	/* the last that was reported */
	u64 user_cr3;			/* core/root.h, for learning */
	u64 cr3;			/* last read */
	u64 cr3_bits;			/* of it, that count; 0: do not rely on it */
	u8 source;			/* enum seat_source */
	u8 tries;			/* looks for it that failed */
	bool kvm_traps;			/* KVM itself traps CR3 writes: shadow paging */
	bool may_trap;			/* else vAMP may */
	bool trapped;			/* vAMP made CR3 writes exit */
	bool left_alone;		/* thread not SCHED_OTHER, or not ours alone */

	/* The fast path (steady.h): written by the thread itself alone. */
	bool steady;			/* it may be taken */
	bool out;			/* of the guest, and the core not told */
	struct vamp_observed seen;	/* last entry there, or ->now is 0 */
};

/* Gives the seat to the current thread. */
void seat_bind(struct seat *seat, struct kvm_vcpu *kvcpu, bool shared);

/* Restores the thread's nice and lets it go. */
void seat_release(struct seat *seat, enum vamp_why why);

/*
 * Makes the thread's nice the administrator's plus @w.nice, at most 19 and, when
 * that is a boost, not below that of QEMU's first thread; and its slice @w's.
 * True if the nice changed.
 */
bool seat_apply(struct seat *seat, struct vamp_weight w);

/*
 * Has the scheduler weigh the CPU cgroup anew on the CPU of a slow thread: a
 * group's weight on a CPU follows what happens on others only when one of its
 * threads there is queued, dequeued, or runs at a tick. A slow thread that waits
 * does none of that for long, and the VM would lose of its share meanwhile.
 */
void seat_refresh(const struct seat *seat);

/* True if seat_apply() would have something to do. */
static inline bool seat_differs(const struct seat *seat, struct vamp_weight w)
{
	return seat->wanted != w.nice || seat->wanted_slice != w.slice_ns ||
	       (seat->delta && task_nice(seat->task) != seat->shown);
}

#endif /* VAMP_SEAT_H */
