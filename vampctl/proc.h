/* SPDX-License-Identifier: GPL-2.0-or-later */
/* proc.h - what /proc tells of processes and threads. */
#ifndef VAMPCTL_PROC_H
#define VAMPCTL_PROC_H

#include <sys/types.h>

/*
 * The process that is called @name and has the file @holds open, so that not
 * everybody can pass for it; 0 none, or -errno: EACCES some process's files
 * could not be seen.
 */
pid_t proc_find(const char *name, const char *holds);

/* The scheduling policy of a thread (SCHED_OTHER, ...), or -errno. */
int proc_policy(pid_t pid, pid_t tid);

/* On how many CPUs a thread may run, or -errno. */
int proc_cpus_allowed(pid_t pid, pid_t tid);

/* How many CPUs a list such as "0-3,8" has, or -EPROTO. */
int proc_count_cpus(const char *list);

#endif /* VAMPCTL_PROC_H */
