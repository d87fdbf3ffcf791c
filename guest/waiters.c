// SPDX-License-Identifier: GPL-2.0-or-later
#include "waiters.h"

#include <stdbool.h>

static bool has_one_thread(const struct tasks *t, pid_t pid)
{
	size_t n = 0;

	for (size_t i = 0; i < t->count && n < 2; i++)
		n += t->task[i].tgid == pid;
	return n == 1;
}

static bool is_waiter(const struct tasks *t, pid_t pid)
{
	const struct task *first = tasks_find(t, pid);

	return first && first->waits && has_one_thread(t, pid);
}

static bool is_in(pid_t pid, const pid_t *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == pid)
			return true;
	return false;
}

size_t waiters_add(const struct tasks *t, pid_t *pid, size_t count, size_t room)
{
	/* Those that are added are looked at in their turn. */
	for (size_t i = 0; i < count && count < room; i++) {
		const struct task *task = tasks_find(t, pid[i]);
		pid_t parent = task ? task->ppid : 0;

		if (parent > 1 && !is_in(parent, pid, count) &&
		    is_waiter(t, parent))
			pid[count++] = parent;
	}
	return count;
}
