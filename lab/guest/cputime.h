/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cputime.h - how long processes have run, children that ended included. To the
 * kernel's tick, 10 ms.
 */
#ifndef LAB_CPUTIME_H
#define LAB_CPUTIME_H

#include <stdint.h>
#include <sys/types.h>

/* All of a process group. */
uint64_t cputime_group_ns(pid_t group);

/* All of that name, by /proc/PID/comm. */
uint64_t cputime_named_ns(const char *name);

#endif
