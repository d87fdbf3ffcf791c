/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vmx.h - Intel: which address space a vCPU runs, and trapping its changes.
 *
 * In our hooks of the vCPU's own thread its VMCS is the processor's current one:
 * KVM loads it when the thread is scheduled in, and fires kvm_entry and (6.1 to
 * 6.12: right behind the exit) kvm_exit with interrupts off. So VMREAD and
 * VMWRITE reach it without any knowledge of KVM's structures. Should one fail
 * or fault all the same (KVM on Hyper-V keeps an enlightened VMCS in memory), the
 * address space counts as hidden.
 *
 * With EPT the guest's CR3 is the VMCS's while its paging is on. Without EPT (or
 * with paging off and no unrestricted guest) that is a root of KVM's own, and
 * KVM's copy is right, as it then traps every write.
 *
 * CR3 writes are trapped by the processor-based control "CR3-load exiting". KVM
 * has it off with EPT and keeps a copy of its controls: ours is set at every
 * entry, as KVM may have written its own in between, and cleared at every exit,
 * so that what KVM believes holds whenever it looks. Where guests are
 * unrestricted KVM takes such an exit for a bug and warns (panics, if so
 * configured): there nothing is trapped.
 *
 * For vendor.c and vendor.h alone, which deal with guests that hide their state or run guests
 * of their own. Contexts as there.
 */
#ifndef VAMP_VMX_H
#define VAMP_VMX_H

#include <asm/asm.h>
#include <asm/vmx.h>

#include "seat.h"

#define VMX_BASIC_EXIT_REASON	0xffff

/* The guest's CR3; its paging is on. False if it cannot be read. */
bool vmx_read_cr3(struct seat *seat, const struct kvm_vcpu *kvcpu, u64 *cr3);

/* The guest's privilege level, or -1. */
int vmx_cpl(const struct seat *seat);

/*
 * A field of the current VMCS. Fails (CF or ZF set) without a current one or such
 * a field, and faults where VMX is off: false, and *@value is 0.
 */
static __always_inline bool vmx_read_field(unsigned long field, u64 *value)
{
	bool done = false;

	*value = 0;
	asm volatile("1:	vmread %[field], %[value]\n"
		     "	seta %[done]\n"
		     "2:\n" _ASM_EXTABLE(1b, 2b)
		     : [value] "+&r"(*value), [done] "+&q"(done)
		     : [field] "r"(field)
		     : "cc");
	return done;
}

/* As vmx_read_cr3(), once that did not fail. */
static __always_inline u64 vmx_quick_cr3(void)
{
	u64 cr3;

	vmx_read_field(GUEST_CR3, &cr3);
	return cr3;
}

static __always_inline bool vmx_left_by_halt(void)
{
	u64 reason;

	return vmx_read_field(VM_EXIT_REASON, &reason) &&
	       (reason & VMX_BASIC_EXIT_REASON) == EXIT_REASON_HLT;
}

/* At an exit. */
bool vmx_halting(const struct seat *seat);

/* Where seat->may_trap. False if the VMCS cannot be written. */
bool vmx_trap_on(struct seat *seat);
void vmx_trap_off(struct seat *seat);

/* Says in the log why nothing is trapped. */
void vmx_explain(void);

#endif /* VAMP_VMX_H */
