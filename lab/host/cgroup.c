// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cgroup.c - one CPU cgroup per VM.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgroup.h"
#include "report.h"
#include "util.h"

#define CGROUPS	"/sys/fs/cgroup"

static int set(const char *group, const char *file, const char *value)
{
	char path[128];

	snprintf(path, sizeof(path), CGROUPS "/%s/%s", group, file);
	return write_text(path, value);
}

void cgroup_prepare(void)
{
	if (set("", "cgroup.subtree_control", "+cpu +cpuset"))
		undecided("no cpu and cpuset controllers: %s", strerror(errno));
}

void cgroup_create(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), CGROUPS "/%s", name);
	if (mkdir(path, 0755) && errno != EEXIST)
		undecided("cannot create cgroup %s: %s", name, strerror(errno));
	if (set(name, "cpuset.cpus", LAB_CPUS) ||
	    set(name, "cpu.weight", "100"))
		undecided("cannot set cgroup %s: %s", name, strerror(errno));
}

int cgroup_join(const char *name)
{
	return set(name, "cgroup.procs", "0");
}

void cgroup_remove(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), CGROUPS "/%s", name);
	for (int i = 0; rmdir(path) && errno == EBUSY && i < 100; i++)
		sleep_ms(20);
}

uint64_t cgroup_cpu_ns(const char *name)
{
	static const char key[] = "usage_usec ";
	char path[128], text[1024], *p;

	snprintf(path, sizeof(path), CGROUPS "/%s/cpu.stat", name);
	if (read_text(path, text, sizeof(text)))
		undecided("%s: %s", path, strerror(errno));
	p = strstr(text, key);
	if (!p)
		undecided("%s tells no CPU time", path);
	return strtoull(p + strlen(key), NULL, 10) * NSEC_PER_USEC;
}

void cgroup_give_cpu(void)
{
	if (set("", "cgroup.subtree_control", "-cpu"))
		undecided("the cpu controller stays: %s", strerror(errno));
}

int cgroup_take_cpu(void)
{
	return set("", "cgroup.subtree_control", "+cpu");
}
