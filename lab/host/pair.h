/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pair.h - the two desktops that most scenarios use, and sometimes more.
 */
#ifndef LAB_PAIR_H
#define LAB_PAIR_H

#include "guest.h"
#include "stats.h"
#include "vm.h"

#define PAIR_MORE	(VM_MAX - 2)

struct pair {
	struct vm a;		/* the one that gets input */
	struct vm b;		/* its neighbour */
	struct vm more[PAIR_MORE];
	unsigned int nr_more;
	bool desktop;		/* A has a real one, and real background work */
};

/* Both up, at the same time. */
void pair_start(struct pair *p);

/* The same, A with a real desktop whose session is up. */
void pair_start_desktop(struct pair *p);

/* @n further neighbours, C and D. */
void pair_add(struct pair *p, unsigned int n);

/* All VMs: A is 0, and NULL comes after the last. */
const struct vm *pair_vm(const struct pair *p, unsigned int i);

/* All that there are. */
void pair_power_off(struct pair *p);

#endif
