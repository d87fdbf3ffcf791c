/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * growth.h - which guest tasks ran, and how long, between two looks. A guest
 * cannot tell what its address spaces are called; how much its processes ran
 * tells them apart.
 */
#ifndef LAB_GROWTH_H
#define LAB_GROWTH_H

#include <stdint.h>
#include <sys/types.h>
#include <vamp/uapi.h>

#define GROWTH_TASKS	256

struct growth {
	pid_t vm;
	unsigned int nr_first, n;
	struct vamp_task_info first[GROWTH_TASKS];
	struct vamp_task_info task[GROWTH_TASKS];	/* most grown first */
};

void growth_begin(struct growth *g, pid_t vm);
void growth_end(struct growth *g);

/* How long the task at @rank of ->task ran; 0 if there are not that many. */
uint64_t growth_ns(const struct growth *g, unsigned int rank);

/* The task with that id in a list of @n, or NULL. */
const struct vamp_task_info *growth_find(const struct vamp_task_info *t,
					 unsigned int n, uint64_t id);

#endif
