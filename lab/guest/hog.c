// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hog.c - a background process: works for ever, or for a part of each period.
 */
#include <stdlib.h>
#include <time.h>

#include "board.h"
#include "guest.h"
#include "work.h"

#define PERIOD_NS	100000000ull

static void work_until(struct board_slot *slot, uint64_t end)
{
	while (now_ns() < end) {
		work(1);
		slot->work++;
	}
}

static void sleep_until(uint64_t when)
{
	struct timespec t = {
		.tv_sec = when / 1000000000,
		.tv_nsec = when % 1000000000,
	};

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

/* hog SLOT PERCENT */
int hog_main(int argc, char **argv)
{
	struct board *board = board_map();
	unsigned int slot = argc > 1 ? atoi(argv[1]) : 0;
	unsigned int duty = argc > 2 ? atoi(argv[2]) : 100;

	if (!board || slot >= BOARD_SLOTS)
		return 1;
	for (uint64_t t = now_ns();; t += PERIOD_NS) {
		work_until(&board->slot[slot], t + PERIOD_NS / 100 * duty);
		if (duty < 100)
			sleep_until(t + PERIOD_NS);
	}
}
