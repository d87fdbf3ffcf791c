/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * waiters.h - the processes that wait for a background process to end: a shell, a
 * compiler's driver. What they start next is of the same work, and would else begin on
 * a fast CPU.
 */
#ifndef VAMP_GUEST_WAITERS_H
#define VAMP_GUEST_WAITERS_H

#include <stddef.h>
#include <sys/types.h>

#include "tasks.h"

/*
 * Adds to the @count processes @pid, which has room for @room, those that wait for one
 * of them, and those that wait for these. A process with more than one thread is none,
 * as its others may serve the user; nor is one that waits for other things as well. How
 * many processes there are then.
 */
size_t waiters_add(const struct tasks *t, pid_t *pid, size_t count,
		   size_t room);

#endif /* VAMP_GUEST_WAITERS_H */
