// SPDX-License-Identifier: GPL-2.0-or-later
#include "host.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *root = "";

void host_set_root(const char *dir)
{
	root = dir;
}

int host_path(char *to, size_t size, const char *path, ...)
{
	int head = snprintf(to, size, "%s", root), tail;
	va_list ap;

	if (head < 0 || (size_t)head >= size)
		return -ENAMETOOLONG;
	va_start(ap, path);
	tail = vsnprintf(to + head, size - (size_t)head, path, ap);
	va_end(ap);
	return tail < 0 || (size_t)(head + tail) >= size ? -ENAMETOOLONG : 0;
}

int host_open(const char *path, int flags)
{
	char real[PATH_MAX];
	int fd;

	if (host_path(real, sizeof(real), "%s", path))
		return -ENAMETOOLONG;
	fd = open(real, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

bool host_exists(const char *path)
{
	char real[PATH_MAX];

	return !host_path(real, sizeof(real), "%s", path) &&
	       !access(real, F_OK);
}

/* Files of /proc come in pieces. */
static ssize_t read_all(int fd, char *to, size_t size)
{
	size_t got = 0;
	ssize_t n;

	while (got < size) {
		n = read(fd, to + got, size - got);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			break;
		got += (size_t)n;
	}
	return (ssize_t)got;
}

ssize_t host_read(const char *path, char *to, size_t size)
{
	int fd = host_open(path, O_RDONLY);
	ssize_t n;

	if (fd < 0)
		return fd;
	n = read_all(fd, to, size - 1);
	close(fd);
	if (n >= 0)
		to[n] = '\0';
	return n;
}

int host_line(const char *path, char *to, size_t size)
{
	ssize_t n = host_read(path, to, size);

	if (n < 0)
		return (int)n;
	to[strcspn(to, "\n")] = '\0';
	return 0;
}

int host_number(const char *path, long *number)
{
	char text[32], *end;
	int err = host_line(path, text, sizeof(text));

	if (err)
		return err;
	if (!strcmp(text, "Y") || !strcmp(text, "N")) {
		*number = text[0] == 'Y';
		return 0;
	}
	errno = 0;
	*number = strtol(text, &end, 10);
	return errno || end == text ? -EPROTO : 0;
}

int host_write(const char *path, const char *text)
{
	int fd = host_open(path, O_WRONLY);
	size_t size = strlen(text);
	ssize_t n;
	int err = 0;

	if (fd < 0)
		return fd;
	n = write(fd, text, size);
	if (n < 0)
		err = -errno;
	else if ((size_t)n != size)
		err = -EIO;
	close(fd);
	return err;
}
