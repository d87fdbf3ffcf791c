/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * interrupts.h - interrupts for vCPUs: sent, accepted, injected.
 *
 * The probes run with preemption off: of sent and injected interrupts in the
 * vCPU's thread, of accepted ones in whatever raises them.
 */
#ifndef VAMP_INTERRUPTS_H
#define VAMP_INTERRUPTS_H

#include <linux/types.h>

/* Probe of kvm_apic_ipi: the current vCPU sends an interrupt. */
void interrupts_sent(void *data, u32 icr_low, u32 dest);

/* Probe of kvm_apic_accept_irq: a vCPU's APIC takes one. */
void interrupts_accepted(void *data, u32 vcpu_id, u16 dm, u16 tm, u8 vector);

/* Probe of kvm_apicv_accept_irq: the same, and the processor injects it. */
void interrupts_posted(void *data, u32 vcpu_id, u16 dm, u16 tm, u8 vector);

/* Probe of kvm_inj_virq: one is injected at the next entry. */
void interrupts_injected(void *data, unsigned int vector, bool soft,
			 bool reinjected);

#endif /* VAMP_INTERRUPTS_H */
