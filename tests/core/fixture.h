/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fixture.h - a simulated VM: vCPUs that run, wait, halt or stand still while
 * one clock goes on, and the core that watches them by their entries and exits.
 */
#ifndef VAMP_TESTS_CORE_FIXTURE_H
#define VAMP_TESTS_CORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above */
#include <cmocka.h>

#include "policy.h"
#include "vm.h"

#define MS		VAMP_NSEC_PER_MSEC
#define EPOCH		(32 * MS)
#define FIX_VCPUS	16
#define FIX_START	(3125 * EPOCH)
#define FIX_TICK	(4 * MS)
#define FIX_DEVICE	0x31	/* a vector that no vCPU sends */
#define FIX_CALL	0xfc	/* Linux: call a function on many */
#define FIX_NOBODY	TASK_NO_ID
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

enum fix_state {
	FIX_STOPPED,	/* asleep outside of the guest, or never ran */
	FIX_RUNS,
	FIX_WAITS,	/* its thread wants a CPU and has none */
	FIX_HALTED,
};

struct fix_vcpu {
	enum fix_state state;
	u64 id;
	u64 run_delay, cpu_time;	/* of its thread, since ever */
	int64_t skew;			/* of the clock that it reads */
	struct vamp_weight weight;	/* the last answer */
	u32 slow_answers;		/* that carried a nice */
};

struct fix {
	struct vamp_config cfg;
	struct vamp_vm *vm;
	u64 now;
	u64 step;	/* ns between two entries of a vCPU that runs */
	u32 chunk;	/* table slots per step of the classification */
	u64 rng;
	struct fix_vcpu v[FIX_VCPUS];
};

/* A VM with kvm_vamp=13 and all vCPUs stopped; the clock begins an epoch. */
struct fix *fix_new(const struct vamp_policy *policy, u32 nr_vcpus,
		    enum vamp_track track);
void fix_free(struct fix *f);

/* What vCPU @v does from now on. */
void fix_run(struct fix *f, u32 v, u64 id);
void fix_wait(struct fix *f, u32 v);
void fix_halt(struct fix *f, u32 v);
void fix_stop(struct fix *f, u32 v);

/* One exit and entry of @v now. */
void fix_entry(struct fix *f, u32 v, u64 id, bool halted);

/* What a hook sees of @v's thread now. */
struct vamp_observed fix_observe(const struct fix *f, u32 v);

/* @from sends @to an interrupt; nothing else happens yet. */
void fix_ipi(struct fix *f, u32 from, u32 to, u8 vector);

/* An interrupt for @v, which leaves the guest; its next entry is yet to come. */
void fix_inject(struct fix *f, u32 v, u8 vector);

/* The same and the entry: a vCPU that did not run does so now. */
void fix_deliver(struct fix *f, u32 v, u8 vector);

/* The task on @from wakes one on @to as Linux does: sent, entered now. */
void fix_wake(struct fix *f, u32 from, u32 to);

/* Who woke the current task of @v, or FIX_NOBODY as far as is known. */
u64 fix_waker(struct fix *f, u32 v);

/* @v leaves the guest for an access to the sound device. */
enum vamp_audio_effect fix_access(struct fix *f, u32 v);

/* Sound starts a phase, with the classification, unless there is one. */
enum vamp_input_effect fix_output(struct fix *f);

/* A profiling tick. */
bool fix_profile(struct fix *f);

/* Lets time pass; phases end when they are over. */
void fix_pass_ns(struct fix *f, u64 ns);
void fix_pass(struct fix *f, u32 ms);

/* Runs @a and @b in turn on @v, for @total ms in all; others go on. */
void fix_alternate(struct fix *f, u32 v, u64 a, u32 a_ms, u64 b, u32 b_ms,
		   u32 total);

/* Input, with the classification if it asks for one. */
enum vamp_input_effect fix_input(struct fix *f, enum vamp_input_kind kind,
				 u32 code);
enum vamp_input_effect fix_enter(struct fix *f);

/* Brings all accounts up to now. */
void fix_sync(struct fix *f);
void fix_classify(struct fix *f);

/* A neighbour asks for room; false if it is not wanted of this VM now. */
bool fix_room(struct fix *f, u64 until);

/* The weight of @v as things stand. */
struct vamp_weight fix_weight(struct fix *f, u32 v);

/* Task @id, which must or may be in the table. */
struct vamp_task *fix_task(struct fix *f, u64 id);
struct vamp_task *fix_find(struct fix *f, u64 id);
bool fix_background(struct fix *f, u64 id);

/* Fails the test unless all lists and counts of the VM agree. */
void fix_check(struct fix *f);
void fix_check_tasks(const struct vamp_tasks *t);

/* A random number below @n: the same ones in every run. */
u64 fix_random(u64 *rng, u64 n);

#endif /* VAMP_TESTS_CORE_FIXTURE_H */
