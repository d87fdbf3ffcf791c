// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * mounts.c - mounts of the emulated host's first process.
 */
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "mounts.h"

#define LINE	4096

void mount_at(const char *what, const char *where, const char *type,
	      unsigned long flags, const char *options)
{
	mkdir(where, 0755);
	if (mount(what, where, type, flags, options))
		perror(where);
}

void mount_kernel(void)
{
	mount_at("proc", "/proc", "proc", 0, NULL);
	mount_at("sysfs", "/sys", "sysfs", 0, NULL);
	mount_at("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	mount_at("tmpfs", "/dev/shm", "tmpfs", 0, NULL);
	mount_at("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);
	mount_at("tracefs", "/sys/kernel/tracing", "tracefs", 0, NULL);
	mount_at("cgroup2", "/sys/fs/cgroup", "cgroup2", 0, NULL);
	mount_at("bpf", "/sys/fs/bpf", "bpf", 0, NULL);
}

void mount_again(const char *root)
{
	static const char *const all[] = { "/proc", "/sys", "/dev" };
	char where[64];

	for (unsigned int i = 0; i < sizeof(all) / sizeof(*all); i++) {
		snprintf(where, sizeof(where), "%s%s", root, all[i]);
		mount_at(all[i], where, NULL, MS_BIND | MS_REC, NULL);
	}
}

void make_path(const char *path)
{
	char part[LINE];

	snprintf(part, sizeof(part), "%s", path);
	for (char *p = part + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = 0;
		mkdir(part, 0755);
		*p = '/';
	}
	mkdir(part, 0755);
}
