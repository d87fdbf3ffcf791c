// SPDX-License-Identifier: GPL-2.0-or-later
#include "group.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "files.h"

#define TREE		"/sys/fs/cgroup"
#define AUTOGROUP	"/proc/sys/kernel/sched_autogroup_enabled"

int group_path(pid_t tgid, pid_t tid, char *path, size_t size)
{
	char file[64], text[PATH_MAX], *line;
	ssize_t n;

	snprintf(file, sizeof(file), "/proc/%d/task/%d/cgroup", tgid, tid);
	n = files_read(file, text, sizeof(text));
	line = n < 0 ? NULL : strstr(text, "0::/");
	if (!line || (line > text && line[-1] != '\n'))
		return -ENOENT;
	line[strcspn(line, "\n")] = '\0';
	n = snprintf(path, size, "%s", strcmp(line, "0::/") ? line + 3 : "");
	return n < 0 || (size_t)n >= size ? -ENAMETOOLONG : 0;
}

int group_cpus(pid_t tgid, pid_t tid, struct vamp_cpus *cpus)
{
	char group[PATH_MAX / 2], file[PATH_MAX];
	int err = group_path(tgid, tid, group, sizeof(group));

	while (!err) {
		snprintf(file, sizeof(file), TREE "%s/cpuset.cpus.effective",
			 group);
		if (!files_cpus(file, cpus) || !group[0])
			return 0;
		*strrchr(group, '/') = '\0';
	}
	return err;
}

/* The root has no such file. */
static bool has_weight(const char *group)
{
	char file[PATH_MAX];

	snprintf(file, sizeof(file), TREE "%s/cpu.weight", group);
	return files_exist(file);
}

static bool autogroups(void)
{
	char text[8];

	return !files_line(AUTOGROUP, text, sizeof(text)) && text[0] == '1';
}

/* A cgroup of its own is an application's; one further up is that of many. */
bool group_is_apart(pid_t pid)
{
	char group[PATH_MAX / 2];

	if (group_path(pid, pid, group, sizeof(group)))
		return autogroups();
	if (has_weight(group))
		return true;
	while (group[0]) {
		*strrchr(group, '/') = '\0';
		if (has_weight(group))
			return false;
	}
	return autogroups();
}
