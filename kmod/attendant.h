/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * attendant.h - processes that attend to phases, which end without them.
 */
#ifndef VAMP_KMOD_ATTENDANT_H
#define VAMP_KMOD_ATTENDANT_H

#include <linux/list.h>
#include <linux/sched.h>

struct attendant {
	struct list_head link;
	struct task_struct *process;	/* its first thread */
};

/* The calling process attends, until attendant_remove(). May sleep. */
void attendant_add(struct attendant *a);

/* True if it was the last. May sleep. */
bool attendant_remove(struct attendant *a);

/* How many there are, alive or not. Any context. */
unsigned int attendants(void);

/* There are some, and all of them are about to end. May sleep. */
bool attendants_dying(void);

#endif /* VAMP_KMOD_ATTENDANT_H */
