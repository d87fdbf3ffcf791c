/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pair.h - the two desktops that most scenarios use.
 */
#ifndef LAB_PAIR_H
#define LAB_PAIR_H

#include "guest.h"
#include "stats.h"
#include "vm.h"

struct pair {
	struct vm a;		/* the one that gets input */
	struct vm b;		/* its neighbour */
};

/* Both up, at the same time. */
void pair_start(struct pair *p);
void pair_power_off(struct pair *p);

#endif
