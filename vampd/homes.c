// SPDX-License-Identifier: GPL-2.0-or-later
#include "homes.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgroup_plan.h"
#include "paths.h"

static struct home *table;
static size_t count, room;

/* The 22nd field; the name before it may have blanks and brackets. */
uint64_t homes_start_of(pid_t pid, pid_t tid)
{
	char path[PATH_MAX], text[1024];
	uint64_t start = 0;
	const char *p;
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%d/task/%d/stat", paths.proc, pid,
		 tid);
	f = fopen(path, "re");
	if (!f)
		return 0;
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = '\0';
	p = strrchr(text, ')');
	for (int field = 2; p && field < 22; field++)
		p = strchr(p + 1, ' ');
	if (p)
		sscanf(p, " %" SCNu64, &start);
	return start;
}

static struct home *find(pid_t tid)
{
	for (size_t i = 0; i < count; i++)
		if (table[i].tid == tid)
			return &table[i];
	return NULL;
}

const char *homes_find(pid_t pid, pid_t tid)
{
	const struct home *h = find(tid);

	return h && h->pid == pid && h->start == homes_start_of(pid, tid) ?
		       h->group :
		       NULL;
}

static int grow(void)
{
	size_t more = room ? 2 * room : 64;
	struct home *bigger;

	if (count < room)
		return 0;
	if (count >= HOMES_MAX)
		return -ENOSPC;
	bigger = reallocarray(table, more, sizeof(*table));
	if (!bigger)
		return -ENOMEM;
	table = bigger;
	room = more;
	return 0;
}

static int add(pid_t pid, pid_t tid, uint64_t start, const char *group)
{
	int err = grow();
	char *copy = err ? NULL : strdup(group);

	if (!copy)
		return err ? err : -ENOMEM;
	table[count++] = (struct home){ pid, tid, start, copy };
	return 0;
}

int homes_add(pid_t pid, pid_t tid, const char *group)
{
	uint64_t start = homes_start_of(pid, tid);

	if (!start)
		return -ESRCH;
	if (homes_find(pid, tid))
		return 0;
	homes_forget_thread(tid);
	return add(pid, tid, start, group);
}

static void forget(size_t i)
{
	free(table[i].group);
	table[i] = table[--count];
}

void homes_forget_thread(pid_t tid)
{
	struct home *h = find(tid);

	if (h)
		forget((size_t)(h - table));
}

void homes_forget_process(pid_t pid)
{
	for (size_t i = count; i-- > 0;)
		if (table[i].pid == pid)
			forget(i);
}

void homes_clear(void)
{
	while (count)
		forget(count - 1);
	free(table);
	table = NULL;
	room = 0;
}

const struct home *homes_get(size_t i)
{
	return i < count ? &table[i] : NULL;
}

size_t homes_count(void)
{
	return count;
}

/* Only what was written here can be right: one of libvirt's groups. */
static bool is_home(const char *group)
{
	return group[0] == '/' && strlen(group) < CGROUP_PATH &&
	       !strstr(group, "/..") && cgroup_is_vcpu(group);
}

static void take_line(char *line)
{
	int pid, tid, at = 0;
	uint64_t start;

	line[strcspn(line, "\n")] = '\0';
	if (sscanf(line, "%d %d %" SCNu64 " %n", &pid, &tid, &start, &at) ==
		    3 &&
	    at && pid > 0 && tid > 0 && start && is_home(line + at) &&
	    !find(tid))
		add(pid, tid, start, line + at);
}

int homes_load(void)
{
	char path[PATH_MAX], line[CGROUP_PATH + 64];
	FILE *f;

	homes_clear();
	snprintf(path, sizeof(path), "%s/" HOMES_FILE, paths.state);
	f = fopen(path, "re");
	if (!f)
		return errno == ENOENT ? 0 : -errno;
	while (fgets(line, sizeof(line), f))
		take_line(line);
	fclose(f);
	return 0;
}

static int write_all(FILE *f)
{
	for (size_t i = 0; i < count; i++)
		fprintf(f, "%d %d %" PRIu64 " %s\n", table[i].pid, table[i].tid,
			table[i].start, table[i].group);
	return fclose(f) ? -errno : 0;
}

int homes_save(void)
{
	char path[PATH_MAX], fresh[PATH_MAX];
	int err;
	FILE *f;

	snprintf(path, sizeof(path), "%s/" HOMES_FILE, paths.state);
	snprintf(fresh, sizeof(fresh), "%s/" HOMES_FILE ".new", paths.state);
	if (mkdir(paths.state, 0755) && errno != EEXIST)
		return -errno;
	unlink(fresh);
	f = fopen(fresh, "wxe");
	if (!f)
		return -errno;
	err = write_all(f);
	if (!err && rename(fresh, path))
		err = -errno;
	return err;
}
