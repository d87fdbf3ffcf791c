/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cgroup.h - CPU cgroups as the kernel shows and takes them, version 1 or 2.
 *
 * A group is a path below the hierarchy's root, "/" or "/a/b". The root is a
 * directory like any other, so that tests can have one of their own.
 */
#ifndef VAMPD_CGROUP_H
#define VAMPD_CGROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define CGROUP_PATH	512
#define CGROUP_TEXT	64

enum cgroup_version {
	CGROUP_V1 = 1,
	CGROUP_V2 = 2
};

/* Where the CPU controller's hierarchy is. */
struct cgroup_tree {
	char root[CGROUP_PATH];
	enum cgroup_version version;
};

/* What a group's own CPU settings are. */
struct cgroup_settings {
	unsigned int weight;		/* cpu.shares, or cpu.weight */
	bool has_quota;			/* a limit on its CPU time */
	bool is_special;		/* idle or utilization clamped */
	bool is_threaded;		/* always, in version 1 */
	char mems[CGROUP_TEXT];		/* memory nodes, version 2; "": any */
};

/*
 * The CPU group of thread @tid of process @pid, and its hierarchy: that whose
 * weight counts, which in version 2 may be an ancestor of the thread's own.
 * 0 or -errno: ENOENT or ESRCH the thread is gone, EXDEV the group is outside
 * of what we see, ENAMETOOLONG, ENODEV no hierarchy has the CPU controller.
 */
int cgroup_of_thread(pid_t pid, pid_t tid, struct cgroup_tree *tree,
		     char group[CGROUP_PATH]);

bool cgroup_exists(const struct cgroup_tree *tree, const char *group);

/* 0 or -errno: ENOENT there is no such group. */
int cgroup_read(const struct cgroup_tree *tree, const char *group,
		struct cgroup_settings *s);

/*
 * Makes a group for threads only, with the weight and memory nodes of @s; one
 * that is there already gets these. 0 or -errno.
 */
int cgroup_make(const struct cgroup_tree *tree, const char *group,
		const struct cgroup_settings *s);

/* Fails with EBUSY while anything is in it. */
int cgroup_remove(const struct cgroup_tree *tree, const char *group);

/* Moves one thread, which keeps its CPU affinity. 0 or -errno. */
int cgroup_move(const struct cgroup_tree *tree, pid_t tid, const char *group);

/* Of "/a/b": "b"; and "/a" into @to. */
const char *cgroup_leaf(const char *group);
void cgroup_parent(const char *group, char to[CGROUP_PATH]);

#endif /* VAMPD_CGROUP_H */
