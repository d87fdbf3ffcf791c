/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * crowd.h - more busy guest tasks than vCPUs.
 *
 * The threshold of background is a part of one CPU. Where many tasks want the VM's
 * vCPUs none may get so much, however long it works: four compilers on two vCPUs have
 * half a CPU each, eight a quarter. So when a VM's vCPUs are busy throughout, counting
 * what they waited for, the threshold becomes two thirds of what each task would have
 * if all who take a noticeable part (contenders) shared equally. Who wants less than
 * its part gets all that it wants and stays below.
 *
 * How many contenders there are is known when all tasks were looked at. The first
 * CROWD_MEMBERS of those between are kept until then.
 */
#ifndef VAMP_CORE_CROWD_H
#define VAMP_CORE_CROWD_H

#include "types.h"

#define CROWD_MEMBERS	64
#define CROWD_LEAST_PCT	8	/* of one CPU: a contender takes more */

struct vamp_crowd {
	u16 capacity;		/* percent of a CPU of busy vCPUs, or 0: not crowded */
	u16 contenders;
	u16 nr_members;
	u16 seen;		/* members looked at again */
	struct vamp_crowd_member {
		u16 task;	/* its slot may be another's by the end */
		u8 bg_conf;	/* before it was looked at */
	} member[CROWD_MEMBERS];
};

/* Of @nr_vcpus vCPUs that ran at all, with @load percent of potential and load. */
void vamp_crowd_begin(struct vamp_crowd *c, u32 nr_vcpus, u32 load);

/* A task of @load percent was looked at. True if it has to be looked at again. */
bool vamp_crowd_add(struct vamp_crowd *c, u16 task, u8 bg_conf, u32 load,
		    u32 threshold);

/* All were: the threshold in percent, at most @threshold. */
u32 vamp_crowd_threshold(const struct vamp_crowd *c, u32 threshold);

#endif /* VAMP_CORE_CROWD_H */
