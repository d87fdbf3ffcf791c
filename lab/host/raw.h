/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * raw.h - guests on the raw interface of KVM, without QEMU: what they share.
 */
#ifndef LAB_RAW_H
#define LAB_RAW_H

#include <linux/kvm.h>
#include <stdbool.h>

#define RAW_CR0		0x80000011ull	/* PG, ET, PE */
#define RAW_CR4_PAE	0x20ull
#define RAW_EFER_LONG	0x500ull	/* LME, LMA */

/* Ends with FAILED, @what and errno if @result is below 0. */
void raw_must(int result, const char *what);

/* /dev/kvm */
int raw_open(void);

/* What KVM offers; to be freed. */
struct kvm_cpuid2 *raw_cpuid(int kvm);

/* The guest has all that KVM offers. */
void raw_set_cpuid(int kvm, int vcpu);

/* All of memory: 64-bit code if @wide. */
struct kvm_segment raw_segment(unsigned int selector, unsigned int type,
			       bool wide);

#endif
