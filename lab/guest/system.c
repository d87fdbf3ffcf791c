// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * system.c - hands the guest over to the systemd of its disk.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "desk.h"
#include "system.h"

#define WORD		"lab.systemd"
#define BROUGHT		"/install"	/* in the initial RAM disk */
#define THERE		"/mnt"
#define INSTALL		"cp -a /mnt/. /"
#define SYSTEMD		"/lib/systemd/systemd"

bool system_wanted(void)
{
	char line[1024] = "";
	int fd = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, line, sizeof(line) - 1) < 0)
		perror("/proc/cmdline");
	if (fd >= 0)
		close(fd);
	return strstr(line, WORD);
}

static bool install(void)
{
	int status = -1;
	pid_t pid;

	if (mount(BROUGHT, DESK THERE, NULL, MS_BIND, NULL))
		return false;
	pid = fork();
	if (!pid)
		desk_exec(INSTALL);
	waitpid(pid, &status, 0);
	umount(DESK THERE);
	return !status;
}

void system_become(void)
{
	if (!desk_mount() || !install())
		return;
	if (chdir(DESK) || mount(".", "/", NULL, MS_MOVE, NULL) ||
	    chroot(".") || chdir("/"))
		return;
	execl(SYSTEMD, "systemd", NULL);
}
