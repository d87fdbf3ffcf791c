/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * svm.h - AMD: which address space a vCPU runs, and trapping its changes.
 *
 * kvm_amd's struct vcpu_svm begins with struct kvm_vcpu and the pointer to the
 * VMCB follows at once. That is verified for each vCPU before it is relied on;
 * where it does not hold, KVM's own copy of CR3 is sampled and nothing trapped.
 *
 * All functions are for the vCPU's own thread, in a KVM hook; none sleeps.
 */
#ifndef VAMP_SVM_H
#define VAMP_SVM_H

#include <linux/kvm_host.h>
#include <asm/svm.h>

#include "seat.h"

/* 0 on a processor where this works, else -ENODEV, with a line in the log. */
int svm_check(void);

/* The guest task that runs, or TASK_NO_ID: hidden, or it runs its own guest. */
u64 svm_task_id(struct seat *seat, const struct kvm_vcpu *kvcpu);

/*
 * Makes each change of address space exit, until the next exit; true if so.
 * To be called at every entry; svm_trap_off() at every exit. So a vCPU that is
 * not in the guest never has the trap set, and unloading needs only to wait
 * for those that are.
 */
bool svm_trap_on(struct seat *seat, struct kvm_vcpu *kvcpu);
void svm_trap_off(struct seat *seat, struct kvm_vcpu *kvcpu);

/* At an exit: did the guest halt? */
bool svm_halting(const struct seat *seat, const struct kvm_vcpu *kvcpu);

/* PCID and flags below, LAM and the no-flush bit above, are not the root. */
#define SVM_CR3_ROOT GENMASK_ULL(51, 12)

static inline struct vmcb *svm_vmcb(const struct kvm_vcpu *kvcpu)
{
	return *(struct vmcb *const *)(kvcpu + 1);
}

/* Where seat->vmcb_known: the guest task that runs, were it not nested. */
static inline u64 svm_known_task_id(const struct kvm_vcpu *kvcpu)
{
	return (svm_vmcb(kvcpu)->save.cr3 & SVM_CR3_ROOT) >> PAGE_SHIFT;
}

/* The same of svm_halting(). */
static inline bool svm_left_by_halt(const struct kvm_vcpu *kvcpu)
{
	return svm_vmcb(kvcpu)->control.exit_code == SVM_EXIT_HLT;
}

/* How a new VM is tracked: enum vamp_track as the parameter says. */
enum vamp_track svm_track(void);

#endif /* VAMP_SVM_H */
