/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clock.h - the one clock: us, which never go back. */
#ifndef PLAY_CLOCK_H
#define PLAY_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline uint64_t clock_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

#endif /* PLAY_CLOCK_H */
