// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * init.c - the guest's first process: mounts, modules, channel, agent.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include "guest.h"
#include "system.h"

static void mount_at(const char *type, const char *where)
{
	mkdir(where, 0755);
	if (mount(type, where, type, 0, NULL))
		perror(where);
}

static void load_module(const char *name)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/modules/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || syscall(SYS_finit_module, fd, "", 0))
		perror(path);
	if (fd >= 0)
		close(fd);
}

static void load_modules(void)
{
	FILE *list = fopen("/modules/list", "re");
	char name[96];

	if (!list)
		return;
	while (fscanf(list, "%95s", name) == 1)
		load_module(name);
	fclose(list);
}

static int open_channel(void)
{
	int fd = open(CHANNEL, O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct termios t;

	if (fd < 0 || tcgetattr(fd, &t))
		return -1;
	cfmakeraw(&t);
	cfsetspeed(&t, B115200);
	t.c_cflag |= CLOCAL;
	return tcsetattr(fd, TCSANOW, &t) ? -1 : fd;
}

int serve_main(void)
{
	int channel = open_channel();

	if (channel < 0)
		perror(CHANNEL);
	else
		agent_serve(channel);
	sync();
	reboot(RB_POWER_OFF);
	return 1;
}

int init_main(void)
{
	mount_at("proc", "/proc");
	mount_at("sysfs", "/sys");
	mount_at("devtmpfs", "/dev");
	load_modules();
	if (!system_wanted())
		return serve_main();
	system_become();
	perror("systemd");
	reboot(RB_POWER_OFF);
	return 1;
}
