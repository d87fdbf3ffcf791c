// SPDX-License-Identifier: GPL-2.0-or-later
#include "task_names.h"

#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host.h"

#define DIRECTORY	"/run/vamp/names"	/* vampd's */
#define NAMES_MAX	1024
#define LINE		64

static int by_id(const void *a, const void *b)
{
	const struct task_name *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

/* "ID PID NAME"; what is none is passed over. */
static bool parse(char *line, struct task_name *t)
{
	int at = 0;

	line[strcspn(line, "\n")] = '\0';
	if (sscanf(line, "%" SCNx64 " %" SCNu32 " %n", &t->id, &t->pid, &at) <
		    2 ||
	    !at)
		return false;
	snprintf(t->name, sizeof(t->name), "%.15s", line + at);
	return t->name[0];
}

static FILE *open_names(pid_t vm)
{
	char path[PATH_MAX];
	FILE *f;
	int fd;

	snprintf(path, sizeof(path), DIRECTORY "/%d", vm);
	fd = host_open(path, O_RDONLY);
	if (fd < 0)
		return NULL;
	f = fdopen(fd, "r");
	if (!f)
		close(fd);
	return f;
}

void task_names_read(struct task_names *n, pid_t vm)
{
	FILE *f = open_names(vm);
	char line[LINE];

	*n = (struct task_names){ .count = 0 };
	if (!f)
		return;
	n->name = calloc(NAMES_MAX, sizeof(*n->name));
	while (n->name && n->count < NAMES_MAX && fgets(line, sizeof(line), f))
		n->count += parse(line, &n->name[n->count]);
	fclose(f);
	if (n->count)
		qsort(n->name, n->count, sizeof(*n->name), by_id);
}

void task_names_free(struct task_names *n)
{
	free(n->name);
	*n = (struct task_names){ .count = 0 };
}

const struct task_name *task_names_find(const struct task_names *n, uint64_t id)
{
	struct task_name key = { .id = id };

	if (!n->count)
		return NULL;
	return bsearch(&key, n->name, n->count, sizeof(*n->name), by_id);
}
