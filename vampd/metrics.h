/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * metrics.h - everything that is counted, as OpenMetrics text.
 *
 * Pure: from numbers to text. Names are those of docs/metrics.md. What a VM's
 * owner chose, its name, is escaped; the number of VMs that are shown is bounded.
 */
#ifndef VAMPD_METRICS_H
#define VAMPD_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vamp/uapi.h>

#include "input.h"
#include "mend.h"
#include "probe_event.h"
#include "sound.h"
#include "vms.h"

#define METRICS_VMS_MAX	512
#define METRICS_TYPE \
	"application/openmetrics-text; version=1.0.0; charset=utf-8"

struct metrics_vm {
	const struct vm *vm;
	struct vamp_vm_info info;	/* of the module */
	uint64_t exec_ns, run_delay_ns;	/* of all its vCPUs */
	uint32_t slow;			/* vCPUs that are slow now */
	enum cgroup_verdict cgroup;
};

struct metrics {
	bool is_there;			/* the module; else its counters are 0 */
	struct vamp_counters module;
	uint64_t returns;		/* of the module */
	struct input_counters input;
	struct probe_counters probe;
	struct sound_counters sound;
	struct mend_counters mend;
	uint64_t cpu_ns;		/* that vampd took */
	uint64_t resident_bytes;
	size_t vms;			/* that are known */
	size_t shown;			/* of these, at most METRICS_VMS_MAX */
	struct metrics_vm vm[METRICS_VMS_MAX];
};

/* The text, to be freed, and its size; NULL: out of memory. */
char *metrics_render(const struct metrics *m, size_t *size);

#endif /* VAMPD_METRICS_H */
