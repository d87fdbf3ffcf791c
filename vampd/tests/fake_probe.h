/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fake_probe.h - stands in for probe.c: counts, attaches nothing. */
#ifndef VAMPD_FAKE_PROBE_H
#define VAMPD_FAKE_PROBE_H

#include <errno.h>

#include "probe.h"

static int attached, watched;
static int refuse;		/* errno of the next attachments */
static uint64_t last_binary;	/* of the last probe_watch() */
static int no_ports = ENOENT;	/* errno of probe_watch_ports(), or 0 */

struct bpf_link *probe_attach(int fd, uint64_t offset, uint64_t id)
{
	(void)fd;
	assert_true(offset > 0);
	if (refuse) {
		errno = refuse;
		return NULL;
	}
	attached++;
	return (struct bpf_link *)(uintptr_t)id;
}

void probe_detach(struct bpf_link *link)
{
	assert_non_null(link);
	attached--;
}

static inline void forget_fake(void)
{
	refuse = 0;
	no_ports = ENOENT;
	last_binary = 0;
}

int probe_watch(pid_t pid, uint64_t id)
{
	assert_true(pid > 0);
	last_binary = id;
	watched++;
	return 0;
}

int probe_watch_ports(pid_t pid)
{
	assert_true(pid > 0);
	if (no_ports)
		return -no_ports;
	watched++;
	return 0;
}

void probe_unwatch(pid_t pid)
{
	(void)pid;
	watched--;
}

#endif /* VAMPD_FAKE_PROBE_H */
