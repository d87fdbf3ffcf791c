/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wild_code.S - what runs in a hostile guest, at WILD_CODE. r8: first root, r9:
 * behind the last.
 */
#include "wild.h"

	.section .rodata
	.code64

.macro	code	name
	.globl	\name
\name:
.endm

/* CPUID exits, so that each address space is one that an exit shows. */
code	wild_spaces
1:	mov	%r8, %r10
2:	mov	%r10, %cr3
	cpuid
	incq	WILD_COUNT
	add	$0x1000, %r10
	cmp	%r9, %r10
	jne	2b
	jmp	1b
code	wild_spaces_end

/* The interrupt command register of an x2APIC: fixed, to APIC 1. */
code	wild_ipis
	mov	$0x830, %ecx
	mov	$1, %edx
1:	mov	$WILD_VECTOR, %eax
	wrmsr
	incq	WILD_COUNT
	jmp	1b
code	wild_ipis_end

code	wild_sound
	mov	$WILD_PORT, %dx
1:	in	%dx, %al
	incq	WILD_COUNT
	jmp	1b
code	wild_sound_end

code	wild_idle
1:	jmp	1b
code	wild_idle_end

	.section .note.GNU-stack, "", @progbits
