// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * crowd.c - the threshold where guest tasks are many.
 */
#include "crowd.h"

#define BUSY_PCT	90	/* of all vCPUs that ran */

void vamp_crowd_begin(struct vamp_crowd *c, u32 nr_vcpus, u32 load)
{
	c->capacity = 0;
	c->contenders = 0;
	c->nr_members = 0;
	c->seen = 0;
	if (nr_vcpus && load >= nr_vcpus * BUSY_PCT)
		c->capacity = (u16)(nr_vcpus * 100);
}

bool vamp_crowd_add(struct vamp_crowd *c, u16 task, u8 bg_conf, u32 load,
		    u32 threshold)
{
	struct vamp_crowd_member *m = &c->member[c->nr_members];

	if (!c->capacity || load <= CROWD_LEAST_PCT)
		return false;
	c->contenders++;
	if (load > threshold || c->nr_members == CROWD_MEMBERS)
		return false;
	m->task = task;
	m->bg_conf = bg_conf;
	c->nr_members++;
	return true;
}

u32 vamp_crowd_threshold(const struct vamp_crowd *c, u32 threshold)
{
	u32 part;

	if (!c->capacity || !c->contenders)
		return threshold;
	part = c->capacity * 2u / (c->contenders * 3u);
	if (part < CROWD_LEAST_PCT)
		part = CROWD_LEAST_PCT;
	return part < threshold ? part : threshold;
}
