// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cputime.c - the CPU time in /proc/PID/stat, summed.
 */
#include <ctype.h>
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cputime.h"

#define NSEC_PER_SEC	1000000000ull

struct process {
	char name[24];
	int group;
	unsigned long ticks;
};

/* A name may have blanks and brackets: the last bracket ends it. */
static bool parse(const char *text, struct process *p)
{
	const char *name = strchr(text, '('), *end = strrchr(text, ')');
	unsigned long user, system, child_user, child_system;

	if (!name || !end ||
	    sscanf(end,
		   ") %*c %*d %d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %lu %lu",
		   &p->group, &user, &system, &child_user, &child_system) != 5)
		return false;
	snprintf(p->name, sizeof(p->name), "%.*s", (int)(end - name - 1),
		 name + 1);
	p->ticks = user + system + child_user + child_system;
	return true;
}

static bool read_process(const char *pid, struct process *p)
{
	char path[32], text[512];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%.16s/stat", pid);
	f = fopen(path, "re");
	if (!f)
		return false;
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = 0;
	return parse(text, p);
}

/* Of the group, or of the name if there is one. */
static uint64_t sum(pid_t group, const char *name)
{
	DIR *dir = opendir("/proc");
	unsigned long ticks = 0;
	struct process p;
	struct dirent *e;

	while (dir && (e = readdir(dir)))
		if (isdigit((unsigned char)e->d_name[0]) &&
		    read_process(e->d_name, &p) &&
		    (name ? !strcmp(p.name, name) : p.group == group))
			ticks += p.ticks;
	if (dir)
		closedir(dir);
	return ticks * (NSEC_PER_SEC / sysconf(_SC_CLK_TCK));
}

uint64_t cputime_group_ns(pid_t group)
{
	return sum(group, NULL);
}

uint64_t cputime_named_ns(const char *name)
{
	return sum(0, name);
}
