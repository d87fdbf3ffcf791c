/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * waker.h - who woke the guest task that runs on a vCPU.
 *
 * A task that wakes another on a different vCPU sends that vCPU an interrupt.
 * So: the interrupt is sent (the sender's local waker becomes the destination's
 * remote waker), injected (the time is noted), and when another task is current
 * there soon after, that task was woken by the remote waker. The local waker of
 * a vCPU is its current task, or who woke that (chains lead back to who began),
 * or an interrupt handler. Source: VEE 2014, whose constants are parameters
 * here.
 *
 * Which vectors wake tasks differs by guest: Linux uses 0xfd to reschedule and,
 * since 5.8, 0xfb to have a task woken on its own CPU. They are learned for each
 * VM: of the vectors that vCPUs send each other, those after which another task
 * is current often enough; until there is evidence, Linux's two.
 *
 * Times are active times: ns of the clock less the thread's run delay, so that
 * a vCPU that waits for a CPU does not look slow to wake up.
 *
 * Nothing here sleeps, locks or allocates: the caller holds the VM's lock.
 */
#ifndef VAMP_CORE_WAKER_H
#define VAMP_CORE_WAKER_H

#include "types.h"

struct vamp_vm;
struct vamp_vcpu;
struct vamp_observed;

/* Bits of remote_wakeup_track_mode. Without the first none has an effect. */
enum vamp_wakeup_mode {
	WAKEUP_BASE = 1,
	WAKEUP_TRANSITIVE = 2,		/* chains lead back to who began */
	WAKEUP_INTERRUPT_RESET = 4,	/* interrupt handlers wake tasks, too */
	WAKEUP_WEIGHTED_AUDIO = 8,	/* audio.h */
	WAKEUP_ALL = 15,
};

enum vamp_waker_state {
	WAKER_INTERRUPT = 1 << 0,	/* local waker: an interrupt handler */
	WAKER_REMOTE = 1 << 1,		/* there is a remote waker */
	WAKER_PENDING = 1 << 2,		/* injected: enters the guest next */
	WAKER_TIMED = 1 << 3,		/* injected, and since when is known */
	WAKER_VALID = 1 << 4,		/* the current task was woken by it */
	WAKER_CHAINED = 1 << 5,		/* local waker: who woke the task */
	WAKER_PREEMPTED = 1 << 6,	/* it arrived as an interrupt was handled */
	WAKER_TRYING = 1 << 7,		/* ->tried awaits its effect */
	WAKER_WAS_IDLE = 1 << 8,	/* it was injected into a halted vCPU */
	WAKER_COUNTED = 1 << 9,		/* a client was credited for it (audio.c) */
	WAKER_HALTED = 1 << 10,		/* halted since the task arrived */
	WAKER_WAKES = 1 << 11,		/* what is PENDING wakes tasks */
	WAKER_DEVICE = 1 << 12,		/* handles an interrupt not its own */
	WAKER_AWAY = 1 << 13,		/* its handler's access is being answered */
	WAKER_HANDLED = 1 << 14,	/* its handler was counted (audio.c) */
};

#define WAKER_ID_INTERRUPT	(~0ull - 2)	/* no task: an interrupt handler */
#define WAKER_RESCHEDULE	0xfd	/* Linux */
#define WAKER_CALL_SINGLE	0xfb
#define WAKER_VECTORS		256

struct vamp_waker {
	u64 remote;		/* task id, or WAKER_ID_INTERRUPT */
	u64 woken_by;		/* the same, of the current task, if VALID */
	u64 injected;		/* active ns, if TIMED */
	u64 interrupted;	/* active ns of the last interrupt, if INTERRUPT */
	u64 device_at;		/* and of that, if DEVICE */
	u64 served_at;		/* ns: an access that counted since, or 0 (audio.c) */
	u16 state;		/* enum vamp_waker_state */
	u8 tried;		/* vector whose effect is awaited, if TRYING */
};

