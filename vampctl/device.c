// SPDX-License-Identifier: GPL-2.0-or-later
#include "device.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "exit_code.h"
#include "host.h"
#include "say.h"

#define CHUNK		256
#define ENTRIES_MAX	(64 * VAMP_LIST_MAX)

/* A module of another version refuses every structure. */
static int version_error(int err)
{
	return err == EINVAL || err == ENOTTY ? -EPROTO : -err;
}

int device_counters(int fd, struct vamp_counters *c)
{
	*c = (struct vamp_counters){
		.size = sizeof(*c),
		.version = VAMP_UAPI_VERSION,
	};
	return ioctl(fd, VAMP_IOC_COUNTERS, c) < 0 ? version_error(errno) : 0;
}

int device_open(void)
{
	struct vamp_counters counters;
	int fd = host_open(VAMP_DEVICE, O_RDWR | O_NONBLOCK);
	int err;

	if (fd < 0)
		return fd == -ENODEV || fd == -ENXIO ? -ENOENT : fd;
	err = device_counters(fd, &counters);
	if (!err)
		return fd;
	close(fd);
	return err;
}

void device_close(int fd)
{
	if (fd >= 0)
		close(fd);
}

int device_open_or_say(int *code)
{
	int fd = device_open();

	if (fd >= 0)
		return fd;
	*code = EXIT_CODE_NO_MODULE;
	if (fd == -ENOENT)
		say(VAMP_DEVICE
		    ": missing; the module is not loaded: modprobe vamp");
	else if (fd == -EPROTO)
		say(VAMP_DEVICE
		    ": the module is of another version; load the one that came with this vampctl");
	else
		*code = say_failed(VAMP_DEVICE, fd);
	return fd;
}

/* Entries @l->first and on into room for CHUNK at @to. */
static int list_chunk(int fd, unsigned long request, struct vamp_list *l,
		      void *to)
{
	l->size = sizeof(*l);
	l->version = VAMP_UAPI_VERSION;
	l->capacity = CHUNK;
	l->entries = (uintptr_t)to;
	if (ioctl(fd, request, l) < 0)
		return version_error(errno);
	return l->count <= CHUNK ? (int)l->count : -EPROTO;
}

static void *grow(void *entries, size_t count, size_t entry_size)
{
	void *more = reallocarray(entries, count + CHUNK, entry_size);

	if (!more)
		free(entries);
	return more;
}

/* Things come and go between the calls: what is got is nearly a snapshot. */
static ssize_t list_all(int fd, unsigned long request, pid_t pid,
			size_t entry_size, void **entries)
{
	struct vamp_list l = { .pid = pid, .entry_size = (__u32)entry_size };
	char *all = NULL;
	int n;

	do {
		all = grow(all, l.first, entry_size);
		if (!all)
			return -ENOMEM;
		n = list_chunk(fd, request, &l, all + l.first * entry_size);
		if (n < 0) {
			free(all);
			return n;
		}
		l.first += (__u32)n;
	} while (n == CHUNK && l.first < ENTRIES_MAX);
	*entries = all;
	return l.first;
}

ssize_t device_vms(int fd, struct vamp_vm_info **vms)
{
	return list_all(fd, VAMP_IOC_VMS, 0, sizeof(**vms), (void **)vms);
}

ssize_t device_vcpus(int fd, pid_t vm, struct vamp_vcpu_info **vcpus)
{
	return list_all(fd, VAMP_IOC_VCPUS, vm, sizeof(**vcpus),
			(void **)vcpus);
}

ssize_t device_tasks(int fd, pid_t vm, struct vamp_task_info **tasks)
{
	return list_all(fd, VAMP_IOC_TASKS, vm, sizeof(**tasks),
			(void **)tasks);
}

ssize_t device_threads(int fd, pid_t vm, struct vamp_thread_info **threads)
{
	return list_all(fd, VAMP_IOC_THREADS, vm, sizeof(**threads),
			(void **)threads);
}

int device_input(int fd, pid_t vm, uint32_t type, uint32_t code)
{
	struct vamp_input input = {
		.size = sizeof(input),
		.version = VAMP_UAPI_VERSION,
		.pid = vm,
		.pidfd = -1,
		.type = type,
		.code = code,
	};

	if (ioctl(fd, VAMP_IOC_INPUT, &input) < 0)
		return -errno;
	return (int)input.result;
}
