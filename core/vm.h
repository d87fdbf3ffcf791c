/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vm.h - one virtual machine, as vAMP sees it.
 *
 * What vAMP does, in one page:
 *
 *  1. Each VM entry tells which address space (guest task) runs on the vCPU and
 *     how long it ran since the last one; vamp_vcpu_entry() keeps that in load
 *     epochs, per vCPU and per guest thread (a task on one vCPU).
 *  2. vamp_input() hears of the user's key or button and starts an interactive
 *     phase, a few seconds long. The classification (begin, step, end) then
 *     looks back over the last second: is the VM loaded at all (MIXED), and
 *     which of its tasks loaded it (background)?
 *  3. From then on every entry answers with the vCPU's weight: full, or lowered
 *     by a nice value while it runs background work. vamp_vcpu_interrupt() and
 *     vamp_vcpu_halt() give weight back when a task may be about to wake.
 *     The VM's share as a whole does not change: it moves between its vCPUs.
 *  4. vamp_phase_end() makes all weights full again.
 *  5. A guest that has an extension may say on which vCPUs it has placed its
 *     background work: vamp_vcpu_place(). Until the phase ends these are the
 *     slow ones, whatever they run.
 *  6. While one VM answers its user, a neighbour's vCPUs on the same CPU may
 *     make room: their VM's own share, too, moves to its other vCPUs.
 *
 * What counts as input, which task is background and which vCPU is slow are
 * the policy's rules (policy.h). Every answer says why (reason.h).
 *
 * The core is pure: time is an argument (ns of one clock), nothing sleeps,
 * locks, allocates or calls out. The caller holds the VM's lock around every
 * call, and does what the answers say.
 */
#ifndef VAMP_CORE_VM_H
#define VAMP_CORE_VM_H

#include "audio.h"
#include "config.h"
#include "crowd.h"
#include "load.h"
#include "reason.h"
#include "task.h"
#include "waker.h"

#define VM_TASKS		1024
#define VM_VCPUS_MAX		255
#define VM_DOUBLE_CLICK_NS	(500 * VAMP_NSEC_PER_MSEC)
#define VM_MOVEMENT_NS		(100 * VAMP_NSEC_PER_MSEC)
#define VM_ANSWER_NS		(500 * VAMP_NSEC_PER_MSEC)
#define VM_ANSWER_EARLY_NS	(50 * VAMP_NSEC_PER_MSEC)
#define VM_INACTIVE_NS		(64 * VAMP_NSEC_PER_MSEC)
#define VM_TURNS_NS		(320 * VAMP_NSEC_PER_MSEC)
#define VM_YIELDS_NS		(1000 * VAMP_NSEC_PER_MSEC)
#define VM_EMPTY_HINTS		8
#define VM_SETTLE_NS		(8 * VAMP_NSEC_PER_MSEC)
#define VM_CREDIT_NS		(500 * VAMP_NSEC_PER_MSEC)

enum vamp_vm_phase {
	PHASE_NORMAL = 0,	/* no interactive phase */
	PHASE_NON_MIXED = 1,	/* interactive, but no load to speak of */
	PHASE_MIXED = 2,	/* interactive and background work together */
};

enum vamp_input_kind {
	INPUT_KEY_PRESS,
	INPUT_KEY_RELEASE,
	INPUT_BUTTON_PRESS,
	INPUT_BUTTON_RELEASE,
	INPUT_SCROLL,
	INPUT_DRAG,		/* motion while a button or finger is down */
	INPUT_TOUCH_BEGIN,
	INPUT_TOUCH_END,
	INPUT_KINDS
};

#define INPUT_ENTER	28	/* scan code, set 1 */

enum vamp_input_effect {
	EFFECT_IGNORED,
	EFFECT_STARTED,
	EFFECT_RESTARTED,
	EFFECT_EXTENDED,
	EFFECT_REPEATED,
	EFFECT_COUNT
};

/* How the address space was observed: what an interval is charged to. */
enum vamp_track {
	TRACK_SAMPLE,	/* seen at entries: to whom runs at its end */
	TRACK_TRAP,	/* every change seen: to whom ran at its start */
};

/* Where the guest's extension has placed its work, in this phase. */
enum vamp_placed {
	PLACED_NOT,		/* nothing is known */
	PLACED_SLOW,		/* background only */
	PLACED_FAST,		/* all else */
	PLACED_COUNT
};

