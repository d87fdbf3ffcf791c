/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vendor.h - which address space a vCPU runs, and trapping its changes, on the
 * host's kind of processor: AMD's SVM (svm.h) or Intel's VMX (vmx.h).
 *
 * From vendor_task_id() on all functions are for the vCPU's own thread, in a KVM
 * hook with the VM's lock held; none sleeps.
 */
#ifndef VAMP_VENDOR_H
#define VAMP_VENDOR_H

#include <linux/jump_label.h>

#include "svm.h"
#include "vm.h"
#include "vmx.h"

DECLARE_STATIC_KEY_FALSE(vendor_is_vmx);

/* -ENODEV, with a line in the log, on a processor of neither kind. May sleep. */
int vendor_init(void);

/* When no hook runs any more. May sleep. */
void vendor_exit(void);

/* How a new VM is tracked: enum vamp_track as the parameter says. */
enum vamp_track vendor_track(void);

/*
 * The guest task that runs; TASK_NO_ID if its address space is hidden, if the
 * guest has not switched paging on, or runs a guest of its own. At an @entry it
 * also learns whether tasks have two roots (core/root.h).
 */
u64 vendor_task_id(struct host_vm *vm, struct seat *seat,
		   const struct kvm_vcpu *kvcpu, bool entry);

/*
 * Makes each change of address space exit, until the next exit; true if so. To
 * be called at every entry, unless seat->kvm_traps; vendor_trap_off() at every
 * exit where seat->trapped. So a vCPU that is not in the guest never has a trap of
 * ours set, and unloading needs only to wait for those that are. Where KVM could
 * not bear it nothing is done, counted, and said once in the log.
 */
bool vendor_trap_on(struct host_vm *vm, struct seat *seat,
		    struct kvm_vcpu *kvcpu);
void vendor_trap_off(struct seat *seat, struct kvm_vcpu *kvcpu);

/* At an exit: did the guest halt? */
bool vendor_halting(const struct seat *seat, const struct kvm_vcpu *kvcpu);

/*
 * For the fast path, where seat->cr3_bits is not 0: does the guest task go on that
 * vendor_task_id() told last?
 */
static __always_inline bool vendor_is_same(const struct seat *seat,
					   const struct kvm_vcpu *kvcpu)
{
	u64 cr3 = static_branch_unlikely(&vendor_is_vmx) ?
			  vmx_quick_cr3() :
			  svm_vmcb(kvcpu)->save.cr3;

	return !((cr3 ^ seat->cr3) & seat->cr3_bits);
}

/* The same as vendor_halting(), there. */
static __always_inline bool vendor_left_by_halt(const struct kvm_vcpu *kvcpu)
{
	return static_branch_unlikely(&vendor_is_vmx) ? vmx_left_by_halt() :
							svm_left_by_halt(kvcpu);
}

#endif /* VAMP_VENDOR_H */
