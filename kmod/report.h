/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * report.h - what happens, as tracepoints (trace.h). Nothing here changes
 * anything, and little is done while nobody traces.
 */
#ifndef VAMP_REPORT_H
#define VAMP_REPORT_H

#include <linux/tracepoint-defs.h>

#include "vm.h"

DECLARE_TRACEPOINT(kvm_vamp_event);
DECLARE_TRACEPOINT(kvm_vcpu_switch);
DECLARE_TRACEPOINT(kvm_gthread_switch);
DECLARE_TRACEPOINT(kvm_system_task);
DECLARE_TRACEPOINT(kvm_bg2fg);

/* A vCPU's task before and after an entry; lock held. */
struct report_switch {
	u64 task_id;
	u64 system_task;
	u64 run_delay;
	bool background;
	bool on;
};

void report_switch_from(const struct host_vm *vm, const struct vamp_vcpu *v,
			struct report_switch *was);
void report_switch_to(const struct host_vm *vm, const struct vamp_vcpu *v,
		      const struct report_switch *was,
		      const struct vamp_observed *o);

/* Does anybody want to know of every entry and exit? */
static inline bool report_traced(void)
{
	return tracepoint_enabled(kvm_vamp_event) ||
	       tracepoint_enabled(kvm_gthread_switch) ||
	       tracepoint_enabled(kvm_vcpu_switch) ||
	       tracepoint_enabled(kvm_bg2fg) ||
	       tracepoint_enabled(kvm_system_task);
}

static inline void report_switch_begin(const struct host_vm *vm,
				       const struct vamp_vcpu *v,
				       struct report_switch *was)
{
	was->on = tracepoint_enabled(kvm_gthread_switch) ||
		  tracepoint_enabled(kvm_vcpu_switch) ||
		  tracepoint_enabled(kvm_bg2fg) ||
		  tracepoint_enabled(kvm_system_task);
	if (was->on)
		report_switch_from(vm, v, was);
}

static inline void report_switch_end(const struct host_vm *vm,
				     const struct vamp_vcpu *v,
				     const struct report_switch *was,
				     const struct vamp_observed *o)
{
	if (unlikely(was->on))
		report_switch_to(vm, v, was, o);
}

/* A new weight for the vCPU with index @i; lock held. */
void report_weight(const struct host_vm *vm, u32 i, struct vamp_weight w);

/* An input that the VM got. */
void report_input(const struct host_vm *vm, u32 kind, u32 code);

/* The loads and classes of a classification just done; takes the lock. */
void report_classification(struct host_vm *vm);

/* A profiling tick of a phase just done; takes the lock. */
void report_profile(struct host_vm *vm);

void report_ipi(int from_vcpu_id, int to_vcpu_id, u8 vector);
void report_audio_access(int vcpu_id, u64 address);

/*
 * What the core is told, so that it can be told again (tests/golden): in each
 * call's order, lock held. The names are those of the core's functions.
 */
enum vamp_op {
	VAMP_OP_MAKE,
	VAMP_OP_CONFIG,
	VAMP_OP_ENTRY,
	VAMP_OP_EXIT,
	VAMP_OP_HALT,
	VAMP_OP_PAUSE,
	VAMP_OP_SYNC,
	VAMP_OP_IPI,
	VAMP_OP_INJECT,
	VAMP_OP_INTERRUPT,
	VAMP_OP_AUDIO,
	VAMP_OP_INPUT,
	VAMP_OP_OUTPUT,
	VAMP_OP_BEGIN,
	VAMP_OP_STEP,
	VAMP_OP_END,
	VAMP_OP_OVER,
	VAMP_OP_PROFILE,
	VAMP_OP_PARAM,
	VAMP_OP_LEARNED,
	VAMP_OP_VECTOR,
	VAMP_OP_RAISED,
	VAMP_OP_ASK,
	VAMP_OP_WEIGH,
	VAMP_OP_LOOK,
	VAMP_OP_ROOM,
	VAMP_OP_OPEN,
	VAMP_OP_CLOSE,
	VAMP_OP_PLACE,
	/* what the core is not told as things stand */
	VAMP_OP_UNHEARD,
	VAMP_OP_KNOCK,
	/* what it answered */
	VAMP_OP_GAVE,
	VAMP_OP_RESULT,
	VAMP_OP_PHASE,
	VAMP_OP_CLASS,
};

/* Does anybody want to know what the core is told? */
static inline bool report_recorded(void)
{
	return tracepoint_enabled(kvm_vamp_event);
}

/* A parameter that was changed since the last one is told first. */
void report_event_traced(struct host_vm *vm, enum vamp_op op, int vcpu,
			 const struct vamp_observed *o, u32 arg);

/* @vcpu is an index, or -1; docs/tracepoints.md says what @arg is. */
static inline void report_event(struct host_vm *vm, enum vamp_op op, int vcpu,
				const struct vamp_observed *o, u32 arg)
{
	if (report_recorded())
		report_event_traced(vm, op, vcpu, o, arg);
	else
		vm->events++;
}

void report_op_traced(struct host_vm *vm, enum vamp_op op, int vcpu, u32 arg);

/* The same without times. */
static inline void report_op(struct host_vm *vm, enum vamp_op op, int vcpu,
			     u32 arg)
{
	if (report_recorded())
		report_op_traced(vm, op, vcpu, arg);
	else
		vm->events++;
}

/* The making of a VM, and the beginning of a classification. */
void report_made(struct host_vm *vm);
void report_begin(struct host_vm *vm, u64 now);

/* What is known of vectors already, right after the making. */
void report_learned(struct host_vm *vm);

void report_weighed_traced(struct host_vm *vm, u32 i, struct vamp_weight w);

/* The core's answer for vCPU @i, if it is not the last one again. */
static inline void report_weighed(struct host_vm *vm, u32 i,
				  struct vamp_weight w)
{
	if (report_recorded())
		report_weighed_traced(vm, i, w);
}

/* The core's other answers. */
void report_result(struct host_vm *vm, u32 result);
void report_classes(struct host_vm *vm);

#endif /* VAMP_REPORT_H */
