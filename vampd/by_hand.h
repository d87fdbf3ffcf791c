/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * by_hand.h - what the administrator says of VMs' sound devices: --sound and
 * --reschedule-vector, each for a process or for all VMs of one name.
 */
#ifndef VAMPD_BY_HAND_H
#define VAMPD_BY_HAND_H

#include <stdint.h>
#include <sys/types.h>

#include "ranges.h"

#define BY_HAND_MAX	256	/* options */

/*
 * Take an option's argument, which must stay: NULL, or what is wrong with it.
 * "WHO:RANGE[,RANGE...]", RANGE being "io:0xFIRST-0xLAST" or "mem:...", and
 * ":r", ":w" or ":rw" after it for the accesses that count (without: all);
 * "WHO:VECTOR". A WHO of digits only is a process, else QEMU's -name.
 */
const char *by_hand_sound(const char *argument);
const char *by_hand_vector(const char *argument);

/* What was said of this VM: no ranges, and vector 0, if nothing was. */
void by_hand_find(pid_t pid, const char *name, struct ranges *ranges,
		  uint32_t *vector);

/* Was anything said of any VM? */
bool by_hand_any(void);

#endif /* VAMPD_BY_HAND_H */
