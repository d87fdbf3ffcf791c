/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shim.h - what a test decides and sees of the shim's kernel.
 */
#ifndef VAMP_SHIM_H
#define VAMP_SHIM_H

#include "kernel.h"

extern struct shim {
	u64 clock;
	bool privileged;
	u32 failing_allocs;	/* so many allocations get no memory */
	u32 allocs;		/* live */
	u32 locks;		/* held */
	u32 messages;		/* in the log */
} shim;

/* ---- user memory: a few pages, and nothing around them ---- */

#define USER_BASE	0x10000ul
#define USER_SIZE	4096u
#define USER_COPIES	2100	/* more than any call makes */

struct user_copy {
	unsigned long at, size;	/* that were asked for */
};

extern struct user {
	u8 *mem;
	u32 nr_reads, nr_writes;
	struct user_copy read[USER_COPIES], write[USER_COPIES];
} user;

/* Forgets all copies so far; the memory, too, if @clear. */
void user_reset(bool clear);

/* True if all of it is user memory. */
static inline bool user_holds(unsigned long at, unsigned long size)
{
	return at >= USER_BASE && at - USER_BASE <= USER_SIZE &&
	       size <= USER_SIZE - (at - USER_BASE);
}

/* ---- parameters of modules ---- */

extern const struct kernel_param __start_shim_params[], __stop_shim_params[];

#endif /* VAMP_SHIM_H */
