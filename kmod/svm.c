// SPDX-License-Identifier: GPL-2.0-only
/*
 * svm.c - reading CR3 and trapping its writes on AMD processors.
 */
#include "svm.h"

#include <linux/mm.h>
#include <linux/printk.h>

#include "compat.h"

#define VMCB_TRIES	200
#define CLEAN_INTERCEPTS	BIT(0)

static bool looks_like_vmcb(const struct vmcb *vmcb)
{
	return vmcb && PAGE_ALIGNED(vmcb) && virt_addr_valid(vmcb);
}

/* With nested paging the guest's CR3 is in the VMCB; KVM copies it at exits. */
static bool is_guests(const struct vmcb *vmcb, const struct kvm_vcpu *kvcpu)
{
	u64 paging = vamp_vmcb_paging(vmcb);

	return (paging & VAMP_VMCB_NESTED) && !(paging & VAMP_VMCB_SEV_ES) &&
	       vmcb->save.cr3 == kvcpu->arch.cr3;
}

void svm_look(struct seat *seat, const struct kvm_vcpu *kvcpu)
{
	const struct vmcb *vmcb = svm_vmcb(kvcpu);

	if (!kvcpu->arch.mmu->root_role.direct) {
		seat->source = SOURCE_KVM;
		seat->kvm_traps = true;
	} else if (looks_like_vmcb(vmcb) && is_guests(vmcb, kvcpu)) {
		seat->source = SOURCE_HARDWARE;
		seat->may_trap = true;
	} else if (++seat->tries == VMCB_TRIES) {
		seat->source = SOURCE_KVM;
	}
}

bool svm_trap_on(struct seat *seat, struct kvm_vcpu *kvcpu)
{
	struct vmcb *vmcb = svm_vmcb(kvcpu);
	u32 *word = &vmcb->control.intercepts[INTERCEPT_CR3_WRITE / 32];

	if (!(*word & BIT(INTERCEPT_CR3_WRITE % 32))) {
		*word |= BIT(INTERCEPT_CR3_WRITE % 32);
		vmcb->control.clean &= ~CLEAN_INTERCEPTS;
		seat->trapped = true;
	}
	return true;
}

void svm_trap_off(struct seat *seat, struct kvm_vcpu *kvcpu)
{
	struct vmcb *vmcb = svm_vmcb(kvcpu);

	vmcb->control.intercepts[INTERCEPT_CR3_WRITE / 32] &=
		~BIT(INTERCEPT_CR3_WRITE % 32);
	vmcb->control.clean &= ~CLEAN_INTERCEPTS;
	seat->trapped = false;
}

void svm_explain(void)
{
	pr_info("vamp: track_cr3_load: this kvm_amd is laid out in an unknown way: address spaces are sampled instead\n");
}
