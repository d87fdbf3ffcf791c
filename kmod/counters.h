/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * counters.h - what the module did since it was loaded, for /dev/vamp. Any
 * context; sums are not a snapshot of one moment.
 */
#ifndef VAMP_COUNTERS_H
#define VAMP_COUNTERS_H

#include <linux/percpu.h>
#include <vamp/uapi.h>

DECLARE_PER_CPU(struct vamp_counters, vamp_counters);

#define count(field) this_cpu_inc(vamp_counters.field)
#define count_add(field, n) this_cpu_add(vamp_counters.field, n)

/* Keeps the greatest value; a lost race between two greatest is harmless. */
#define count_max(field, value)                                       \
	do {                                                          \
		u64 value_ = (value);                                 \
		if (value_ > this_cpu_read(vamp_counters.field))      \
			this_cpu_write(vamp_counters.field, value_);  \
	} while (0)

/* Fills @sum, all CPUs together. */
void counters_read(struct vamp_counters *sum);

#endif /* VAMP_COUNTERS_H */
