/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * player.h - a VM that plays sound: a player wakes a sound server once a period,
 * and that accesses the sound device.
 */
#ifndef LAB_PLAYER_H
#define LAB_PLAYER_H

#include <stdint.h>

#include "vm.h"

/* Tell the module where the VM's sound device, "ac97" or "hda", is. */
void player_announce(struct vm *vm, const char *device);

/*
 * Work whose decoding takes @percent of @period_ms of a CPU, by what the hogs of
 * @vm and, if there is one, of its @neighbour do that are all that runs, at least
 * two: CPUs of an emulated host are slower when all are busy.
 */
unsigned int player_amount(struct vm *vm, struct vm *neighbour,
			   unsigned int percent, unsigned int period_ms);

/* Begin with @amount in each period. */
void player_start(struct vm *vm, unsigned int amount, unsigned int period_ms,
		  const char *device);

/* Which guest tasks are player and server, from what they run in @ms or a few times that. */
struct player_tasks {
	uint64_t player, server;
};

void player_identify(struct player_tasks *t, struct vm *vm, unsigned int ms);

#endif
