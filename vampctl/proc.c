// SPDX-License-Identifier: GPL-2.0-or-later
#include "proc.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host.h"

#define FIELD_POLICY	41	/* of /proc/PID/stat, from 1 */
#define FIELD_STATE	3	/* the first after the name */

static bool is_called(pid_t pid, const char *name)
{
	char path[64], comm[32];

	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	return !host_line(path, comm, sizeof(comm)) && !strcmp(comm, name);
}

/* 1 yes, 0 no, or -errno. */
static int has_open(pid_t pid, const char *file)
{
	char path[PATH_MAX], target[64];
	struct dirent *entry;
	int found = 0;
	DIR *dir;

	if (host_path(path, sizeof(path), "/proc/%d/fd", pid))
		return -ENAMETOOLONG;
	dir = opendir(path);
	if (!dir)
		return -errno;
	while (!found && (entry = readdir(dir))) {
		ssize_t n = readlinkat(dirfd(dir), entry->d_name, target,
				       sizeof(target) - 1);

		target[n > 0 ? n : 0] = '\0';
		found = !strcmp(target, file);
	}
	closedir(dir);
	return found;
}

pid_t proc_find(const char *name, const char *holds)
{
	char path[PATH_MAX];
	struct dirent *entry;
	int found = 0, err = 0;
	DIR *dir;

	if (host_path(path, sizeof(path), "/proc"))
		return -ENAMETOOLONG;
	dir = opendir(path);
	if (!dir)
		return -errno;
	while (!found && (entry = readdir(dir))) {
		pid_t pid = atoi(entry->d_name);
		int has = pid > 0 && is_called(pid, name) ?
				  has_open(pid, holds) :
				  0;

		if (has > 0)
			found = pid;
		else if (has == -EACCES || has == -EPERM)
			err = -EACCES;
	}
	closedir(dir);
	return found ? found : err;
}

/* The name is in parentheses and may have anything in it, these too. */
static const char *after_name(const char *stat)
{
	const char *end = strrchr(stat, ')');

	return end && end[1] == ' ' ? end + 2 : NULL;
}

static const char *skip_fields(const char *s, int count)
{
	while (s && count--) {
		s = strchr(s, ' ');
		if (s)
			s++;
	}
	return s;
}

int proc_policy(pid_t pid, pid_t tid)
{
	char path[64], stat[1024];
	const char *field;
	int err;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", pid, tid);
	err = host_line(path, stat, sizeof(stat));
	if (err)
		return err;
	field = skip_fields(after_name(stat), FIELD_POLICY - FIELD_STATE);
	return field && *field >= '0' && *field <= '9' ? atoi(field) : -EPROTO;
}

int proc_count_cpus(const char *list)
{
	char *end;
	int count = 0;

	for (;; list = end + 1) {
		long first = strtol(list, &end, 10), last = first;

		if (end == list || first < 0)
			return -EPROTO;
		if (*end == '-') {
			list = end + 1;
			last = strtol(list, &end, 10);
		}
		if (end == list || last < first || last > 65535)
			return -EPROTO;
		count += (int)(last - first) + 1;
		if (*end != ',')
			return *end ? -EPROTO : count;
	}
}

int proc_cpus_allowed(pid_t pid, pid_t tid)
{
	static const char key[] = "\nCpus_allowed_list:\t";
	char path[64], status[8192], *list;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/status", pid, tid);
	n = host_read(path, status, sizeof(status));
	if (n < 0)
		return (int)n;
	list = strstr(status, key);
	if (!list)
		return -EPROTO;
	list += strlen(key);
	list[strcspn(list, "\n")] = '\0';
	return proc_count_cpus(list);
}