/*
 * What is known of vectors: of those that vCPUs send each other, whether they wake
 * tasks; of the others, whether a vCPU's own timer or a device raises them.
 */
struct vamp_vectors {
	u8 fixed;			/* the one that wakes tasks, if set by hand */
	u16 hits[WAKER_VECTORS];	/* another task was current soon after */
	u16 tries[WAKER_VECTORS];	/* 0: never sent by a vCPU */
	s8 own[WAKER_VECTORS];		/* evidence for the timer, or against it */
};

/* Sets the vector that wakes tasks, 32..255, by hand; 0: learn them again. */
void vamp_vectors_set(struct vamp_vectors *x, u8 vector);

/* Does @vector wake tasks, as far as is known? */
bool vamp_vectors_wakes(const struct vamp_vectors *x, u8 vector);

/* May it do so: is it one that vCPUs send each other? */
bool vamp_vectors_sent(const struct vamp_vectors *x, u8 vector);

/* The one that does so most. */
u8 vamp_vectors_main(const struct vamp_vectors *x);

/*
 * @vector was raised by the vCPU that it is for, without being sent, or by
 * somebody else. What the vCPU raises for itself is its timer's.
 */
void vamp_vectors_raised(struct vamp_vectors *x, u8 vector, bool own);

/* @src sends @dst an interrupt with @vector. @o is of @src's thread, now. */
void vamp_waker_ipi(struct vamp_vm *vm, const struct vamp_vcpu *src,
		    struct vamp_vcpu *dst, u8 vector,
		    const struct vamp_observed *o);

/* @vector is injected into @v before its next entry; @o is of its thread. */
void vamp_waker_inject(struct vamp_vm *vm, struct vamp_vcpu *v, u8 vector,
		       const struct vamp_observed *o);

/*
 * An interrupt was injected before this entry, or a handler's access was answered
 * since the exit. Call if state is PENDING or AWAY.
 */
void vamp_waker_enter(struct vamp_vcpu *v, const struct vamp_observed *o);

/*
 * Another task is current on @v, since its last entry with the one before at
 * the earliest. Call if the state is not 0.
 */
void vamp_waker_arrive(struct vamp_vm *vm, struct vamp_vcpu *v);

/* @v halts: nobody runs, and no interrupt is being handled. */
void vamp_waker_halt(const struct vamp_vm *vm, struct vamp_vcpu *v);

/*
 * Who woke the current task of @v: an id, WAKER_ID_INTERRUPT, or TASK_NO_ID if
 * that is not known. It arrived soon after the interrupt, or (policy vamp) the
 * vCPU was idle before and its address space was still loaded, so that it did
 * not have to arrive.
 */
u64 vamp_waker_of(const struct vamp_vm *vm, const struct vamp_vcpu *v);

/* True while the handler of an interrupt just injected is likely to run. */
bool vamp_waker_handling(const struct vamp_vm *vm, const struct vamp_vcpu *v,
			 const struct vamp_observed *o);

/*
 * The same, but not of the vCPU's own timer under policy vamp: a timer's handler
 * wakes tasks, but it accesses no device. A vCPU that had to wait for a CPU finds its
 * timer expired whenever it goes on, most of all when it is woken.
 */
bool vamp_waker_handling_device(const struct vamp_vm *vm,
				const struct vamp_vcpu *v,
				const struct vamp_observed *o);

/*
 * The handler accesses a device at @o. How long the host takes to answer is not the
 * handler's time: under policy vamp its clock goes on at the next entry.
 */
void vamp_waker_handler_accesses(struct vamp_vm *vm, struct vamp_vcpu *v,
				 const struct vamp_observed *o);

/* True if an interrupt handler, not the current task, is what acts on @v. */
bool vamp_waker_interrupted(const struct vamp_vm *vm, const struct vamp_vcpu *v,
			    const struct vamp_observed *o);

#endif /* VAMP_CORE_WAKER_H */
