// SPDX-License-Identifier: GPL-2.0-or-later
#include "monitor.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "paths.h"

static int open_directory(pid_t pid, const char *which)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/%d/%s", paths.proc, pid, which);
	fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int open_beneath(int directory, const char *path, uint64_t resolve)
{
	struct open_how how = {
		.flags = O_PATH | O_CLOEXEC,
		.resolve = resolve | RESOLVE_NO_MAGICLINKS,
	};
	long fd = syscall(SYS_openat2, directory, path, &how, sizeof(how));

	return fd < 0 ? -errno : (int)fd;
}

/* What its root is to it is a directory to us, which no link must leave. */
static int open_path(pid_t pid, const char *path)
{
	int absolute = path[0] == '/';
	int directory = open_directory(pid, absolute ? "root" : "cwd");
	int fd;

	if (directory < 0)
		return directory;
	fd = open_beneath(directory, path,
			  absolute ? RESOLVE_IN_ROOT : RESOLVE_BENEATH);
	close(directory);
	return fd;
}

static int check_peer(int fd, pid_t pid)
{
	socklen_t size = sizeof(struct ucred);
	struct ucred peer;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size))
		return -errno;
	return peer.pid == pid ? 0 : -EREMOTE;
}

/* By the open file: its path may be too long for a socket's address. */
static int connect_to(int fd, int file)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };

	snprintf(to.sun_path, sizeof(to.sun_path), "/proc/self/fd/%d", file);
	if (!connect(fd, (struct sockaddr *)&to, sizeof(to)))
		return 0;
	return errno == EAGAIN ? -EBUSY : -errno;
}

static int connect_checked(int file, pid_t pid)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int err;

	if (fd < 0)
		return -errno;
	err = connect_to(fd, file);
	if (!err)
		err = check_peer(fd, pid);
	if (!err)
		return fd;
	close(fd);
	return err;
}

int monitor_connect(pid_t pid, const char *path)
{
	int file = open_path(pid, path);
	struct stat st;
	int fd;

	if (file < 0)
		return file;
	if (fstat(file, &st) || !S_ISSOCK(st.st_mode))
		fd = -ENOTSOCK;
	else
		fd = connect_checked(file, pid);
	close(file);
	return fd;
}
