/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * placement.h - which processes are on which CPUs now.
 *
 * Placed by the affinity of each thread, and not by cpusets: under cgroup v2 the
 * tree and its processes belong to systemd, which no other program may rearrange.
 */
#ifndef VAMP_GUEST_PLACEMENT_H
#define VAMP_GUEST_PLACEMENT_H

#include <stdbool.h>
#include <stdint.h>

#include <vamp/channel.h>

#include "irqs.h"
#include "roots.h"
#include "sets.h"

#define PLACEMENT_FAST	2	/* default */

struct placement_options {
	enum sets_mode mode;
	unsigned int fast;		/* 1.. */
	const char *irq[IRQS_CHOICES];
	size_t irqs;
};

struct placement;

/* NULL: no memory. The choices of interrupts that mean none are logged. */
struct placement *placement_new(const struct placement_options *o);

/* Puts all back, and ends it. NULL is allowed. */
void placement_free(struct placement *p);

/*
 * Places the processes that @bg means, by @roots; all others are not background
 * any more. Where it means none, all is put back. Address spaces that are not in
 * @roots are counted. 0 or -errno: EAGAIN there is only one CPU.
 */
int placement_set(struct placement *p, const struct vamp_background *bg,
		  const struct roots *roots);

/*
 * What a period of a phase brings: threads that were born; and, by mode, that no
 * background process is left, or that more CPUs have to be fast.
 */
void placement_tick(struct placement *p);

/* Whether the guest makes sound. */
void placement_audio(struct placement *p, bool on);

/*
 * How much of what the VM wanted of the host's CPUs it waited for, in percent of that
 * (sets.h). Holds until all is put back.
 */
void placement_waited(struct placement *p, unsigned int percent);

/* Puts all back. */
void placement_end(struct placement *p);

/*
 * What the host is to be told; the sets are empty if nothing is placed. While it has
 * CPUs to spare no vCPU is slow: each may run what the user waits for.
 */
void placement_tell(const struct placement *p, struct vamp_placement *m);

bool placement_is_on(const struct placement *p);

struct placement_counters {
	uint64_t set;		/* times that something was placed */
	uint64_t ended;		/* times that all was put back */
	uint64_t moved;		/* threads that were given CPUs */
	uint64_t refused;	/* threads that could not be */
	uint64_t irqs_refused;
	uint64_t unknown;	/* address spaces of no process */
};

const struct placement_counters *placement_counted(const struct placement *p);

#endif /* VAMP_GUEST_PLACEMENT_H */
