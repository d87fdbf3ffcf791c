// SPDX-License-Identifier: GPL-2.0-only
/*
 * counters.c - per-CPU counters and their sum.
 */
#include "counters.h"

#include <linux/cpumask.h>
#include <linux/minmax.h>
#include <linux/string.h>

DEFINE_PER_CPU(struct vamp_counters, vamp_counters);

#define FIRST	(offsetof(struct vamp_counters, entries) / sizeof(u64))
#define WORDS	(sizeof(struct vamp_counters) / sizeof(u64))

static bool is_max(size_t word)
{
	return word == offsetof(struct vamp_counters, classify_max_ns) / 8 ||
	       word == offsetof(struct vamp_counters, irqsoff_max_ns) / 8;
}

static void add_cpu(u64 *sum, const u64 *cpu)
{
	size_t i;

	for (i = FIRST; i < WORDS; i++)
		sum[i] = is_max(i) ? max(sum[i], cpu[i]) : sum[i] + cpu[i];
}

void counters_read(struct vamp_counters *sum)
{
	int cpu;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu)
		add_cpu((u64 *)sum, (u64 *)per_cpu_ptr(&vamp_counters, cpu));
	sum->size = sizeof(*sum);
	sum->version = VAMP_UAPI_VERSION;
}
