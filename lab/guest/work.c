// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * work.c - integer work without memory traffic, so that a unit costs the same
 * whatever else runs.
 */
#include <time.h>

#include "work.h"

#define STEPS_PER_UNIT	1500

static uint64_t mix(uint64_t x)
{
	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return x;
}

void work(unsigned int units)
{
	static volatile uint64_t sink = 1;
	uint64_t x = sink;

	for (; units; units--)
		for (int i = 0; i < STEPS_PER_UNIT; i++)
			x = mix(x);
	sink = x;
}

uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}
