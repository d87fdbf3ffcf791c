// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmx.c - reading CR3 and trapping its writes on Intel processors.
 */
#include "vmx.h"

#include <linux/kvm_host.h>
#include <linux/printk.h>

/* As vmx_read_field(). */
static __always_inline bool write_field(unsigned long field, u64 value)
{
	bool done = false;

	asm volatile("1:	vmwrite %[value], %[field]\n"
		     "	seta %[done]\n"
		     "2:\n" _ASM_EXTABLE(1b, 2b)
		     : [done] "+&q"(done)
		     : [field] "r"(field), [value] "r"(value)
		     : "cc", "memory");
	return done;
}

/* What is asked here does not change in a vCPU's life. */
static void look(struct seat *seat)
{
	u64 primary, secondary = 0;

	if (!vmx_read_field(CPU_BASED_VM_EXEC_CONTROL, &primary)) {
		seat->source = SOURCE_NONE;
		return;
	}
	if (primary & CPU_BASED_ACTIVATE_SECONDARY_CONTROLS)
		vmx_read_field(SECONDARY_VM_EXEC_CONTROL, &secondary);
	seat->kvm_traps = !(secondary & SECONDARY_EXEC_ENABLE_EPT);
	seat->source = seat->kvm_traps ? SOURCE_KVM : SOURCE_HARDWARE;
	seat->may_trap = !(secondary & SECONDARY_EXEC_UNRESTRICTED_GUEST);
}

bool vmx_read_cr3(struct seat *seat, const struct kvm_vcpu *kvcpu, u64 *cr3)
{
	if (unlikely(seat->source == SOURCE_UNKNOWN))
		look(seat);
	if (likely(seat->source == SOURCE_HARDWARE))
		return vmx_read_field(GUEST_CR3, cr3);
	*cr3 = kvcpu->arch.cr3;
	return seat->source == SOURCE_KVM;
}

int vmx_cpl(const struct seat *seat)
{
	u64 rights;

	return vmx_read_field(GUEST_SS_AR_BYTES, &rights) ? VMX_AR_DPL(rights) :
							    -1;
}

bool vmx_halting(const struct seat *seat)
{
	return seat->source != SOURCE_NONE && vmx_left_by_halt();
}

bool vmx_trap_on(struct seat *seat)
{
	u64 controls;

	if (!vmx_read_field(CPU_BASED_VM_EXEC_CONTROL, &controls))
		return false;
	if (controls & CPU_BASED_CR3_LOAD_EXITING)
		return true;
	seat->trapped = write_field(CPU_BASED_VM_EXEC_CONTROL,
				    controls | CPU_BASED_CR3_LOAD_EXITING);
	return seat->trapped;
}

void vmx_trap_off(struct seat *seat)
{
	u64 controls;

	if (vmx_read_field(CPU_BASED_VM_EXEC_CONTROL, &controls))
		write_field(CPU_BASED_VM_EXEC_CONTROL,
			    controls & ~CPU_BASED_CR3_LOAD_EXITING);
	seat->trapped = false;
}

void vmx_explain(void)
{
	pr_info("vamp: track_cr3_load: kvm_intel warns at each trapped address space change where unrestricted_guest=1: they are sampled instead\n");
}
