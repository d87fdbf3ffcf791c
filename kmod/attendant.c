// SPDX-License-Identifier: GPL-2.0-only
/*
 * attendant.c - who attends to phases, and whether they still can.
 *
 * A process that ends closes its files only after its memory is gone and its core
 * is written, which takes seconds where there is much of it. So nobody waits for
 * that.
 */
#include "attendant.h"

#include <linux/mutex.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

static LIST_HEAD(all);
static DEFINE_MUTEX(lock);
static unsigned int nr;

void attendant_add(struct attendant *a)
{
	a->process = get_task_struct(current->group_leader);
	mutex_lock(&lock);
	list_add(&a->link, &all);
	WRITE_ONCE(nr, nr + 1);
	mutex_unlock(&lock);
}

bool attendant_remove(struct attendant *a)
{
	bool last;

	mutex_lock(&lock);
	list_del(&a->link);
	WRITE_ONCE(nr, nr - 1);
	last = !nr;
	mutex_unlock(&lock);
	put_task_struct(a->process);
	return last;
}

unsigned int attendants(void)
{
	return READ_ONCE(nr);
}

/* Set as soon as a signal that kills is sent; a task keeps its signal_struct. */
static bool is_dying(const struct attendant *a)
{
	return READ_ONCE(a->process->signal->flags) & SIGNAL_GROUP_EXIT;
}

bool attendants_dying(void)
{
	struct attendant *a;
	bool dying;

	mutex_lock(&lock);
	dying = nr;
	list_for_each_entry(a, &all, link)
		dying = dying && is_dying(a);
	mutex_unlock(&lock);
	return dying;
}
