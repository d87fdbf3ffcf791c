// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * events.c - the events that /dev/vamp tells of.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "events.h"
#include "report.h"
#include "util.h"

int events_open(void)
{
	int fd = open(VAMP_DEVICE, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		fail(VAMP_DEVICE ": %s", strerror(errno));
	return fd;
}

void events_close(int fd)
{
	close(fd);
}

static bool wait_for_one(int fd, uint64_t deadline)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	uint64_t now = now_ns();

	return poll(&p, 1,
		    now < deadline ? (deadline - now) / NSEC_PER_MSEC + 1 : 0) >
	       0;
}

bool events_next(int fd, pid_t vm, struct vamp_event *e, uint64_t deadline)
{
	while (wait_for_one(fd, deadline)) {
		if (read(fd, e, sizeof(*e)) != sizeof(*e))
			fail(VAMP_DEVICE " gives no whole event: %s",
			     strerror(errno));
		if (e->type == VAMP_EVENT_LOST)
			fail(VAMP_DEVICE " lost %u events of a reader", e->arg);
		if (e->pid == vm)
			return true;
	}
	return false;
}
