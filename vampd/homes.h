/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * homes.h - where moved threads came from, kept in a file that outlives vampd.
 *
 * A thread is known by its id and the time that it started, so that an id that
 * the kernel gives away again means nobody.
 */
#ifndef VAMPD_HOMES_H
#define VAMPD_HOMES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define HOMES_MAX	65536
#define HOMES_FILE	"cgroups"	/* in paths.state */

struct home {
	pid_t pid, tid;
	uint64_t start;		/* since boot, in the kernel's ticks */
	char *group;
};

/* What the file says; lines that make no sense are left out. 0 or -errno. */
int homes_load(void);

/* Writes all to the file, as a whole or not at all. 0 or -errno. */
int homes_save(void);

/* Of a thread that lives: its group, or NULL. */
const char *homes_find(pid_t pid, pid_t tid);

/* 0 or -errno: ESRCH it is gone, ENOSPC too many. Known ones stay as they are. */
int homes_add(pid_t pid, pid_t tid, const char *group);

void homes_forget_thread(pid_t tid);
void homes_forget_process(pid_t pid);
void homes_clear(void);

/* The @i-th, or NULL. */
const struct home *homes_get(size_t i);
size_t homes_count(void);

/* When the thread started, 0: it is gone. */
uint64_t homes_start_of(pid_t pid, pid_t tid);

#endif /* VAMPD_HOMES_H */