/* How much a vCPU weighs, as the actuator should set it. */
struct vamp_weight {
	s8 nice;		/* to add to the administrator's: -20..19 */
	u8 why;			/* enum vamp_why */
	u32 slice_ns;		/* scheduler slice, or 0: the administrator's */
};

struct vamp_vcpu {
	u64 task_id;		/* of the current task, or TASK_NO_ID */
	u64 settle_by;		/* until then entries of it need no accounting */
	u64 acct_time;		/* charged up to here */
	u64 acct_delay;		/* its thread's run delay then, ns since ever */
	u64 acct_cpu;		/* and CPU time */
	u64 seen_time;		/* last entry with the current task */
	u64 seen_delay;
	u64 seen_cpu;
	u64 exit_time;		/* last exit, while not in the guest */
	u64 exit_delay;
	u64 idle_since;		/* the exit that last was a halt's */
	u64 exec_ns;		/* total charged: the vCPU's own clock */
	u64 fast_until;		/* of exec_ns: full weight till then */
	u64 fast_for;		/* the task whose run earned that */
	u64 arrived;		/* exec_ns when the current task arrived */
	u64 delay_base;		/* vee14: run delay that no longer counts */
	u64 ratio_bg, ratio_all;	/* execution for the dynamic nice */
	u64 boost_until;	/* ns, or 0 */
	struct vamp_waker waker;
	struct vamp_weight given;	/* the last decision */
	struct vamp_epoch epoch;
	struct vamp_load load;
	struct vamp_load delay;
	u16 index;		/* of this vCPU */
	u16 thread;		/* current, or TASK_NONE */
	u16 task;		/* that it is of, if any */
	u16 previous;		/* the one before; may be freed */
	u16 avg, potential;	/* percent, at the last classification */
	u16 contenders;		/* then, in 256th (crowd.c) */
	u8 fast_why;		/* what fast_until is for */
	u8 empty_hints;		/* hints in a row that nothing came of */
	bool boosted;		/* by the last decision */
	bool in_guest;
	bool hinted;		/* a hint waits for an interactive task */
	bool asked;		/* a neighbour on this CPU asks: vamp_vcpu_ask() */
	bool halted;
	u8 placed;		/* enum vamp_placed */
};

struct vamp_vm {
	const struct vamp_config *cfg;
	const struct vamp_policy *policy;	/* of this phase */
	struct vamp_vcpu *vcpu;
	u16 nr_vcpus;
	u8 phase;		/* enum vamp_vm_phase */
	u8 track;		/* enum vamp_track */
	u64 system_task;	/* id, TASK_NO_ID not yet, SYSTEM_NONE never */
	u64 phase_ends;
	u64 last_input;		/* that counted */
	u64 last_accepted;	/* that classified */
	u64 room_until;		/* makes room till then, outside a phase */
	u64 room_sorted;	/* last classified for that */
	u64 mixed_until;	/* the last MIXED phase goes or went on till then */
	u64 share_since;	/* what it may run is counted from then (room.c) */
	u64 share_ran;		/* what it had run by then, ns */
	u32 share;		/* percent of a CPU that it ran before */
	u32 share_load;		/* and what it wanted then, as ->vm_load */
	u32 waited;		/* percent of that for which it waited (room.c) */
	struct vamp_tasks tasks;
	/* the classification that runs, or ran last */
	struct vamp_epoch epoch;	/* of its start */
	u64 classify_time;
	u32 vm_load;		/* percent, with potential load */
	u32 vm_ran;		/* percent, without */
	u16 cursor;		/* next task to look at */
	u16 background;		/* background tasks found */
	u8 next_phase;		/* what it will end in */
	u32 threshold;		/* percent of one CPU: of tasks where there is no crowd */
	struct vamp_crowd crowd;
	u32 fast_slice_ns;	/* of this phase */
	bool hints;		/* some vCPU may have an open hint */
	/* profiling of the phase (profile.c) */
	u64 profiled;		/* time of the last tick */
	u32 reactive_load;	/* percent of a CPU, between the last two */
	u8 quiet_ticks;		/* in a row without any */
	struct vamp_audio audio;
	struct vamp_vectors vectors;
};

#define SYSTEM_NONE	(~0ull - 1)

/* What a hook saw at a VM entry. Counters are of the vCPU's thread. */
struct vamp_observed {
	u64 now;		/* ns */
	u64 run_delay;		/* ns that it waited for a CPU, since ever */
	u64 cpu_time;		/* ns that it ran, since ever; late by a tick */
	u64 task_id;		/* TASK_NO_ID: not readable, keep the last */
	bool halted;		/* the guest halted since the last entry */
};

