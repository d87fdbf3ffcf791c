/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * crowd.h - more busy guest tasks than vCPUs.
 *
 * The threshold of background is a part of one CPU. Where many tasks want the VM's
 * vCPUs none may get so much, however long it works: four compilers on two vCPUs have
 * half a CPU each, eight a quarter. So when a VM's vCPUs are busy throughout, counting
 * what they waited for, the threshold becomes two thirds of what each task would have
 * if all who take a noticeable part (contenders) of its vCPU shared that equally. Who
 * wants less than its part gets all that it wants and stays below.
 *
 * By vCPU, as the guest may have many on one and few on another: for a while by chance,
 * and for long where it has placed the background that was known first.
 *
 * How many contenders there are is known when all tasks were looked at. The first
 * CROWD_MEMBERS of those between are kept until then.
 *
 * Nothing here sleeps, locks or allocates: the caller holds the VM's lock.
 */
#ifndef VAMP_CORE_CROWD_H
#define VAMP_CORE_CROWD_H

#include "types.h"

struct vamp_vm;

#define CROWD_MEMBERS	64
#define CROWD_LEAST_PCT	8	/* of one CPU: a contender takes more */
#define CROWD_WINDOWS	3	/* a phase's newcomers are judged after so many */

struct vamp_crowd {
	bool on;		/* its vCPUs are busy throughout */
	u16 nr_members;
	u16 seen;		/* members looked at again */
	struct vamp_crowd_member {
		u16 task;	/* its slot may be another's by the end */
		u8 bg_conf;	/* before it was looked at */
	} member[CROWD_MEMBERS];
};

/* The loads of all vCPUs are known. */
void vamp_crowd_begin(struct vamp_vm *vm);

/*
 * A task, whose load is known, was looked at; its confidence before was @bg_conf. True
 * if it has to be looked at again.
 */
bool vamp_crowd_add(struct vamp_vm *vm, u16 task, u8 bg_conf);

/* All were: the threshold of @task in percent, at most that of the VM. */
u32 vamp_crowd_threshold(const struct vamp_vm *vm, u16 task);

#endif /* VAMP_CORE_CROWD_H */
