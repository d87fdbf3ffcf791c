/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * types.h - the only thing that the core takes from its surroundings:
 * fixed-width integers, bool and memset, from the kernel or from C.
 */
#ifndef VAMP_CORE_TYPES_H
#define VAMP_CORE_TYPES_H

#ifdef __KERNEL__
#include <linux/string.h>
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
#endif

/* Of a function on the hot path that is seldom called: kept out of the way. */
#define VAMP_SELDOM __attribute__((__noinline__, __cold__))

#define VAMP_NSEC_PER_MSEC	1000000ull

/* Unsigned difference that never wraps: clocks of two CPUs may disagree. */
static inline u64 vamp_sub(u64 a, u64 b)
{
	return a > b ? a - b : 0;
}

static inline u64 vamp_min(u64 a, u64 b)
{
	return a < b ? a : b;
}

static inline u64 vamp_max(u64 a, u64 b)
{
	return a > b ? a : b;
}

#endif /* VAMP_CORE_TYPES_H */
