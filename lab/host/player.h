/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * player.h - a VM that plays sound: a player wakes a sound server once a period,
 * and that accesses the sound device.
 */
#ifndef LAB_PLAYER_H
#define LAB_PLAYER_H

#include "vm.h"

/* Tell the module where the VM's sound device, "ac97" or "hda", is. */
void player_announce(struct vm *vm, const char *device);

/*
 * Work whose decoding takes @percent of @period_ms when nobody else wants the
 * CPU. While this is measured one other process of the VM should run, no more:
 * two busy CPUs of an emulated host are slower than one.
 */
unsigned int player_amount(struct vm *vm, unsigned int percent,
			   unsigned int period_ms);

/* Begin with @amount in each period. */
void player_start(struct vm *vm, unsigned int amount, unsigned int period_ms,
		  const char *device);

#endif
