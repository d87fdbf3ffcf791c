/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * board.h - where processes post what they have done.
 */
#ifndef LAB_BOARD_H
#define LAB_BOARD_H

#include <stdint.h>

#define BOARD_SLOTS	8

struct board_slot {
	volatile uint64_t work;
	char pad[56];		/* a cache line each */
};

struct board {
	struct board_slot slot[BOARD_SLOTS];	/* of background processes */
	volatile uint64_t periods, missed;	/* of the player */
};

/* The board, shared by every process of the guest; NULL if it cannot be. */
struct board *board_map(void);

#endif
