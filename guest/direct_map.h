/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * direct_map.h - from a kernel's virtual address to the physical one.
 *
 * Linux on x86-64 maps all physical memory in one piece, the direct map, at an
 * address that is random at each boot, in steps of 1 GiB. Page tables lie in it.
 * Where it is, the page tables say themselves: they map the root table, too.
 * For each place where the direct map could begin, they are followed as the
 * processor does; only at the right one do they lead from the root table's
 * virtual address, and from theirs, to the physical ones that this place implies.
 * No symbol of the kernel is needed, which some kernels hide or do not have.
 */
#ifndef VAMP_GUEST_DIRECT_MAP_H
#define VAMP_GUEST_DIRECT_MAP_H

#include <stdint.h>

/* Reads eight bytes of kernel memory: 0, or -errno (EFAULT: not mapped). */
typedef int direct_map_reader(uint64_t address, uint64_t *value);

/*
 * Where the direct map begins, which has the page-table root @root in it, in a
 * machine whose physical addresses are below @end. 0, or -ENOENT: not found,
 * which is so if memory is encrypted; or -ENOTUNIQ: by what happens to be in memory
 * two places fit, try another root. *@base is set in any case but -ENOENT.
 */
int direct_map_find(direct_map_reader *read, uint64_t root, uint64_t end,
		    uint64_t *base);

#endif /* VAMP_GUEST_DIRECT_MAP_H */
