// SPDX-License-Identifier: GPL-2.0-only
/*
 * vendor.c - what is common to both kinds of processors, and the choice.
 */
#include "vendor.h"

#include <asm/cpufeature.h>
#include <linux/jump_label.h>
#include <linux/kvm_host.h>
#include <linux/workqueue.h>

#include "counters.h"
#include "params.h"
#include "svm.h"
#include "vmx.h"

DEFINE_STATIC_KEY_FALSE(vendor_is_vmx);

static void explain(struct work_struct *work)
{
	if (static_key_enabled(&vendor_is_vmx))
		vmx_explain();
	else
		svm_explain();
}

static DECLARE_WORK(explanation, explain);

int vendor_init(void)
{
	if (boot_cpu_has(X86_FEATURE_SVM))
		return 0;
	if (!boot_cpu_has(X86_FEATURE_VMX)) {
		pr_err("vamp: this processor has neither AMD's SVM nor Intel's VMX\n");
		return -ENODEV;
	}
	static_branch_enable(&vendor_is_vmx);
	return 0;
}

void vendor_exit(void)
{
	flush_work(&explanation);
}

enum vamp_track vendor_track(void)
{
	return READ_ONCE(vamp_track_cr3) ? TRACK_TRAP : TRACK_SAMPLE;
}

static bool runs_own_guest(const struct kvm_vcpu *kvcpu)
{
	return kvcpu->arch.hflags & HF_GUEST_MASK;
}

/* KVM leaves none of the paging bits that are read here to the guest. */
static bool has_paging(const struct kvm_vcpu *kvcpu)
{
	return kvcpu->arch.cr0 & X86_CR0_PG;
}

static bool is_pae(const struct kvm_vcpu *kvcpu)
{
	return !(kvcpu->arch.efer & EFER_LMA) && kvcpu->arch.cr4 & X86_CR4_PAE;
}

static bool is_hidden(const struct kvm_vcpu *kvcpu)
{
	if (runs_own_guest(kvcpu)) {
		count(nested_skipped);
		return true;
	}
	if (!kvcpu->arch.guest_state_protected)
		return !has_paging(kvcpu);
	count(cr3_hidden);
	return true;
}

static bool read_cr3(struct seat *seat, const struct kvm_vcpu *kvcpu, u64 *cr3)
{
	if (!static_branch_unlikely(&vendor_is_vmx))
		return svm_read_cr3(seat, kvcpu, cr3);
	if (likely(vmx_read_cr3(seat, kvcpu, cr3)))
		return true;
	count(cr3_hidden);
	return false;
}

/* The privilege level, or -1 if it cannot be told. */
static int read_cpl(const struct seat *seat, const struct kvm_vcpu *kvcpu)
{
	return static_branch_unlikely(&vendor_is_vmx) ? vmx_cpl(seat) :
							svm_cpl(seat, kvcpu);
}

static noinline void learn(struct host_vm *vm, struct seat *seat,
			   const struct kvm_vcpu *kvcpu, u64 cr3)
{
	int cpl = read_cpl(seat, kvcpu);
	struct vamp_look look = {
		.cr3 = cr3,
		.pcid = kvcpu->arch.cr4 & X86_CR4_PCIDE,
		.user = cpl == 3,
	};

	if (cpl >= 0)
		vamp_roots_learn(&vm->roots, &seat->user_cr3, &look);
}

u64 vendor_task_id(struct host_vm *vm, struct seat *seat,
		   const struct kvm_vcpu *kvcpu, bool entry)
{
	bool pae = is_pae(kvcpu);
	u64 cr3;

	if (unlikely(is_hidden(kvcpu)) || !read_cr3(seat, kvcpu, &cr3)) {
		seat->cr3_bits = 0;
		seat->steady = false;
		return TASK_NO_ID;
	}
	if (entry && unlikely(vamp_roots_learning(&vm->roots)))
		learn(vm, seat, kvcpu, cr3);
	seat->cr3 = cr3;
	seat->cr3_bits = seat->source == SOURCE_HARDWARE ?
				 vamp_root_bits(&vm->roots, pae) :
				 0;
	return vamp_root_id(&vm->roots, cr3, pae);
}

/* The hook must not print: the log may go to a slow console at once. */
static void refuse(struct host_vm *vm)
{
	static bool said;

	if (vm->trap_refused)
		return;
	vm->trap_refused = true;
	count(trap_refused);
	if (!xchg(&said, true))
		schedule_work(&explanation);
}

bool vendor_trap_on(struct host_vm *vm, struct seat *seat,
		    struct kvm_vcpu *kvcpu)
{
	if (runs_own_guest(kvcpu) || seat->source == SOURCE_UNKNOWN)
		return false;
	if (!seat->may_trap) {
		refuse(vm);
		return false;
	}
	return static_branch_unlikely(&vendor_is_vmx) ?
		       vmx_trap_on(seat) :
		       svm_trap_on(seat, kvcpu);
}

void vendor_trap_off(struct seat *seat, struct kvm_vcpu *kvcpu)
{
	if (static_branch_unlikely(&vendor_is_vmx))
		vmx_trap_off(seat);
	else
		svm_trap_off(seat, kvcpu);
}

bool vendor_halting(const struct seat *seat, const struct kvm_vcpu *kvcpu)
{
	if (runs_own_guest(kvcpu))
		return false;
	return static_branch_unlikely(&vendor_is_vmx) ?
		       vmx_halting(seat) :
		       svm_halting(seat, kvcpu);
}
