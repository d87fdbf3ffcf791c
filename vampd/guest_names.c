// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest_names.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "paths.h"

#define DIRECTORY	"names"

struct guest_names {
	pid_t pid;
	struct vamp_task_name *task;	/* by id; NULL before the first */
	size_t count;
	bool changed, failed;
	sd_event_source *timer;
};

static void path_of(const struct guest_names *n, const char *end, char *path,
		    size_t size)
{
	snprintf(path, size, "%s/" DIRECTORY "/%d%s", paths.state, n->pid, end);
}

static void print(const struct guest_names *n, FILE *f)
{
	for (size_t i = 0; i < n->count; i++)
		fprintf(f, "%" PRIx64 " %" PRIu32 " %s\n", n->task[i].id,
			n->task[i].pid, n->task[i].name);
}

static FILE *create(const char *path)
{
	char directory[PATH_MAX];

	snprintf(directory, sizeof(directory), "%s/" DIRECTORY, paths.state);
	mkdir(paths.state, 0755);
	mkdir(directory, 0700);
	return fopen(path, "we");
}

/* Whole or not at all: it may be read at any time. */
static int write_file(const struct guest_names *n)
{
	char path[PATH_MAX], new[PATH_MAX];
	bool bad;
	FILE *f;

	path_of(n, "", path, sizeof(path));
	path_of(n, ".new", new, sizeof(new));
	f = create(new);
	if (!f)
		return -errno;
	print(n, f);
	bad = ferror(f);
	if (fclose(f) || bad || rename(new, path))
		return -errno;
	return 0;
}

static int on_time(sd_event_source *source, uint64_t usec, void *context)
{
	struct guest_names *n = context;
	int err = write_file(n);

	(void)source;
	(void)usec;
	n->changed = false;
	if (err && !n->failed)
		log_warn("%s/" DIRECTORY "/%d: %s", paths.state, n->pid,
			 strerror(-err));
	n->failed = err;
	return 0;
}

/* Many changes at once are one writing. */
static void change(struct guest_names *n)
{
	if (n->changed)
		return;
	n->changed = true;
	sd_event_source_set_time_relative(n->timer, GUEST_NAMES_USEC);
	sd_event_source_set_enabled(n->timer, SD_EVENT_ONESHOT);
}

struct guest_names *guest_names_new(sd_event *loop, pid_t pid)
{
	struct guest_names *n = calloc(1, sizeof(*n));

	if (!n)
		return NULL;
	n->pid = pid;
	if (sd_event_add_time_relative(loop, &n->timer, CLOCK_MONOTONIC, 0, 0,
				       on_time, n) >= 0 &&
	    sd_event_source_set_enabled(n->timer, SD_EVENT_OFF) >= 0)
		return n;
	guest_names_free(n);
	return NULL;
}

void guest_names_free(struct guest_names *n)
{
	char path[PATH_MAX];

	if (!n)
		return;
	path_of(n, "", path, sizeof(path));
	unlink(path);
	sd_event_source_disable_unref(n->timer);
	free(n->task);
	free(n);
}

void guest_names_clear(struct guest_names *n)
{
	if (!n || !n->count)
		return;
	n->count = 0;
	change(n);
}

/* The place of @id, or where it would be. */
static size_t place_of(const struct guest_names *n, uint64_t id)
{
	size_t low = 0, high = n->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (n->task[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool has(const struct guest_names *n, size_t i, uint64_t id)
{
	return i < n->count && n->task[i].id == id;
}

static void set(struct guest_names *n, const struct vamp_task_name *task)
{
	size_t i = place_of(n, task->id);

	if (!has(n, i, task->id)) {
		if (n->count == GUEST_NAMES_MAX)
			return;
		memmove(&n->task[i + 1], &n->task[i],
			(n->count - i) * sizeof(*n->task));
		n->count++;
	}
	n->task[i] = *task;
}

static void drop(struct guest_names *n, uint64_t id)
{
	size_t i = place_of(n, id);

	if (!has(n, i, id))
		return;
	n->count--;
	memmove(&n->task[i], &n->task[i + 1],
		(n->count - i) * sizeof(*n->task));
}

void guest_names_take(struct guest_names *n, const struct vamp_names *m)
{
	if (!n)
		return;
	if (!n->task)
		n->task = calloc(GUEST_NAMES_MAX, sizeof(*n->task));
	if (!n->task)
		return;
	for (uint32_t i = 0; i < m->gone_count; i++)
		drop(n, m->gone[i]);
	for (uint32_t i = 0; i < m->count; i++)
		set(n, &m->task[i]);
	change(n);
}

size_t guest_names_count(const struct guest_names *n)
{
	return n ? n->count : 0;
}
