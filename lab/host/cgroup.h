/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cgroup.h - one CPU cgroup per VM, all of equal weight, on the lab's CPUs.
 */
#ifndef LAB_CGROUP_H
#define LAB_CGROUP_H

#include <stdbool.h>
#include <stdint.h>

/*
 * CPU 0 is for the harness and the daemon alone: on the emulator, a vCPU that
 * runs there is now and then corrupted.
 */
#define LAB_CPUS	"1-2"
#define LAB_CPU_COUNT	2

void cgroup_prepare(void);
void cgroup_create(const char *name);

/* The calling process moves in. */
int cgroup_join(const char *name);
void cgroup_remove(const char *name);

/* CPU time that its processes have had, those that are gone included. */
uint64_t cgroup_cpu_ns(const char *name);

/*
 * Give the CPU controller up, so that cgroup v1 may have it; take it again, 0
 * if that is possible already.
 */
void cgroup_give_cpu(void);
int cgroup_take_cpu(void);

#endif
