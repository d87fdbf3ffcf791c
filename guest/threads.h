/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * threads.h - all threads at once, from the kernel by BPF: /proc tells the same, but
 * by three system calls for each, kernel threads included, while the user waits.
 *
 * Needs CAP_BPF and CAP_PERFMON, in the initial PID namespace.
 */
#ifndef VAMP_GUEST_THREADS_H
#define VAMP_GUEST_THREADS_H

#include <stdbool.h>

#include "tasks.h"

/* 0, or -errno: ENOTSUP where a directory stands for the guest. */
int threads_open(void);
void threads_close(void);
bool threads_are_open(void);

/* Appends them to @t, in no order: 0, or -errno and only some were. */
int threads_read(struct tasks *t);

#endif /* VAMP_GUEST_THREADS_H */
