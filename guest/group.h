/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * group.h - the cgroup (v2) of a thread, and what that is for the scheduler.
 *
 * Nice counts only among threads that share a CPU group: that of the nearest cgroup
 * with the cpu controller, else an autogroup, if there are any.
 */
#ifndef VAMP_GUEST_GROUP_H
#define VAMP_GUEST_GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <vamp/channel.h>

/* Its place in the tree, without a slash at its end: 0 or -errno. */
int group_path(pid_t tgid, pid_t tid, char *path, size_t size);

/* The CPUs of its cpuset, that of the nearest cgroup that says so: 0 or -errno. */
int group_cpus(pid_t tgid, pid_t tid, struct vamp_cpus *cpus);

/* True if process @pid shares its CPU group with few others or none, as far as is known. */
bool group_is_apart(pid_t pid);

#endif /* VAMP_GUEST_GROUP_H */