/* Bytes for a VM of @nr_vcpus, 1..VM_VCPUS_MAX. */
size_t vamp_vm_size(u32 nr_vcpus);

/*
 * Makes a VM in zeroed, 8-byte aligned @mem of vamp_vm_size() bytes. @cfg must
 * outlive it. Never fails.
 */
struct vamp_vm *vamp_vm_init(void *mem, u32 nr_vcpus,
			     const struct vamp_config *cfg,
			     enum vamp_track track, u64 now);

/* account.c: hot path, called at every VM exit and entry with IRQs off. */

/*
 * @v left the guest. Where address spaces are sampled this tells who ran at the
 * end of the run; ->halted is not looked at.
 */
struct vamp_weight vamp_vcpu_exit(struct vamp_vm *vm, struct vamp_vcpu *v,
				  const struct vamp_observed *o);

/* @v is about to enter the guest: charges, tracks, and answers its weight. */
struct vamp_weight vamp_vcpu_entry(struct vamp_vm *vm, struct vamp_vcpu *v,
				   const struct vamp_observed *o);

/*
 * @v entered the guest at @o with the task that it had, and that may be told
 * later, if vamp_vcpu_entry() had nothing to do: not halted, no injection since, and
 * before ->settle_by. The exit before may be left out, too.
 */
void vamp_vcpu_see(struct vamp_vcpu *v, const struct vamp_observed *o);

/*
 * Charges what @v ran and waited until @o->now; from any CPU, before its load
 * is read. @o->task_id and ->halted are not looked at. Without this a vCPU that
 * waits or runs for long without an exit would look as it did before.
 */
void vamp_vcpu_sync(struct vamp_vm *vm, struct vamp_vcpu *v,
		    const struct vamp_observed *o);

/*
 * The observation of @v is broken: another thread runs it from now on, or it
 * was not looked at for a while. Nothing is charged until its next entry.
 */
void vamp_vcpu_pause(struct vamp_vm *vm, struct vamp_vcpu *v);

/* Charges what @v is known to have run up to its last entry. */
void vamp_vcpu_catch_up(struct vamp_vm *vm, struct vamp_vcpu *v);

/* weight.c: also hot, same context. */

/* A boost (partial_boost): how long at most, how short a slice, how much nice. */
#define WEIGHT_BOOST_NS		(5 * VAMP_NSEC_PER_MSEC)
#define WEIGHT_BOOST_SLICE_NS	500000u
#define WEIGHT_BOOST_NICE	5

/* The weight of @v as things stand. */
struct vamp_weight vamp_vcpu_weight(const struct vamp_vm *vm,
				    struct vamp_vcpu *v);

/*
 * An interrupt for @v was accepted: from a device (@source NULL) or from
 * another vCPU. Under policy vamp it may give @v its full weight at once,
 * before the interrupt is delivered.
 */
struct vamp_weight vamp_vcpu_interrupt(struct vamp_vm *vm, struct vamp_vcpu *v,
				       const struct vamp_vcpu *source, u64 now);

/* @v is about to halt: nobody runs on it, so the next to wake waits least. */
struct vamp_weight vamp_vcpu_halt(const struct vamp_vm *vm,
				  struct vamp_vcpu *v);

/* phase.c: slow path, may be preempted between calls, lock held in each. */

/*
 * The user's input at @now. EFFECT_STARTED and _RESTARTED always, _EXTENDED
 * when *@classify is set, ask for a classification. @code is a scan code
 * (set 1) or a mask of held buttons.
 */
enum vamp_input_effect vamp_input(struct vamp_vm *vm, u64 now,
				  enum vamp_input_kind kind, u32 code,
				  bool *classify);

/*
 * The VM makes sound: starts a phase unless there is one, EFFECT_STARTED or
 * _IGNORED. To be asked also before a phase is ended that is over: EFFECT_EXTENDED
 * if sound prolongs it. Other than _IGNORED asks for a classification.
 */
enum vamp_input_effect vamp_output(struct vamp_vm *vm, u64 now);

/* Ends a phase, if there is one: all weights are full from here on. */
void vamp_phase_end(struct vamp_vm *vm);

/* True when the phase has lasted long enough and should be ended. */
static inline bool vamp_phase_over(const struct vamp_vm *vm, u64 now)
{
	return vm->phase != PHASE_NORMAL && now >= vm->phase_ends;
}

/* classify.c: slow path, in steps so that the lock is held briefly. */

