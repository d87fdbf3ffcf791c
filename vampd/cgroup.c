// SPDX-License-Identifier: GPL-2.0-or-later
#include "cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "paths.h"

#define SHARES_MAX	262144
#define WEIGHT_MAX	10000
#define CPUS_MAX	8192

const char *cgroup_leaf(const char *group)
{
	const char *slash = strrchr(group, '/');

	return slash ? slash + 1 : group;
}

void cgroup_parent(const char *group, char to[CGROUP_PATH])
{
	size_t size = (size_t)(cgroup_leaf(group) - group);

	size -= size > 1;
	memmove(to, group, size);
	to[size] = '\0';
}

static void file_of(const struct cgroup_tree *tree, const char *group,
		    const char *file, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s%s/%s", tree->root, group, file);
}

/* Bytes without the line's end, or -errno. */
static ssize_t read_file(const struct cgroup_tree *tree, const char *group,
			 const char *file, char *to, size_t room)
{
	char path[PATH_MAX];
	ssize_t n;
	int fd;

	file_of(tree, group, file, path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = read(fd, to, room - 1);
	if (n < 0)
		n = -errno;
	close(fd);
	to[n > 0 ? n : 0] = '\0';
	to[strcspn(to, "\n")] = '\0';
	return n;
}

/* A tree of a test keeps all that is written. */
static int write_file(const struct cgroup_tree *tree, const char *group,
		      const char *file, const char *text)
{
	char path[PATH_MAX];
	int fd, err = 0;

	file_of(tree, group, file, path);
	fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		err = -errno;
	close(fd);
	return err;
}

bool cgroup_exists(const struct cgroup_tree *tree, const char *group)
{
	char path[PATH_MAX];
	struct stat st;

	file_of(tree, group, "", path);
	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

static bool has_file(const struct cgroup_tree *tree, const char *group,
		     const char *file)
{
	char path[PATH_MAX];

	file_of(tree, group, file, path);
	return !access(path, F_OK);
}

/* Is "cpu" one of "cpu,cpuacct"? */
static bool has_cpu(const char *controllers)
{
	const char *p = controllers;

	while (p) {
		if (!strncmp(p, "cpu", 3) && (!p[3] || p[3] == ','))
			return true;
		p = strchr(p, ',');
		p += !!p;
	}
	return false;
}

static int set_root(struct cgroup_tree *tree, enum cgroup_version version,
		    const char *below)
{
	int n = snprintf(tree->root, sizeof(tree->root), "%s%s%s", paths.cgroup,
			 *below ? "/" : "", below);

	tree->version = version;
	return n < (int)sizeof(tree->root) ? 0 : -ENAMETOOLONG;
}

/* The usual places; "cpu" is a link to "cpu,cpuacct" where they go together. */
static int find_v1(struct cgroup_tree *tree, const char *controllers)
{
	int err = set_root(tree, CGROUP_V1, controllers);

	if (!err && !has_file(tree, "", "tasks"))
		err = set_root(tree, CGROUP_V1, "cpu");
	if (!err && !has_file(tree, "", "tasks"))
		err = -ENODEV;
	return err;
}

static int find_v2(struct cgroup_tree *tree)
{
	int err = set_root(tree, CGROUP_V2, "");

	if (!err && !has_file(tree, "", "cgroup.controllers"))
		err = -ENODEV;
	return err;
}

static int take_group(const char *text, char group[CGROUP_PATH])
{
	size_t size = strcspn(text, "\n");

	if (size >= CGROUP_PATH)
		return -ENAMETOOLONG;
	memcpy(group, text, size);
	group[size] = '\0';
	if (group[0] != '/' || strstr(group, "/.."))
		return -EXDEV;
	return 0;
}

/* "4:cpu,cpuacct:/a/b" or "0::/a/b"; 1: neither. */
static int take_line(char *line, struct cgroup_tree *tree,
		     char group[CGROUP_PATH])
{
	char *controllers = strchr(line, ':'), *path;
	int err;

	path = controllers ? strchr(controllers + 1, ':') : NULL;
	if (!path)
		return 1;
	*path++ = '\0';
	controllers++;
	if (has_cpu(controllers))
		err = find_v1(tree, controllers);
	else if (!*controllers && !strncmp(line, "0:", 2))
		err = find_v2(tree);
	else
		return 1;
	return err ? err : take_group(path, group);
}

/* Version 1 comes first where there are both: then it has the controller. */
static int read_lines(FILE *f, struct cgroup_tree *tree,
		      char group[CGROUP_PATH])
{
	int err = -ENODEV, now = 1;
	char *line = NULL;
	size_t room = 0;

	while (now && getline(&line, &room, f) > 0) {
		now = take_line(line, tree, group);
		if (now <= 0)
			err = now;
	}
	free(line);
	return err;
}

/* In version 2 the weight of a group counts where its parent says so. */
static void climb(const struct cgroup_tree *tree, char group[CGROUP_PATH])
{
	while (group[1] && !has_file(tree, group, "cpu.weight"))
		cgroup_parent(group, group);
}

int cgroup_of_thread(pid_t pid, pid_t tid, struct cgroup_tree *tree,
		     char group[CGROUP_PATH])
{
	char path[PATH_MAX];
	FILE *f;
	int err;

	snprintf(path, sizeof(path), "%s/%d/task/%d/cgroup", paths.proc, pid,
		 tid);
	f = fopen(path, "re");
	if (!f)
		return -errno;
	err = read_lines(f, tree, group);
	fclose(f);
	if (!err && tree->version == CGROUP_V2)
		climb(tree, group);
	return err;
}

/* Does a file say something else than @usual? One that is not there does not. */
static bool differs(const struct cgroup_tree *tree, const char *group,
		    const char *file, const char *usual)
{
	char text[CGROUP_TEXT];

	if (read_file(tree, group, file, text, sizeof(text)) < 0)
		return false;
	return strncmp(text, usual, strlen(usual)) != 0;
}

static unsigned int read_weight(const struct cgroup_tree *tree,
				const char *group)
{
	bool v1 = tree->version == CGROUP_V1;
	char text[CGROUP_TEXT];

	if (read_file(tree, group, v1 ? "cpu.shares" : "cpu.weight", text,
		      sizeof(text)) <= 0)
		return v1 ? 1024 : 100;
	return (unsigned int)strtoul(text, NULL, 10);
}

int cgroup_read(const struct cgroup_tree *tree, const char *group,
		struct cgroup_settings *s)
{
	bool v1 = tree->version == CGROUP_V1;

	if (!cgroup_exists(tree, group))
		return -ENOENT;
	*s = (struct cgroup_settings){ .is_threaded = true };
	s->weight = read_weight(tree, group);
	s->has_quota = v1 ? differs(tree, group, "cpu.cfs_quota_us", "-1") :
			    differs(tree, group, "cpu.max", "max");
	s->is_special = differs(tree, group, "cpu.idle", "0") ||
			differs(tree, group, "cpu.uclamp.min", "0.00") ||
			differs(tree, group, "cpu.uclamp.max", "max");
	if (v1)
		return 0;
	s->is_threaded = !differs(tree, group, "cgroup.type", "threaded");
	if (read_file(tree, group, "cpuset.mems", s->mems, sizeof(s->mems)) < 0)
		s->mems[0] = '\0';
	return 0;
}

static int set_up(const struct cgroup_tree *tree, const char *group,
		  const struct cgroup_settings *s)
{
	bool v1 = tree->version == CGROUP_V1;
	unsigned int most = v1 ? SHARES_MAX : WEIGHT_MAX;
	char text[16];
	int err = 0;

	if (!v1)
		err = write_file(tree, group, "cgroup.type", "threaded");
	if (!err && s->mems[0])
		err = write_file(tree, group, "cpuset.mems", s->mems);
	snprintf(text, sizeof(text), "%u", s->weight < most ? s->weight : most);
	return err ? err :
		     write_file(tree, group, v1 ? "cpu.shares" : "cpu.weight",
				text);
}

int cgroup_make(const struct cgroup_tree *tree, const char *group,
		const struct cgroup_settings *s)
{
	bool is_new;
	char path[PATH_MAX];
	int err;

	file_of(tree, group, "", path);
	is_new = !mkdir(path, 0755);
	if (!is_new && errno != EEXIST)
		return -errno;
	err = set_up(tree, group, s);
	if (err && is_new)
		rmdir(path);
	return err;
}

int cgroup_remove(const struct cgroup_tree *tree, const char *group)
{
	char path[PATH_MAX];

	file_of(tree, group, "", path);
	return rmdir(path) ? -errno : 0;
}

/*
 * Version 2's cpuset may widen or narrow what a thread was pinned to when it
 * changes groups: what it had is set again, as far as the new group allows.
 */
static int move_pinned(const struct cgroup_tree *tree, pid_t tid,
		       const char *group, const char *text)
{
	size_t size = CPU_ALLOC_SIZE(CPUS_MAX);
	cpu_set_t *set = CPU_ALLOC(CPUS_MAX);
	bool known = set && !sched_getaffinity(tid, size, set);
	int err = write_file(tree, group, "cgroup.threads", text);

	if (!err && known)
		sched_setaffinity(tid, size, set);
	CPU_FREE(set);
	return err;
}

int cgroup_move(const struct cgroup_tree *tree, pid_t tid, const char *group)
{
	char text[16];

	snprintf(text, sizeof(text), "%d\n", tid);
	if (tree->version == CGROUP_V1)
		return write_file(tree, group, "tasks", text);
	return move_pinned(tree, tid, group, text);
}
