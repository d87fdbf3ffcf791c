/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cgroup_plan.h - which vCPU threads of a VM change their CPU cgroup.
 *
 * vAMP weighs a VM's vCPUs against each other by their nice values, which only
 * counts within one CPU cgroup. libvirt gives each vCPU one of its own:
 *
 *   .../NAME.libvirt-qemu/vcpu0, vcpu1, ...                  (version 1)
 *   .../machine-qemu\x2d1\x2dNAME.scope/libvirt/vcpu0, ...   (version 2, threaded)
 *
 * The plan then is one group "vamp" beside them for all vCPU threads, with the
 * sum of their weights, so that the VM's other threads (emulator, iothreadN)
 * keep their part. It is only made where nothing is lost by it: a group with a
 * quota, or with a weight or memory nodes that the others do not have, is left.
 *
 * Pure: from what was observed to what is to be done.
 */
#ifndef VAMPD_CGROUP_PLAN_H
#define VAMPD_CGROUP_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "cgroup.h"

#define CGROUP_OURS	"vamp"		/* the group's name */
#define CGROUP_VCPU	"vcpu"		/* what libvirt's begin with */

/* A vCPU's thread. */
struct cgroup_thread {
	pid_t tid;
	char group[CGROUP_PATH];	/* where it is */
	char home[CGROUP_PATH];		/* where it was before; "": not known */
	bool has_home;			/* the group is there, and as follows */
	struct cgroup_settings settings;	/* of its home */
	bool moves;			/* by the plan: to the target, or home */
};

enum cgroup_verdict {
	CGROUP_UNKNOWN,			/* no threads */
	CGROUP_SHARED,			/* they share one: nothing to do */
	CGROUP_MENDED,			/* they share ours: nothing to do */
	CGROUP_MEND,			/* some are to be moved to the target */
	CGROUP_UNDO,			/* some are to be moved home */
	CGROUP_SPLIT,			/* they do not, and nothing is done */
	CGROUP_VERDICTS
};

struct cgroup_plan {
	enum cgroup_verdict verdict;
	const char *why;		/* UNDO, SPLIT: a reason, for people */
	char at[CGROUP_PATH];		/* the group that is the reason */
	char target[CGROUP_PATH];	/* ours, if the layout has a place for it */
	struct cgroup_settings settings;	/* of the target */
	size_t moves;
};

/* Is the group's name "vcpu" and a number? */
bool cgroup_is_vcpu(const char *group);

/* Is it ours? */
bool cgroup_is_ours(const char *group);

/*
 * What is to be done with @count threads, whose `moves` it sets. Without
 * @allowed nothing is mended, and what was is undone.
 */
void cgroup_plan(struct cgroup_thread *threads, size_t count, bool allowed,
		 struct cgroup_plan *plan);

/* "shared", "mended", ...: one word. */
const char *cgroup_verdict(enum cgroup_verdict verdict);

#endif /* VAMPD_CGROUP_PLAN_H */
