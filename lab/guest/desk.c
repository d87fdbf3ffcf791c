// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * desk.c - a real desktop inside the guest.
 *
 * The disk is read only and the same for all VMs; what is written goes to memory.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "desk.h"

#define DISK		"/dev/vda"
#define BASE		"/desk.base"
#define CHANGES		"/desk.changes"
#define SESSION		"exec /lab/session"
#define READY_MS	240000

/* It says on its standard output that it is up. */
static bool is_up(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char text[64];

	return poll(&p, 1, READY_MS) > 0 && read(fd, text, sizeof(text)) > 0;
}

static bool mount_overlay(void)
{
	mkdir(BASE, 0755);
	mkdir(CHANGES, 0755);
	mkdir(DESK, 0755);
	if (mount(DISK, BASE, "ext4", MS_RDONLY, NULL) ||
	    mount("tmpfs", CHANGES, "tmpfs", 0, NULL))
		return false;
	mkdir(CHANGES "/upper", 0755);
	mkdir(CHANGES "/work", 0755);
	return !mount("overlay", DESK, "overlay", 0,
		      "lowerdir=" BASE ",upperdir=" CHANGES
		      "/upper,workdir=" CHANGES "/work");
}

static bool bind(const char *what)
{
	char where[64];

	snprintf(where, sizeof(where), DESK "%s", what);
	return !mount(what, where, NULL, MS_BIND, NULL);
}

bool desk_mount(void)
{
	static bool done;

	if (!done)
		done = mount_overlay() && bind("/dev") && bind("/proc") &&
		       bind("/sys");
	return done;
}

void desk_exec(const char *script)
{
	if (chroot(DESK) || chdir("/root"))
		_exit(126);
	clearenv();
	setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
	setenv("HOME", "/root", 1);
	execl("/bin/sh", "sh", "-c", script, NULL);
	_exit(127);
}

bool desk_start(void)
{
	bool up;
	int fd[2];

	if (!desk_mount() || pipe(fd))
		return false;
	if (!fork()) {
		setsid();
		dup2(fd[1], 1);
		close(fd[0]);
		close(fd[1]);
		desk_exec(SESSION);
	}
	close(fd[1]);
	up = is_up(fd[0]);
	close(fd[0]);
	return up;
}
