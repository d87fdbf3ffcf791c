// SPDX-License-Identifier: GPL-2.0-or-later
#include "cgroup.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"

#define V1		"/sys/fs/cgroup/cpu"
#define V2		"/sys/fs/cgroup"
#define V2_BESIDE_V1	"/sys/fs/cgroup/unified"

/* Is "cpu" one of the controllers "cpu,cpuacct"? */
static bool names_cpu(const char *controllers)
{
	size_t size;

	for (;; controllers += size + 1) {
		size = strcspn(controllers, ",");
		if (size == 3 && !strncmp(controllers, "cpu", 3))
			return true;
		if (!controllers[size])
			return false;
	}
}

/* A line is ID:CONTROLLERS:PATH; true if it is the one that counts so far. */
static bool take_line(char *line, struct cgroup *g)
{
	char *controllers = strchr(line, ':'), *path;

	if (!controllers)
		return false;
	*controllers++ = '\0';
	path = strchr(controllers, ':');
	if (!path)
		return false;
	*path++ = '\0';
	if (*controllers && !names_cpu(controllers))
		return false;
	g->version = *controllers ? 1 : 2;
	snprintf(g->path, sizeof(g->path), "%s", path);
	return true;
}

/* A hierarchy of v1 that has the CPU controller leaves v2 without. */
static int parse(char *text, struct cgroup *g)
{
	char *save, *line;
	int err = -ENOENT;

	for (line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		struct cgroup one;

		if (!take_line(line, &one))
			continue;
		*g = one;
		err = 0;
		if (g->version == 1)
			break;
	}
	return err;
}

bool cgroup_same(const struct cgroup *a, const struct cgroup *b)
{
	return a->version == b->version && !strcmp(a->path, b->path);
}

void cgroup_parent(const struct cgroup *g, struct cgroup *parent)
{
	char *slash;

	*parent = *g;
	slash = strrchr(parent->path, '/');
	if (slash)
		slash[slash == parent->path] = '\0';
}

const char *cgroup_mount(const struct cgroup *g)
{
	if (g->version == 1)
		return V1;
	return host_exists(V2 "/cgroup.controllers") ? V2 : V2_BESIDE_V1;
}

static bool has_share(const struct cgroup *g)
{
	char file[CGROUP_PATH + 64];

	snprintf(file, sizeof(file), "%s%s/cpu.weight", cgroup_mount(g),
		 g->path);
	return host_exists(file);
}

int cgroup_of(pid_t pid, pid_t tid, struct cgroup *g)
{
	char path[64], text[8192];
	ssize_t n;
	int err;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/cgroup", pid, tid);
	n = host_read(path, text, sizeof(text));
	if (n < 0)
		return n == -ENOENT ? -ESRCH : (int)n;
	err = parse(text, g);
	if (err)
		return err;
	if (g->path[0] != '/' || !strncmp(g->path, "/..", 3))
		return -EPROTO;
	while (g->version == 2 && !cgroup_is_root(g) && !has_share(g))
		cgroup_parent(g, g);
	return 0;
}

int cgroup_count_others(const struct cgroup *g, pid_t pid)
{
	char path[CGROUP_PATH + 64], text[16384], *save, *line;
	int count = 0;
	ssize_t n;

	snprintf(path, sizeof(path), "%s%s/cgroup.procs", cgroup_mount(g),
		 g->path);
	n = host_read(path, text, sizeof(text));
	if (n < 0)
		return (int)n;
	for (line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		count += atoi(line) != pid;
	return count;
}
