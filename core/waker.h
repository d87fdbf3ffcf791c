/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * waker.h - who woke the guest task that runs on a vCPU.
 *
 * A task that wakes another on a different vCPU sends that vCPU a reschedule
 * interrupt. So: the interrupt is sent (the sender's local waker is remembered
 * at the destination as its remote waker), injected (the time is noted), and
 * when another task is current there soon after, that task was woken by the
 * remote waker. The local waker of a vCPU is its current task, or the remote
 * waker of that (chains lead back to who began), or an interrupt handler.
 * Source: VEE 2014, whose constants are parameters here.
 *
 * Which vector is the reschedule interrupt differs by guest (Linux 0xfd). It is
 * learned for each VM: of all vectors that vCPUs send each other, the one after
 * which another task is current most often; until there is evidence, Linux's.
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
	WAKER_CHAINED = 1 << 5,		/* local waker: the remote waker */
	WAKER_PREEMPTED = 1 << 6,	/* it arrived as an interrupt was handled */
	WAKER_TRYING = 1 << 7,		/* ->tried awaits its effect */
	WAKER_WAS_IDLE = 1 << 8,	/* it was injected into a halted vCPU */
};

#define WAKER_ID_INTERRUPT	(~0ull - 2)	/* no task: an interrupt handler */
#define WAKER_LINUX_VECTOR	0xfd
#define WAKER_VECTORS		256

struct vamp_waker {
	u64 remote;		/* task id, or WAKER_ID_INTERRUPT */
	u64 injected;		/* active ns, if TIMED */
	u64 interrupted;	/* active ns of the last interrupt, if INTERRUPT */
	u16 state;		/* enum vamp_waker_state */
	u8 tried;		/* vector whose effect is awaited, if TRYING */
};

/* What is known of the vectors that vCPUs send each other. */
struct vamp_vectors {
	u8 reschedule;		/* the one that wakes tasks */
	bool fixed;		/* set by hand: not learned */
	u16 hits[WAKER_VECTORS];	/* another task was current soon after */
	u16 tries[WAKER_VECTORS];	/* 0: never sent by a vCPU */
};

void vamp_vectors_init(struct vamp_vectors *x);

/* Sets the reschedule vector, 32..255, by hand; 0 learns it again. */
void vamp_vectors_set(struct vamp_vectors *x, u8 vector);

/* @src sends @dst an interrupt with @vector. @o is of @src's thread, now. */
void vamp_waker_ipi(struct vamp_vm *vm, const struct vamp_vcpu *src,
		    struct vamp_vcpu *dst, u8 vector,
		    const struct vamp_observed *o);

/* @vector is injected into @v before its next entry; @o is of its thread. */
void vamp_waker_inject(struct vamp_vm *vm, struct vamp_vcpu *v, u8 vector,
		       const struct vamp_observed *o);

/* An interrupt was injected before this entry. Call if state is PENDING. */
void vamp_waker_enter(struct vamp_vcpu *v, const struct vamp_observed *o);

/*
 * Another task is current on @v, since its last entry with the one before at
 * the earliest. Call if the state is not 0.
 */
void vamp_waker_arrive(struct vamp_vm *vm, struct vamp_vcpu *v);

/* @v halts: nobody runs, and no interrupt is being handled. */
void vamp_waker_halt(struct vamp_vcpu *v);

/*
 * True if the current task of @v was woken by the remote waker: it arrived soon
 * after, or (policy vamp) the vCPU was idle before and its address space was
 * still loaded, so that it did not have to arrive.
 */
bool vamp_waker_known(const struct vamp_vm *vm, const struct vamp_vcpu *v);

/* True if an interrupt handler, not the current task, is what acts on @v. */
bool vamp_waker_interrupted(const struct vamp_vm *vm, const struct vamp_vcpu *v,
			    const struct vamp_observed *o);

#endif /* VAMP_CORE_WAKER_H */
