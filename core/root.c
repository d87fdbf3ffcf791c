// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * root.c - does the guest have two roots for each process?
 */
#include "root.h"

/* All of CR3 that two roots of one process have in common, and the rest. */
#define COMPARED	(ROOT_FRAME | ROOT_PAE)
#define COMPARED_PCID	(ROOT_FRAME | 0xfffull)

static u64 user_bits(const struct vamp_look *look)
{
	return look->pcid ? ROOT_PAIR | ROOT_PAIR_PCID : ROOT_PAIR;
}

static void decide(struct vamp_roots *r, enum vamp_roots_state state)
{
	r->state = state;
	r->joined = state == ROOTS_PAIRED ? ROOT_PAIR >> 12 : 0;
}

static void count_for(struct vamp_roots *r, u64 user_cr3)
{
	u64 root = user_cr3 & ROOT_FRAME;

	if (!r->first)
		r->first = root;
	r->several = r->several || r->first != root;
	if (r->score < ROOT_SURE)
		r->score++;
	if (r->score == ROOT_SURE && r->several)
		decide(r, ROOTS_PAIRED);
}

static void count_against(struct vamp_roots *r)
{
	r->score -= ROOT_AGAINST;
	if (r->score <= (r->state == ROOTS_PAIRED ? 0 : -ROOT_SURE))
		decide(r, ROOTS_SINGLE);
}

/* The kernel's root right after the user's on the same vCPU. */
static void compare(struct vamp_roots *r, u64 user_cr3,
		    const struct vamp_look *look)
{
	u64 compared = look->pcid ? COMPARED_PCID : COMPARED;
	u64 differ = user_cr3 ^ look->cr3;

	if ((differ & compared) == user_bits(look))
		count_for(r, user_cr3);
	else if (!(differ & COMPARED))
		count_against(r);
}

void vamp_roots_learn(struct vamp_roots *r, u64 *user_cr3,
		      const struct vamp_look *look)
{
	u64 was = *user_cr3;

	*user_cr3 = look->user ? look->cr3 : 0;
	if (r->state == ROOTS_SINGLE)
		return;
	if (look->user && (look->cr3 & user_bits(look)) != user_bits(look))
		decide(r, ROOTS_SINGLE);
	else if (!look->user && was)
		compare(r, was, look);
}
