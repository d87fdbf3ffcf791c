/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tiny_code.S - what runs in the tiny guest, at TINY_CODE.
 */
#include "tiny.h"

	.section .rodata

/* The roots are in si and dx. */
.macro	turn	first, second
1:	cmpl	$0, TINY_LEFT
	jne	2f
	out	%al, $TINY_IDLE
	jmp	1b
2:	decl	TINY_LEFT
	mov	\first, %cr3
	incl	TINY_DATA
	movl	TINY_SPIN, %ecx
3:	decl	%ecx
	jnz	3b
	mov	\second, %cr3
	incl	TINY_DATA
	movl	TINY_SPIN + 4, %ecx
4:	decl	%ecx
	jnz	4b
	jmp	1b
.endm

.macro	code	name
	.globl	\name
\name:
.endm

	.code64
code	tiny_long
	turn	%rsi, %rdx
code	tiny_long_end

	.code32
code	tiny_32
	turn	%esi, %edx
code	tiny_32_end

	.code16
code	tiny_real
	turn	%esi, %edx
code	tiny_real_end

/*
 * Two processes. rsi: the kernel's CR3 of the current one, rdx: of the other,
 * rdi: what their user's has more. Begins in the kernel; rcx and r11 are the
 * user's address and flags, as SYSCALL and SYSRET have them.
 */
	.code64
code	tiny_process
	jmp	2f
code	tiny_process_kernel
	mov	%rsi, %cr3
	out	%al, $TINY_SEEN
1:	cmpl	$0, TINY_LEFT
	jne	2f
	out	%al, $TINY_IDLE
	jmp	1b
2:	decl	TINY_LEFT
	xchg	%rsi, %rdx
	lea	(%rsi,%rdi), %rax
	mov	%rax, %cr3
	sysretq
code	tiny_process_user
	incl	TINY_DATA
	movl	TINY_SPIN, %ecx
3:	decl	%ecx
	jnz	3b
	syscall
	jmp	tiny_process_user
code	tiny_process_end

	.section .note.GNU-stack, "", @progbits
