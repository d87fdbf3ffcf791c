/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sets.h - how many CPUs are fast, how many slow, and which.
 *
 * The lowest CPUs are fast, the highest slow, so that the sets are always
 * disjoint, and neither is empty. Two or more are fast while the guest makes
 * sound, except on two CPUs, where that leaves none to be slow.
 *
 * While the host has CPUs to spare a vCPU runs whenever it wants, and being the only one
 * that does gains nothing. Then all but background may run on any CPU, so that as many
 * interactive threads as there are CPUs find one, and background is niced, so that where
 * they meet it yields. It may be anywhere, too, unless it would not yield there.
 */
#ifndef VAMP_GUEST_SETS_H
#define VAMP_GUEST_SETS_H

#include <stdbool.h>

#include <vamp/channel.h>

#include "plan.h"

enum sets_mode {
	SETS_STATIC,		/* fast as configured, slow the rest */
	SETS_DYNAMIC,		/* the same, until no background process is left */
	SETS_DYNAMIC_LOAD,	/* and fast grows while it is fully loaded */
	SETS_LOAD,		/* slow as many as background load needs */
	SETS_MODES
};

struct sets_wish {
	enum sets_mode mode;
	unsigned int fast;	/* configured: 1 or more; all CPUs mean 1 */
	unsigned int grown;	/* more of them, by SETS_DYNAMIC_LOAD */
	unsigned int load;	/* of all background processes, percent */
	bool audio;
	bool spare;		/* the host has CPUs to spare for the VM */
	bool apart;		/* background's nice does not count (group.h) */
};

/* "static", "dynamic", ... */
const char *sets_mode_name(enum sets_mode mode);

/* False: @online is a single CPU, and there is nothing to be chosen. */
bool sets_choose(const struct vamp_cpus *online, const struct sets_wish *wish,
		 struct sides *sides);

#endif /* VAMP_GUEST_SETS_H */
