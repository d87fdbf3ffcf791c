/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * report.h - what happens, as tracepoints (trace.h). Nothing here changes
 * anything, and little is done while nobody traces.
 */
#ifndef VAMP_REPORT_H
#define VAMP_REPORT_H

#include "vm.h"

/* A vCPU's task before and after an entry; lock held. */
struct report_switch {
	u64 task_id;
	u64 system_task;
	u64 run_delay;
	bool on;
};

void report_switch_begin(const struct host_vm *vm, const struct vamp_vcpu *v,
			 struct report_switch *was);
void report_switch_end(const struct host_vm *vm, const struct vamp_vcpu *v,
		       const struct report_switch *was,
		       const struct vamp_observed *o);

/* A new weight for the vCPU with index @i; lock held. */
void report_weight(const struct host_vm *vm, u32 i, struct vamp_weight w);

/* An input that the VM got. */
void report_input(const struct host_vm *vm, u32 kind, u32 code);

/* The loads and classes of a classification just done; takes the lock. */
void report_classification(struct host_vm *vm);

#endif /* VAMP_REPORT_H */
