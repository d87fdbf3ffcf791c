/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cgroup.h - the CPU cgroup whose share a thread is given a part of, by its
 * nice. Under cgroup v2 that may be above the one that the thread is in: only
 * groups for which the CPU controller is enabled have a share.
 */
#ifndef VAMPCTL_CGROUP_H
#define VAMPCTL_CGROUP_H

#include <stdbool.h>
#include <sys/types.h>

#define CGROUP_PATH	512

struct cgroup {
	int version;			/* 1 or 2 */
	char path[CGROUP_PATH];		/* from the hierarchy's root; "/" is it */
};

/*
 * That of a thread: 0, or -errno: ESRCH the thread is gone, ENOENT the kernel has
 * no CPU controller, EPROTO it is out of this process's cgroup namespace.
 */
int cgroup_of(pid_t pid, pid_t tid, struct cgroup *g);

static inline bool cgroup_is_root(const struct cgroup *g)
{
	return g->path[0] == '/' && !g->path[1];
}

bool cgroup_same(const struct cgroup *a, const struct cgroup *b);

/* The group above @g, which is not the root. */
void cgroup_parent(const struct cgroup *g, struct cgroup *parent);

/* Where the hierarchy of @g is mounted. */
const char *cgroup_mount(const struct cgroup *g);

/*
 * How many processes but @pid are right in @g, not below it; counting ends at a
 * thousand or so. Or -errno.
 */
int cgroup_count_others(const struct cgroup *g, pid_t pid);

#endif /* VAMPCTL_CGROUP_H */
