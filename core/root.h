/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * root.h - from a guest's CR3 to the id of its address space.
 *
 * An id is the page frame of the root page table. What else is in CR3 does not
 * count: PCID or flags below, the no-flush bit and LAM above. Under 32-bit PAE
 * the root is 32 bytes, and kernels put those of several processes into one page:
 * there the id also has its place in the page, in bits that no page frame has.
 *
 * Two roots of one process. Under page-table isolation (KPTI) Linux has two
 * roots for each process, side by side: the kernel's at an even page frame, the
 * user's at the next. With PCID in use they also differ in bit 11 of CR3 and in
 * no other. These two should be one task; but no two processes of a guest
 * without KPTI ever, and nothing in a root says which guest it is. So this is
 * learned for each VM, from looks at its vCPUs that know the privilege level:
 *
 *  - Under KPTI user code runs on odd roots only (with PCID: and bit 11 set).
 *    One look at user code on another root decides for good: nothing is ever
 *    joined. Without KPTI half of all processes are such, as are all where PCID
 *    is in use, for then bit 11 is not. KPTI of other kernels (Windows,
 *    FreeBSD), whose two roots lie anywhere, ends in the same way.
 *  - That is no proof for KPTI: all processes of a guest could happen to have
 *    odd roots. Without KPTI, though, the kernel runs on the root of the process
 *    that it was called by: the look at a vCPU's kernel that follows one at its
 *    user code mostly finds the same root. Under KPTI it finds the one below it,
 *    and the same only in the few instructions before the change. Each of the
 *    former counts eightfold against, each of the latter once for KPTI.
 *  - Sixty-four net, with more than one user root, decide for it. A guest
 *    without KPTI would need as many changes from a process to just the root
 *    below, which no user code is ever seen on, and hardly a look at the kernel
 *    on behalf of the process itself; a kernel's idle root below the root of one
 *    process could come about, two such pairs cannot.
 *  - What decides against it goes on to be looked for afterwards, and is final.
 *
 * Looks may be left out while a vCPU's CR3 stays the same (the hooks' fast path):
 * user code on an even root will be seen all the same, and under KPTI every way
 * into the kernel changes CR3.
 *
 * While undecided nothing is joined: a KPTI guest shows its processes twice for
 * its first few dozen timer ticks. Only frames that differ in the lowest bit
 * are ever joined.
 */
#ifndef VAMP_CORE_ROOT_H
#define VAMP_CORE_ROOT_H

#include "types.h"

#define ROOT_FRAME	0x000ffffffffff000ull	/* of CR3: the page frame */
#define ROOT_PAE	0x0000000000000fe0ull	/* and the place in the page */
#define ROOT_PAE_SHIFT	35			/* up to bits 40..46 of an id */
#define ROOT_PAIR	0x1000ull		/* set in a user root */
#define ROOT_PAIR_PCID	0x0800ull		/* and, with PCID, in its PCID */
#define ROOT_SURE	64
#define ROOT_AGAINST	8

enum vamp_roots_state {
	ROOTS_UNDECIDED,
	ROOTS_PAIRED,		/* two roots, one task */
	ROOTS_SINGLE,		/* for good */
};

/* Of one VM; all zero at first. */
struct vamp_roots {
	u64 joined;		/* bits of an id that do not count */
	u64 first;		/* user root of the first look for KPTI, or 0 */
	s8 score;		/* -ROOT_SURE..ROOT_SURE */
	u8 state;		/* enum vamp_roots_state */
	bool several;		/* a look for KPTI had another user root */
};

/* One look at a vCPU whose guest has paging on. */
struct vamp_look {
	u64 cr3;
	bool pcid;		/* CR4.PCIDE */
	bool user;		/* privilege level 3 */
};

/* The id of an address space; @pae if the guest uses 32-bit PAE paging. */
static inline u64 vamp_root_id(const struct vamp_roots *r, u64 cr3, bool pae)
{
	u64 id = (cr3 & ROOT_FRAME) >> 12;

	if (pae)
		id |= (cr3 & ROOT_PAE) << ROOT_PAE_SHIFT;
	return id & ~r->joined;
}

/* The bits of CR3 that make up the id. */
static inline u64 vamp_root_bits(const struct vamp_roots *r, bool pae)
{
	u64 bits = ROOT_FRAME & ~(r->joined << 12);

	return pae ? bits | ROOT_PAE : bits;
}

/* False once vamp_roots_learn() need not be called any more. */
static inline bool vamp_roots_learning(const struct vamp_roots *r)
{
	return r->state != ROOTS_SINGLE;
}

/*
 * Learns from a look. *@user_cr3 is kept for the vCPU, 0 at first: CR3 of its
 * last look if that was at user code. Not to be told of looks at which a CR3
 * write is just about to happen (exits where it is trapped): they would find
 * the old root in the kernel every time.
 */
void vamp_roots_learn(struct vamp_roots *r, u64 *user_cr3,
		      const struct vamp_look *look);

#endif /* VAMP_CORE_ROOT_H */
