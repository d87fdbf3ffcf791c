// SPDX-License-Identifier: GPL-2.0-or-later
#include "device.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define CHUNK 256

int device_open(const char *path)
{
	int fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (ioctl(fd, VAMP_IOC_ATTEND, 0) < 0)
		err = errno == ENOTTY ? -EPROTO : -errno;
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

/* Which list, and of what. */
struct list {
	int fd;
	unsigned long request;
	pid_t pid;
	size_t entry_size;
};

/* Up to @room entries from @first on: count or -errno. */
static int list_chunk(const struct list *l, void *to, size_t first, size_t room)
{
	struct vamp_list list = {
		.size = sizeof(list),
		.version = VAMP_UAPI_VERSION,
		.pid = l->pid,
		.first = (uint32_t)first,
		.capacity = (uint32_t)(room < CHUNK ? room : CHUNK),
		.entry_size = (uint32_t)l->entry_size,
		.entries = (uintptr_t)to,
	};

	if (ioctl(l->fd, l->request, &list) < 0)
		return -errno;
	return list.count <= list.capacity ? (int)list.count : -EPROTO;
}

/* As many as there are, up to @room. */
static int list_all(const struct list *l, void *to, size_t room)
{
	size_t found = 0;
	int n = 1;

	while (n > 0 && found < room) {
		n = list_chunk(l, (char *)to + found * l->entry_size, found,
			       room - found);
		if (n < 0)
			return n;
		found += (size_t)n;
		if (n < CHUNK)
			break;
	}
	return (int)found;
}

int device_read_vms(int fd, struct vamp_vm_info *to, size_t room)
{
	struct list l = { fd, VAMP_IOC_VMS, 0, sizeof(*to) };

	return list_all(&l, to, room);
}

int device_read_vcpus(int fd, pid_t pid, struct vamp_vcpu_info *to, size_t room)
{
	struct list l = { fd, VAMP_IOC_VCPUS, pid, sizeof(*to) };

	return list_all(&l, to, room);
}

int device_read_tasks(int fd, pid_t pid, struct vamp_task_info *to, size_t room)
{
	struct list l = { fd, VAMP_IOC_TASKS, pid, sizeof(*to) };

	return list_all(&l, to, room);
}

/* The process or thread at @offset of each entry, without those not there. */
static int list_ids(const struct list *l, size_t offset, pid_t *ids,
		    size_t room)
{
	char entries[CHUNK * sizeof(struct vamp_vm_info)];
	size_t first = 0, found = 0;
	int n;

	while ((n = list_chunk(l, entries, first, CHUNK)) > 0) {
		for (int i = 0; i < n && found < room; i++) {
			pid_t *id = &ids[found];

			memcpy(id, entries + (size_t)i * l->entry_size + offset,
			       sizeof(*id));
			found += *id > 0;
		}
		first += (size_t)n;
		if (n < CHUNK || found == room)
			break;
	}
	return n < 0 ? n : (int)found;
}

int device_list_vms(int fd, pid_t *pids, size_t room)
{
	struct list l = { fd, VAMP_IOC_VMS, 0, sizeof(struct vamp_vm_info) };

	return list_ids(&l, offsetof(struct vamp_vm_info, pid), pids, room);
}

int device_list_vcpus(int fd, pid_t pid, pid_t *tids, size_t room)
{
	struct list l = { fd, VAMP_IOC_VCPUS, pid,
			  sizeof(struct vamp_vcpu_info) };

	_Static_assert(sizeof(struct vamp_vcpu_info) <=
			       sizeof(struct vamp_vm_info),
		       "there is room for a chunk of either");
	return list_ids(&l, offsetof(struct vamp_vcpu_info, tid), tids, room);
}

int device_counters(int fd, struct vamp_counters *to)
{
	*to = (struct vamp_counters){ .size = sizeof(*to),
				      .version = VAMP_UAPI_VERSION };
	return ioctl(fd, VAMP_IOC_COUNTERS, to) < 0 ? -errno : 0;
}

static int check_events(const struct vamp_event *events, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (events[i].size != sizeof(*events) ||
		    events[i].version != VAMP_UAPI_VERSION)
			return -EPROTO;
	return (int)count;
}

int device_read_events(int fd, struct vamp_event *events, size_t room)
{
	ssize_t n = read(fd, events, room * sizeof(*events));

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	if (n == 0)
		return -ENODEV;
	if ((size_t)n % sizeof(*events))
		return -EPROTO;
	return check_events(events, (size_t)n / sizeof(*events));
}

int device_input(int fd, int pidfd, uint32_t type, uint32_t code)
{
	struct vamp_input input = {
		.size = sizeof(input),
		.version = VAMP_UAPI_VERSION,
		.pid = -1,
		.pidfd = pidfd,
		.type = type,
		.code = code,
	};

	if (ioctl(fd, VAMP_IOC_INPUT, &input) < 0)
		return -errno;
	return (int)input.result;
}

int device_sound(int fd, pid_t pid, uint32_t vector,
		 const struct vamp_sound_range *ranges, uint32_t count)
{
	struct vamp_sound sound = {
		.size = sizeof(sound),
		.version = VAMP_UAPI_VERSION,
		.pid = pid,
		.vector = vector,
		.nr_ranges = count,
	};

	if (count > VAMP_SOUND_RANGES)
		return -EINVAL;
	if (count)
		memcpy(sound.range, ranges, count * sizeof(*ranges));
	return ioctl(fd, VAMP_IOC_SOUND, &sound) < 0 ? -errno : 0;
}

int device_place(int fd, pid_t pid, const struct vamp_cpus *slow,
		 const struct vamp_cpus *fast)
{
	struct vamp_place place = {
		.size = sizeof(place),
		.version = VAMP_UAPI_VERSION,
		.pid = pid,
	};

	memcpy(place.slow, slow->bits, sizeof(place.slow));
	memcpy(place.fast, fast->bits, sizeof(place.fast));
	return ioctl(fd, VAMP_IOC_PLACE, &place) < 0 ? -errno : 0;
}

int device_output(int fd, pid_t pid)
{
	struct vamp_output output = {
		.size = sizeof(output),
		.version = VAMP_UAPI_VERSION,
		.pid = pid,
	};

	return ioctl(fd, VAMP_IOC_OUTPUT, &output) < 0 ? -errno : 0;
}
