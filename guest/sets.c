// SPDX-License-Identifier: GPL-2.0-or-later
#include "sets.h"

#include <string.h>

#define FAST_WITH_AUDIO	2

const char *sets_mode_name(enum sets_mode mode)
{
	static const char *const names[SETS_MODES] = { "static", "dynamic",
						       "dynamic-load", "load" };

	return names[mode];
}

/* How many, before the bounds. */
static unsigned int wanted(const struct sets_wish *w, unsigned int online)
{
	unsigned int fast = w->fast >= online ? 1 : w->fast;
	unsigned int slow = w->load / 100 + (w->load % 100 ? 1 : 0);

	switch (w->mode) {
	case SETS_DYNAMIC_LOAD:
		return fast + w->grown;
	case SETS_LOAD:
		return online > slow + fast ? online - slow : fast;
	default:
		return fast;
	}
}

static unsigned int bounded(unsigned int fast, unsigned int online, bool audio)
{
	if (audio && fast < FAST_WITH_AUDIO)
		fast = FAST_WITH_AUDIO;
	if (fast > online - 1)
		fast = online - 1;
	return fast ? fast : 1;
}

/* The part of mode load that is not needed for the load is fast. */
bool sets_choose(const struct vamp_cpus *online, const struct sets_wish *wish,
		 struct sides *sides)
{
	unsigned int n = vamp_cpus_count(online), fast, seen = 0;

	memset(sides, 0, sizeof(*sides));
	if (n < 2)
		return false;
	fast = bounded(wanted(wish, n), n, wish->audio);
	for (unsigned int cpu = 0; cpu < VAMP_CHANNEL_CPUS; cpu++)
		if (vamp_cpus_has(online, cpu))
			vamp_cpus_add(seen++ < fast ? &sides->fast :
						      &sides->slow,
				      cpu);
	sides->others = wish->spare ? *online : sides->fast;
	sides->niced = wish->spare;
	if (wish->spare && !wish->apart)
		sides->slow = *online;
	return true;
}
