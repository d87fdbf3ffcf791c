// SPDX-License-Identifier: GPL-2.0-or-later
#include "tasks.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "files.h"
#include "threads.h"

#define KERNEL_THREAD	0x00200000u	/* PF_KTHREAD */
#define PATH		64

/* What is used of a stat file. */
struct stat_line {
	pid_t ppid;
	unsigned int flags;
	int nice;
	uint64_t start;
};

/* The name in it may have anything in it, but no more after its last ')'. */
static int read_stat(const char *path, struct stat_line *s)
{
	char text[1024];
	const char *rest;
	ssize_t n = files_read(path, text, sizeof(text));

	if (n < 0)
		return (int)n;
	rest = strrchr(text, ')');
	if (!rest ||
	    sscanf(rest + 1,
		   " %*c %d %*d %*d %*d %*d %u %*u %*u %*u %*u %*u %*u %*d "
		   "%*d %*d %d %*d %*d %lu",
		   &s->ppid, &s->flags, &s->nice, &s->start) != 4)
		return -ESRCH;
	return 0;
}

int task_start(pid_t tgid, pid_t tid, uint64_t *start)
{
	struct stat_line s;
	char path[PATH];

	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", tgid, tid);
	if (read_stat(path, &s))
		return -ESRCH;
	*start = s.start;
	return 0;
}

int task_cpus(pid_t tid, struct vamp_cpus *cpus)
{
	memset(cpus, 0, sizeof(*cpus));
	return sched_getaffinity(tid, sizeof(*cpus), (cpu_set_t *)cpus) ?
		       -errno :
		       0;
}

int task_set_cpus(pid_t tid, const struct vamp_cpus *cpus)
{
	return sched_setaffinity(tid, sizeof(*cpus), (const cpu_set_t *)cpus) ?
		       -errno :
		       0;
}

int task_set_nice(pid_t tid, int nice)
{
	return setpriority(PRIO_PROCESS, (id_t)tid, nice) ? -errno : 0;
}

int tasks_add(struct tasks *t, const struct task *task)
{
	if (t->count == t->room) {
		size_t room = t->room ? 2 * t->room : 256;
		struct task *more = realloc(t->task, room * sizeof(*more));

		if (!more)
			return -ENOMEM;
		t->task = more;
		t->room = room;
	}
	t->task[t->count++] = *task;
	return 0;
}

/* Who may not be told that is told that it does not. */
static bool waits(pid_t tgid, pid_t tid)
{
	char path[PATH], line[256];
	long number;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/syscall", tgid, tid);
	return !files_line(path, line, sizeof(line)) &&
	       sscanf(line, "%ld", &number) == 1 &&
	       (number == SYS_wait4 || number == SYS_waitid);
}

/* 0 also when it has ended. */
static int add_thread(struct tasks *t, pid_t tgid, pid_t tid)
{
	struct task task = { .tid = tid, .tgid = tgid };
	struct stat_line s;
	char path[PATH];

	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", tgid, tid);
	if (read_stat(path, &s) || s.flags & KERNEL_THREAD ||
	    task_cpus(tid, &task.now))
		return 0;
	task.ppid = s.ppid;
	task.nice = s.nice;
	task.start = s.start;
	task.waits = waits(tgid, tid);
	return tasks_add(t, &task);
}

/* The number that is a directory's whole name, or 0. */
static pid_t number(const char *name)
{
	char *end;
	long n = strtol(name, &end, 10);

	return *end || n <= 0 || n > INT32_MAX ? 0 : (pid_t)n;
}

static int add_process(struct tasks *t, pid_t tgid)
{
	struct dirent *entry;
	char path[PATH];
	DIR *dir;
	int err = 0;

	snprintf(path, sizeof(path), "/proc/%d/task", tgid);
	dir = files_dir(path);
	while (dir && !err && (entry = readdir(dir))) {
		pid_t tid = number(entry->d_name);

		if (tid)
			err = add_thread(t, tgid, tid);
	}
	if (dir)
		closedir(dir);
	return err;
}

static bool is_kernel_thread(pid_t pid)
{
	struct stat_line s;
	char path[PATH];

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	return read_stat(path, &s) || s.flags & KERNEL_THREAD;
}

static int compare(const void *a, const void *b)
{
	const struct task *x = a, *y = b;

	return (x->tid > y->tid) - (x->tid < y->tid);
}

static int read_proc(struct tasks *t)
{
	DIR *dir = files_dir("/proc");
	struct dirent *entry;
	int err = 0;

	if (!dir)
		return -errno;
	while (!err && (entry = readdir(dir))) {
		pid_t pid = number(entry->d_name);

		if (pid && !is_kernel_thread(pid))
			err = add_process(t, pid);
	}
	closedir(dir);
	return err;
}

int tasks_read(struct tasks *t)
{
	int err;

	t->count = 0;
	err = threads_are_open() ? threads_read(t) : read_proc(t);
	if (t->count)
		qsort(t->task, t->count, sizeof(t->task[0]), compare);
	return err;
}

void tasks_free(struct tasks *t)
{
	free(t->task);
	*t = (struct tasks){ .task = NULL };
}

const struct task *tasks_find(const struct tasks *t, pid_t tid)
{
	struct task key = { .tid = tid };

	return t->count ?
		       bsearch(&key, t->task, t->count, sizeof(key), compare) :
		       NULL;
}
