// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * growth.c - which guest tasks ran, and how long, between two looks.
 */
#include <stdlib.h>

#include "device.h"
#include "growth.h"

const struct vamp_task_info *growth_find(const struct vamp_task_info *t,
					 unsigned int n, uint64_t id)
{
	for (unsigned int i = 0; i < n; i++)
		if (t[i].id == id)
			return &t[i];
	return NULL;
}

void growth_begin(struct growth *g, pid_t vm)
{
	g->vm = vm;
	g->nr_first = device_tasks(vm, g->first, GROWTH_TASKS);
}

static uint64_t grown(const struct growth *g, const struct vamp_task_info *t)
{
	const struct vamp_task_info *old =
		growth_find(g->first, g->nr_first, t->id);
	uint64_t before = old ? old->exec_ns : 0;

	return t->exec_ns > before ? t->exec_ns - before : 0;
}

static int by_growth(const void *a, const void *b, void *g)
{
	uint64_t x = grown(g, a), y = grown(g, b);

	return (x < y) - (x > y);
}

void growth_end(struct growth *g)
{
	g->n = device_tasks(g->vm, g->task, GROWTH_TASKS);
	qsort_r(g->task, g->n, sizeof(g->task[0]), by_growth, g);
}

uint64_t growth_ns(const struct growth *g, unsigned int rank)
{
	return rank < g->n ? grown(g, &g->task[rank]) : 0;
}
