// SPDX-License-Identifier: GPL-2.0-or-later
#include "device.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define CHUNK 256

int device_open(const char *path)
{
	int fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

void device_close(int fd)
{
	if (fd >= 0)
		close(fd);
}

/* Entries @first and on into @infos: count or -errno. */
static int list_chunk(int fd, struct vamp_vm_info *infos, size_t first)
{
	struct vamp_list list = {
		.size = sizeof(list),
		.version = VAMP_UAPI_VERSION,
		.first = (uint32_t)first,
		.capacity = CHUNK,
		.entry_size = sizeof(*infos),
		.entries = (uintptr_t)infos,
	};

	if (ioctl(fd, VAMP_IOC_VMS, &list) < 0)
		return -errno;
	return list.count <= CHUNK ? (int)list.count : -EPROTO;
}

int device_list_vms(int fd, pid_t *pids, size_t room)
{
	struct vamp_vm_info infos[CHUNK];
	size_t first = 0, found = 0;
	int n;

	while ((n = list_chunk(fd, infos, first)) > 0) {
		for (int i = 0; i < n && found < room; i++)
			if (infos[i].pid > 0)
				pids[found++] = infos[i].pid;
		first += (size_t)n;
		if (n < CHUNK || found == room)
			break;
	}
	return n < 0 ? n : (int)found;
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
