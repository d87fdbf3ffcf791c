// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * places.c - where threads and interrupts may run, as a text to compare.
 *
 * Lines of a thread (its affinity, nice and cgroup), a cgroup (its cpuset) and an
 * interrupt. Not of kernel threads, which come and go, and not of vamp-guest and the
 * cgroup of its service. Threads may come, but those that were there stay as they
 * were.
 */
#include <ctype.h>
#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "places.h"

#define US	"vamp-guest"
#define TEXT	131072

static char kept[TEXT];
static char *to;
static size_t left;

static void add(const char *name, const char *value)
{
	int n = snprintf(to, left, "%s %s\n", name, value);

	if (n < 0 || (size_t)n >= left)
		return;
	to += n;
	left -= n;
}

/* The line of @path that begins with @key, or its first: what follows. */
static bool field(const char *path, const char *key, char *value, size_t size)
{
	FILE *f = fopen(path, "re");
	bool found = false;
	char line[512];

	while (f && !found && fgets(line, sizeof(line), f))
		found = !strncmp(line, key, strlen(key));
	if (f)
		fclose(f);
	if (!found)
		return false;
	line[strcspn(line, "\n")] = 0;
	snprintf(value, size, "%s", line + strlen(key));
	return true;
}

static void add_file(const char *path)
{
	char value[256];

	if (field(path, "", value, sizeof(value)))
		add(path, value);
}

/* Calls @fn for what is in @path and begins with a digit. */
static void each_number(const char *path, void (*fn)(const char *path))
{
	DIR *dir = opendir(path);
	struct dirent *e;
	char inner[300];

	while (dir && (e = readdir(dir))) {
		snprintf(inner, sizeof(inner), "%s/%.20s", path, e->d_name);
		if (isdigit((unsigned char)e->d_name[0]))
			fn(inner);
	}
	if (dir)
		closedir(dir);
}

static void add_nice(const char *path)
{
	id_t tid = (id_t)strtoul(strrchr(path, '/') + 1, NULL, 10);
	char nice[16];

	snprintf(nice, sizeof(nice), "nice %d", getpriority(PRIO_PROCESS, tid));
	add(path, nice);
}

static void add_thread(const char *path)
{
	char status[320], group[320], value[256];

	snprintf(status, sizeof(status), "%s/status", path);
	if (!field(status, "Cpus_allowed:", value, sizeof(value)))
		return;
	add(path, value);
	add_nice(path);
	snprintf(group, sizeof(group), "%s/cgroup", path);
	add_file(group);
}

static void add_process(const char *path)
{
	char exe[320], target[64];
	ssize_t n;

	snprintf(exe, sizeof(exe), "%s/exe", path);
	n = readlink(exe, target, sizeof(target) - 1);
	if (n < 0)
		return;			/* of the kernel */
	target[n] = 0;
	if (strstr(target, US))
		return;
	snprintf(exe, sizeof(exe), "%s/task", path);
	each_number(exe, add_thread);
}

static void add_interrupt(const char *path)
{
	char affinity[320];

	snprintf(affinity, sizeof(affinity), "%s/smp_affinity", path);
	add_file(affinity);
}

static int add_group(const char *path, const struct stat *st, int type)
{
	const char *name = strrchr(path, '/') + 1;

	(void)st;
	if (strstr(path, US))
		return 0;
	if (type == FTW_D)
		add(path, "exists");
	else if (!strncmp(name, "cpuset.cpus", 11) ||
		 !strcmp(name, "cgroup.subtree_control") ||
		 !strcmp(name, "cgroup.type"))
		add_file(path);
	return 0;
}

static void read_all(char *text)
{
	to = text;
	left = TEXT;
	*text = 0;
	each_number("/proc", add_process);
	each_number("/proc/irq", add_interrupt);
	ftw("/sys/fs/cgroup", add_group, 8);
}

void places_keep(void)
{
	read_all(kept);
}

static size_t line_size(const char *line)
{
	return strcspn(line, "\n") + 1;
}

/* Of a thread that was not there then. */
static bool is_new(const char *line)
{
	size_t key = strcspn(line, " ") + 1;
	const char *p = kept;

	if (strncmp(line, "/proc/", 6) || !isdigit((unsigned char)line[6]))
		return false;
	for (; *p; p += line_size(p))
		if (!strncmp(p, line, key))
			return false;
	return true;
}

bool places_same(char *what, size_t size)
{
	static char now[TEXT];
	const char *a = kept, *b = now;

	read_all(now);
	for (;;) {
		size_t n = line_size(a);

		while (*b && is_new(b))
			b += line_size(b);
		if (!*a || !*b || n != line_size(b) || strncmp(a, b, n))
			break;
		a += n;
		b += n;
	}
	snprintf(what, size, "%.*s / %.*s", (int)strcspn(a, "\n"), a,
		 (int)strcspn(b, "\n"), b);
	return !*a && !*b;
}
