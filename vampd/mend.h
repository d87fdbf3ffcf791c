/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mend.h - sees to it that a VM's vCPU threads share one CPU cgroup.
 *
 * Looks when a VM is known for some seconds, and then now and then: vCPUs come
 * and go, and so do quotas. What it moves it remembers in a file first, so that
 * it can be put back by another vampd too.
 */
#ifndef VAMPD_MEND_H
#define VAMPD_MEND_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <systemd/sd-event.h>

#include "cgroup_plan.h"

struct mend;

struct mend_counters {
	uint64_t moved;		/* threads, into a common group */
	uint64_t put_back;	/* threads */
	uint64_t failed;	/* attempts */
};

/* @device is the module's descriptor, which knows the vCPUs' threads. */
void mend_init(sd_event *loop, int device);
void mend_use_device(int device);

/*
 * Begins with a VM, called @label in the log, whose process is held by a pidfd
 * until mend_free(). Without @allowed it only looks. NULL, which all functions
 * take: out of memory.
 */
struct mend *mend_new(pid_t pid, const char *label, bool allowed);
void mend_free(struct mend *m);

/* The configuration changed: looks soon. */
void mend_allow(struct mend *m, bool allowed);

/* Looks now. */
void mend_look(struct mend *m);

enum cgroup_verdict mend_verdict(const struct mend *m);

/*
 * Puts all threads back that this vampd, or one before it, has moved and that
 * live. Needs no module.
 */
void mend_restore_all(void);

void mend_read_counters(struct mend_counters *to);

#endif /* VAMPD_MEND_H */