/* Loads of VM and vCPUs at @now; all vCPUs must have been synced to it. */
void vamp_classify_begin(struct vamp_vm *vm, u64 now);

/*
 * Looks at more of the table, until @work slots and guest threads were looked
 * at, or one task's more; false when nothing is left.
 */
bool vamp_classify_step(struct vamp_vm *vm, u32 work);

/* Makes the result count: sets the phase. */
void vamp_classify_end(struct vamp_vm *vm);

/* profile.c: slow path, as above. */

/*
 * What interactive tasks ran since the last tick, or the classification; all
 * vCPUs must have been synced to @now. True if the phase should end as none of
 * them did anything for a while.
 */
bool vamp_profile(struct vamp_vm *vm, u64 now);

/* room.c: slow path, as above. */

/*
 * True if the VM should be classified (begin, step) to know which of its vCPUs
 * can make room: not in a phase, policy and parameter allow it, and the last
 * time was a while ago.
 */
bool vamp_room_wanted(struct vamp_vm *vm, u64 now);

/* The classification is done: make room when asked, until @until. */
void vamp_room_open(struct vamp_vm *vm, u64 until);

/* Make room no more. */
void vamp_room_close(struct vamp_vm *vm);

/* A classification ends in a MIXED phase: what the VM ran before is its share. */
void vamp_room_begin(struct vamp_vm *vm);

/*
 * May a VM in a MIXED phase ask others for room at @now? Only as long as it runs no
 * more in it than it ran before, VM_CREDIT_NS of that in advance: a hostile guest
 * gets nothing by it. Looks at all vCPUs; hot path.
 */
bool vamp_room_due(const struct vamp_vm *vm, u64 now);

/* Tells @v, before its entry, whether a neighbour asks it for room. */
static inline void vamp_vcpu_ask(struct vamp_vcpu *v, bool asked)
{
	if (v->asked != asked)
		v->settle_by = 0;
	v->asked = asked;
}

/*
 * What the guest says of @v, until the phase ends. It can only move the VM's own
 * share: a slow vCPU weighs less, a fast one what its administrator gave it.
 */
static inline void vamp_vcpu_place(struct vamp_vcpu *v, enum vamp_placed placed)
{
	v->placed = (u8)placed;
	v->settle_by = 0;
}

/* True while weights depend on what runs: in a phase, or making room. */
static inline bool vamp_vm_weighs(const struct vamp_vm *vm, u64 now)
{
	return vm->phase == PHASE_MIXED || now < vm->room_until;
}

/* A thread's load at the last classification in percent, with run delay. */
u32 vamp_thread_load(const struct vamp_vm *vm, u16 thread);

/* A task's load at epoch @number in percent; *@potential with run delay. */
u32 vamp_task_load(const struct vamp_vm *vm, u16 task, u64 number,
		   u32 *potential);

/* The same of a vCPU, its potential load for the phase's policy. */
u32 vamp_vcpu_load(const struct vamp_vm *vm, const struct vamp_vcpu *v,
		   u64 number, u32 *potential);

/* Classes changed: no vCPU's weight holds any longer than to its next entry. */
static inline void vamp_vm_unsettle(struct vamp_vm *vm)
{
	u32 i;

	for (i = 0; i < vm->nr_vcpus; i++)
		vm->vcpu[i].settle_by = 0;
}

/* The guest task that is current on @v, or NULL. */
static inline struct vamp_task *vamp_vcpu_task(const struct vamp_vm *vm,
					       const struct vamp_vcpu *v)
{
	if (v->thread == TASK_NONE)
		return NULL;
	return &vm->tasks.task[v->task];
}

static inline u64 vamp_vm_phase_ns(const struct vamp_vm *vm)
{
	return vm->cfg->max_phase_ms * VAMP_NSEC_PER_MSEC;
}

/*
 * True if what begins to run at @at may answer the last input. An input travels slower
 * than its interrupt: who began just before it was heard of answers it as well.
 */
static inline bool vamp_vm_may_answer(const struct vamp_vm *vm, u64 at)
{
	return vm->last_input && at + VM_ANSWER_EARLY_NS >= vm->last_input &&
	       at < vm->last_input + VM_ANSWER_NS;
}

/* True until @k, which answered an input, has executed for half of a phase since. */
static inline bool vamp_vm_answer_lasts(const struct vamp_vm *vm,
					const struct vamp_task *k)
{
	return k->exec_ns < k->answer_began + vamp_vm_phase_ns(vm) / 2;
}

#endif /* VAMP_CORE_VM_H */
