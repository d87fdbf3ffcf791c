// SPDX-License-Identifier: GPL-2.0-or-later
#include "threads.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "threads_record.h"

/* Generated. */
#include "threads.skel.h"

#define AT_ONCE		64
#define TICK_NS		10000000	/* of /proc, and of struct task */
#define ONLINE		"/sys/devices/system/cpu/online"

static struct threads_bpf *skel;
static struct bpf_link *link_to_tasks;

_Static_assert(sizeof(((struct threads_record *)0)->cpus) ==
		       sizeof(struct vamp_cpus),
	       "records have as many CPUs as the channel");

static int load(void)
{
	skel = threads_bpf__open_and_load();
	if (!skel)
		return -errno;
	link_to_tasks = bpf_program__attach_iter(skel->progs.each_thread, NULL);
	return link_to_tasks ? 0 : -errno;
}

int threads_open(void)
{
	int err = files_are_elsewhere() ? -ENOTSUP : load();

	if (err)
		threads_close();
	return err;
}

void threads_close(void)
{
	bpf_link__destroy(link_to_tasks);
	threads_bpf__destroy(skel);
	link_to_tasks = NULL;
	skel = NULL;
}

bool threads_are_open(void)
{
	return skel;
}

/* CPUs that are offline do not count, as for sched_getaffinity(2). */
static int add(struct tasks *t, const struct threads_record *r,
	       const struct vamp_cpus *online)
{
	struct task task = {
		.tid = (pid_t)r->tid,
		.tgid = (pid_t)r->tgid,
		.ppid = (pid_t)r->ppid,
		.start = r->start / TICK_NS,
		.waits = r->waits,
		.nice = r->nice,
	};

	memcpy(&task.now, r->cpus, sizeof(task.now));
	task.now = vamp_cpus_and(&task.now, online);
	return tasks_add(t, &task);
}

/* Records come whole, but a read may end between two of them. */
static int add_all(struct tasks *t, int fd, const struct vamp_cpus *online)
{
	struct threads_record records[AT_ONCE];
	ssize_t n;
	int err = 0;

	while (!err && (n = read(fd, records, sizeof(records))) != 0) {
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n < 0)
			return -errno;
		for (size_t i = 0; i < (size_t)n / sizeof(records[0]) && !err;
		     i++)
			err = add(t, &records[i], online);
	}
	return err;
}

int threads_read(struct tasks *t)
{
	struct vamp_cpus online;
	int err = files_cpus(ONLINE, &online), fd;

	if (err)
		return err;
	fd = bpf_iter_create(bpf_link__fd(link_to_tasks));
	if (fd < 0)
		return fd;
	err = add_all(t, fd, &online);
	close(fd);
	return err;
}
