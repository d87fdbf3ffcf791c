/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tasks.h - the threads of all processes, the CPUs each may run on and its nice.
 * Kernel threads are no part of it.
 */
#ifndef VAMP_GUEST_TASKS_H
#define VAMP_GUEST_TASKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <vamp/channel.h>

struct task {
	pid_t tid, tgid, ppid;
	uint64_t start;		/* clock ticks since boot; tells a reused tid */
	struct vamp_cpus now;	/* CPUs it may run on */
	int nice;
	bool waits;		/* for a child, in wait4(2) or waitid(2) */
};

/* By tid. All zero at first. */
struct tasks {
	struct task *task;
	size_t count, room;
};

/*
 * All of them, as of now; what ends meanwhile is left out. By BPF, if that is open
 * (threads.h), else from /proc, where who waits may not be told. 0 or -errno.
 */
int tasks_read(struct tasks *t);
void tasks_free(struct tasks *t);

/* Appends one, wherever it belongs by its tid. 0 or -ENOMEM. */
int tasks_add(struct tasks *t, const struct task *task);

/* NULL: none. */
const struct task *tasks_find(const struct tasks *t, pid_t tid);

/* When thread @tid of @tgid began, in clock ticks: 0, or -ESRCH if it ended. */
int task_start(pid_t tgid, pid_t tid, uint64_t *start);

/* CPUs that thread @tid may run on: 0, or -errno: ESRCH it ended. */
int task_cpus(pid_t tid, struct vamp_cpus *cpus);

/*
 * Lets thread @tid run on @cpus: 0, or -errno: ESRCH it ended, EPERM, EINVAL its
 * cpuset has none of them.
 */
int task_set_cpus(pid_t tid, const struct vamp_cpus *cpus);

/* Gives thread @tid a nice of -20..19: 0, or -errno: ESRCH it ended, EACCES. */
int task_set_nice(pid_t tid, int nice);

#endif /* VAMP_GUEST_TASKS_H */
