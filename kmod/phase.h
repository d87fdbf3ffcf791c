/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * phase.h - interactive phases of VMs: from the user's input to the timer that
 * ends them.
 */
#ifndef VAMP_KMOD_PHASE_H
#define VAMP_KMOD_PHASE_H

#include <linux/atomic.h>

#include "vm.h"

/* True while some VM is in a phase; cheap, for hooks. */
static inline bool phase_any(void)
{
	return atomic_read(&phases_running) != 0;
}

/*
 * The user's input to @vm; @kind and @code as the core's vamp_input(). Returns
 * what it did, or -EOPNOTSUPP if vAMP is off, or -EBUSY above 1000 inputs a
 * second. May sleep.
 */
int phase_input(struct host_vm *vm, enum vamp_input_kind kind, u32 code);

/* Ends a phase now, if there is one. May sleep. */
void phase_end(struct host_vm *vm, enum vamp_why why);

/* Ends the phases of all VMs. May sleep. */
void phase_end_all(enum vamp_why why);

/* A VM makes sound: a phase begins soon. In a hook, lock held. */
void phase_output_soon(struct host_vm *vm);

/* Ends the phase and lets no other begin. May sleep. */
void phase_retire(struct host_vm *vm, enum vamp_why why);

/* Waits for what is still under way; no hook finds @vm any more. May sleep. */
void phase_cancel(struct host_vm *vm);

/* Nothing begins a phase any more. May sleep. */
void phase_exit(void);

/* The timer's work, and that of phase_output_soon(). */
void phase_work(struct work_struct *work);
void phase_output_work(struct work_struct *work);

#endif /* VAMP_KMOD_PHASE_H */
