// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * extension.c - starts and ends vamp-guest.
 *
 * A distribution's udev makes /dev/virtio-ports, and its systemd the rest; here
 * it is made by hand.
 */
#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "extension.h"

#define PROGRAM	"/usr/sbin/vamp-guest"
#define PORTS	"/sys/class/virtio-ports"
#define LINKS	"/dev/virtio-ports"
#define OPTIONS	16
#define NOTIFY	"vamp-lab"		/* abstract, as sd_notify(3) has it */
#define NICE		-15			/* as vamp-guest.service has it */
#define READY_MS	45000		/* it loads a BPF program first */

static pid_t extension;

static void link_port(const char *device)
{
	char path[320], target[320], name[128] = "";
	FILE *f;

	snprintf(path, sizeof(path), PORTS "/%s/name", device);
	f = fopen(path, "re");
	if (!f)
		return;
	if (fscanf(f, "%127s", name) == 1) {
		snprintf(path, sizeof(path), LINKS "/%s", name);
		snprintf(target, sizeof(target), "/dev/%s", device);
		symlink(target, path);
	}
	fclose(f);
}

static void link_ports(void)
{
	DIR *dir = opendir(PORTS);
	struct dirent *e;

	mkdir(LINKS, 0755);
	while (dir && (e = readdir(dir)))
		if (e->d_name[0] != '.')
			link_port(e->d_name);
	if (dir)
		closedir(dir);
}

/* Where it says that it is ready. */
static int notify_socket(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	strcpy(a.sun_path + 1, NOTIFY);
	bind(fd, (struct sockaddr *)&a,
	     offsetof(struct sockaddr_un, sun_path) + sizeof(NOTIFY));
	return fd;
}

static bool is_ready(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char text[256];
	ssize_t n;

	while (poll(&p, 1, READY_MS) > 0) {
		n = recv(fd, text, sizeof(text) - 1, 0);
		text[n > 0 ? n : 0] = 0;
		if (strstr(text, "READY=1"))
			return true;
	}
	return false;
}

/* Ports may come and go, the rest is once for a boot. */
void extension_prepare(void)
{
	static bool done;

	link_ports();
	if (done)
		return;
	done = true;
	mkdir("/run", 0755);
	if (mount("cgroup2", "/sys/fs/cgroup", "cgroup2", 0, NULL))
		perror("/sys/fs/cgroup");
}

static void become_extension(char *options)
{
	char *argv[OPTIONS + 3] = { "vamp-guest", "run" }, *rest = NULL, *word;
	unsigned int n = 2;

	while ((word = strtok_r(n == 2 ? options : NULL, " ", &rest)) &&
	       n < OPTIONS + 2)
		argv[n++] = word;
	setenv("NOTIFY_SOCKET", "@" NOTIFY, 1);
	setpriority(PRIO_PROCESS, 0, NICE);
	execv(PROGRAM, argv);
	perror(PROGRAM);
	_exit(127);
}

bool extension_start(char *options)
{
	bool ready;
	int fd;

	if (extension || access(PROGRAM, X_OK))
		return false;
	extension_prepare();
	fd = notify_socket();
	extension = fork();
	if (!extension)
		become_extension(options);
	ready = is_ready(fd);
	close(fd);
	return ready;
}

bool extension_signal(int sig)
{
	return extension > 0 && !kill(extension, sig);
}

int extension_end(int sig)
{
	int status;

	if (extension <= 0)
		return -1;
	kill(extension, sig);
	waitpid(extension, &status, 0);
	extension = 0;
	return status;
}
