/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * svm.h - AMD: which address space a vCPU runs, and trapping its changes.
 *
 * kvm_amd's struct vcpu_svm begins with struct kvm_vcpu and the pointer to the
 * VMCB follows at once. That is verified for each vCPU before it is relied on;
 * where it does not hold, KVM's own copy of CR3 is sampled and nothing trapped.
 * Without nested paging that copy is right, and KVM itself traps every write.
 *
 * For vendor.c and vendor.h alone, which deal with guests that hide their state or run guests
 * of their own. Contexts as there.
 */
#ifndef VAMP_SVM_H
#define VAMP_SVM_H

#include <linux/kvm_host.h>
#include <asm/svm.h>

#include "seat.h"

/* Finds out where CR3 is: seat->source, unless it cannot be told yet. */
void svm_look(struct seat *seat, const struct kvm_vcpu *kvcpu);

static inline struct vmcb *svm_vmcb(const struct kvm_vcpu *kvcpu)
{
	return *(struct vmcb *const *)(kvcpu + 1);
}

/* The guest's CR3; true. */
static inline bool svm_read_cr3(struct seat *seat, const struct kvm_vcpu *kvcpu,
				u64 *cr3)
{
	if (unlikely(seat->source == SOURCE_UNKNOWN))
		svm_look(seat, kvcpu);
	*cr3 = seat->source == SOURCE_HARDWARE ? svm_vmcb(kvcpu)->save.cr3 :
						 kvcpu->arch.cr3;
	return true;
}

/* The guest's privilege level, or -1. */
static inline int svm_cpl(const struct seat *seat, const struct kvm_vcpu *kvcpu)
{
	return seat->source == SOURCE_HARDWARE ? svm_vmcb(kvcpu)->save.cpl : -1;
}

/* Where the source is SOURCE_HARDWARE. */
static inline bool svm_left_by_halt(const struct kvm_vcpu *kvcpu)
{
	return svm_vmcb(kvcpu)->control.exit_code == SVM_EXIT_HLT;
}

static inline bool svm_halting(const struct seat *seat,
			       const struct kvm_vcpu *kvcpu)
{
	return seat->source == SOURCE_HARDWARE && svm_left_by_halt(kvcpu);
}

/* Where seat->may_trap. */
bool svm_trap_on(struct seat *seat, struct kvm_vcpu *kvcpu);
void svm_trap_off(struct seat *seat, struct kvm_vcpu *kvcpu);

/* Says in the log why nothing is trapped. */
void svm_explain(void);

#endif /* VAMP_SVM_H */
