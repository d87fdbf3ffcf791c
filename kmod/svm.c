// SPDX-License-Identifier: GPL-2.0-only
/*
 * svm.c - reading CR3 and trapping its writes on AMD processors.
 */
#include "svm.h"

#include <asm/processor.h>
#include <linux/mm.h>

#include "compat.h"
#include "counters.h"
#include "params.h"

#define VMCB_TRIES	200
#define CLEAN_INTERCEPTS	BIT(0)

int svm_check(void)
{
	if (boot_cpu_data.x86_vendor == X86_VENDOR_AMD ||
	    boot_cpu_data.x86_vendor == X86_VENDOR_HYGON)
		return 0;
	pr_err("vamp: only AMD processors are supported by this version\n");
	return -ENODEV;
}

enum vamp_track svm_track(void)
{
	return READ_ONCE(vamp_track_cr3) ? TRACK_TRAP : TRACK_SAMPLE;
}

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

static void verify(struct seat *seat, const struct kvm_vcpu *kvcpu)
{
	const struct vmcb *vmcb = svm_vmcb(kvcpu);

	seat->vmcb_known = looks_like_vmcb(vmcb) && is_guests(vmcb, kvcpu);
	if (seat->vmcb_known)
		return;
	seat->vmcb_tries++;
	if (seat->vmcb_tries == VMCB_TRIES && READ_ONCE(vamp_track_cr3))
		count(trap_refused);
}

static bool runs_own_guest(const struct kvm_vcpu *kvcpu)
{
	return kvcpu->arch.hflags & HF_GUEST_MASK;
}

static u64 read_cr3(struct seat *seat, const struct kvm_vcpu *kvcpu)
{
	if (!seat->vmcb_known && seat->vmcb_tries < VMCB_TRIES)
		verify(seat, kvcpu);
	if (seat->vmcb_known)
		return svm_vmcb(kvcpu)->save.cr3;
	return kvcpu->arch.cr3;
}

u64 svm_task_id(struct seat *seat, const struct kvm_vcpu *kvcpu)
{
	if (unlikely(runs_own_guest(kvcpu))) {
		count(nested_skipped);
		return TASK_NO_ID;
	}
	if (unlikely(kvcpu->arch.guest_state_protected)) {
		count(cr3_hidden);
		return TASK_NO_ID;
	}
	return (read_cr3(seat, kvcpu) & SVM_CR3_ROOT) >> PAGE_SHIFT;
}

bool svm_trap_on(struct seat *seat, struct kvm_vcpu *kvcpu)
{
	struct vmcb *vmcb = svm_vmcb(kvcpu);
	u32 *word;

	if (!seat->vmcb_known || runs_own_guest(kvcpu))
		return false;
	word = &vmcb->control.intercepts[INTERCEPT_CR3_WRITE / 32];
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

	if (!seat->trapped)
		return;
	vmcb->control.intercepts[INTERCEPT_CR3_WRITE / 32] &=
		~BIT(INTERCEPT_CR3_WRITE % 32);
	vmcb->control.clean &= ~CLEAN_INTERCEPTS;
	seat->trapped = false;
}

bool svm_halting(const struct seat *seat, const struct kvm_vcpu *kvcpu)
{
	return seat->vmcb_known && !runs_own_guest(kvcpu) &&
	       svm_left_by_halt(kvcpu);
}
