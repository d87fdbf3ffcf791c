// SPDX-License-Identifier: GPL-2.0-only
/*
 * steady.c - what the fast path knows on each CPU.
 */
#include "steady.h"

DEFINE_PER_CPU(struct steady_here, steady_here);
u32 steady_generation;

void steady_forget(void)
{
	smp_wmb(); /* who still finds it, does so with the old one */
	WRITE_ONCE(steady_generation, steady_generation + 1);
}
