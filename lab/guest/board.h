/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * board.h - where background processes post the work they have done.
 */
#ifndef LAB_BOARD_H
#define LAB_BOARD_H

#include <stdint.h>

#define BOARD_SLOTS	8

struct board_slot {
	volatile uint64_t work;
	char pad[56];		/* a cache line each */
};

/* The board, shared by every process of the guest; NULL if it cannot be. */
struct board_slot *board_map(void);

#endif
