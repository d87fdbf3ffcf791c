// SPDX-License-Identifier: GPL-2.0-or-later
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_MAX	(16u << 20)

static const char *root = "";

void files_set_root(const char *dir)
{
	root = dir;
}

bool files_are_elsewhere(void)
{
	return *root;
}

int files_path(char *to, size_t size, const char *path, ...)
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

int files_open(const char *path, int flags)
{
	char real[PATH_MAX];
	int fd;

	if (files_path(real, sizeof(real), "%s", path))
		return -ENAMETOOLONG;
	fd = open(real, flags | O_CLOEXEC, 0644);
	return fd < 0 ? -errno : fd;
}

bool files_exist(const char *path)
{
	char real[PATH_MAX];

	return !files_path(real, sizeof(real), "%s", path) &&
	       !access(real, F_OK);
}

DIR *files_dir(const char *path)
{
	char real[PATH_MAX];

	if (files_path(real, sizeof(real), "%s", path)) {
		errno = ENAMETOOLONG;
		return NULL;
	}
	return opendir(real);
}

/* Files of /proc come in pieces. */
static ssize_t read_some(int fd, char *to, size_t size)
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

ssize_t files_read(const char *path, char *to, size_t size)
{
	int fd = files_open(path, O_RDONLY);
	ssize_t n;

	if (fd < 0)
		return fd;
	n = read_some(fd, to, size - 1);
	close(fd);
	if (n >= 0)
		to[n] = '\0';
	return n;
}

static char *read_growing(int fd)
{
	size_t room = 4096, used = 0;
	char *text = malloc(room), *more;
	ssize_t n;

	while (text && (n = read_some(fd, text + used, room - used - 1)) > 0) {
		used += (size_t)n;
		if (used + 1 < room)
			continue;
		room *= 2;
		more = room > FILE_MAX ? NULL : realloc(text, room);
		if (!more) {
			free(text);
			errno = EFBIG;
			return NULL;
		}
		text = more;
	}
	if (text)
		text[used] = '\0';
	return text;
}

char *files_read_all(const char *path)
{
	int fd = files_open(path, O_RDONLY);
	char *text;

	if (fd < 0) {
		errno = -fd;
		return NULL;
	}
	text = read_growing(fd);
	close(fd);
	return text;
}

int files_line(const char *path, char *to, size_t size)
{
	ssize_t n = files_read(path, to, size);

	if (n < 0)
		return (int)n;
	to[strcspn(to, "\n")] = '\0';
	return 0;
}

static int write_all(int fd, const char *text, size_t size)
{
	ssize_t n = write(fd, text, size);

	if (n < 0)
		return -errno;
	return (size_t)n == size ? 0 : -EIO;
}

int files_write(const char *path, const char *text)
{
	int fd = files_open(path, O_WRONLY | O_TRUNC), err;

	if (fd < 0)
		return fd;
	err = write_all(fd, text, strlen(text));
	close(fd);
	return err;
}

static int rename_file(const char *from, const char *to)
{
	char a[PATH_MAX], b[PATH_MAX];

	if (files_path(a, sizeof(a), "%s", from) ||
	    files_path(b, sizeof(b), "%s", to))
		return -ENAMETOOLONG;
	return rename(a, b) ? -errno : 0;
}

int files_replace(const char *path, const char *text, size_t size)
{
	char new[PATH_MAX];
	int fd, err;

	snprintf(new, sizeof(new), "%s.new", path);
	fd = files_open(new, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW);
	if (fd < 0)
		return fd;
	err = write_all(fd, text, size);
	close(fd);
	return err ? err : rename_file(new, path);
}

int files_remove(const char *path)
{
	char real[PATH_MAX];

	if (files_path(real, sizeof(real), "%s", path))
		return -ENAMETOOLONG;
	return unlink(real) && errno != ENOENT ? -errno : 0;
}

int files_cpus(const char *path, struct vamp_cpus *cpus)
{
	char list[VAMP_CHANNEL_LINE];
	int err = files_line(path, list, sizeof(list));

	return err ? err : vamp_cpus_parse(cpus, list);
}

static bool has_word(const char *line, const char *word)
{
	size_t n = strlen(word), end = strcspn(line, "\n");

	for (const char *p = line; (p = strstr(p, word)) && p < line + end; p++)
		if (p[-1] == ' ' && (!p[n] || p[n] == ' ' || p[n] == '\n'))
			return true;
	return false;
}

bool files_cpu_flag(const char *flag)
{
	char *text = files_read_all("/proc/cpuinfo"), *line;
	bool has = false;

	if (!text)
		return false;
	line = strstr(text, "\nflags");
	if (line)
		has = has_word(line + 1, flag);
	free(text);
	return has;
}
