// SPDX-License-Identifier: GPL-2.0-or-later
#include "machine.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"

#define ONLINE	"/sys/devices/system/cpu/online"

/* KVM's id of a vCPU is its initial APIC id: QEMU makes them so. */
static void read_vcpus(struct machine *m, char *cpuinfo)
{
	unsigned int cpu = VAMP_CHANNEL_CPUS, apic;
	char *line;

	for (unsigned int i = 0; i < VAMP_CHANNEL_CPUS; i++)
		m->vcpu[i] = (uint16_t)i;
	while ((line = strsep(&cpuinfo, "\n"))) {
		if (sscanf(line, "processor : %u", &cpu) == 1)
			continue;
		if (sscanf(line, "initial apicid : %u", &apic) == 1 &&
		    cpu < VAMP_CHANNEL_CPUS && apic < VAMP_CHANNEL_CPUS)
			m->vcpu[cpu] = (uint16_t)apic;
	}
}

int machine_read(struct machine *m)
{
	struct vamp_cpus online;
	int err = files_cpus(ONLINE, &online);
	char *cpuinfo;

	if (err)
		return err;
	if (vamp_cpus_equal(&online, &m->online))
		return 0;
	cpuinfo = files_read_all("/proc/cpuinfo");
	if (!cpuinfo)
		return -errno;
	m->online = online;
	read_vcpus(m, cpuinfo);
	free(cpuinfo);
	return 0;
}

struct vamp_cpus machine_vcpus(const struct machine *m,
			       const struct vamp_cpus *cpus)
{
	struct vamp_cpus vcpus = { { 0 } };

	for (unsigned int i = 0; i < VAMP_CHANNEL_CPUS; i++)
		if (vamp_cpus_has(cpus, i))
			vamp_cpus_add(&vcpus, m->vcpu[i]);
	return vcpus;
}

/* user, nice, system, idle, iowait, irq, softirq; guests are part of user. */
static void read_cpu(struct machine_load *l, const char *line)
{
	uint64_t t[7];
	unsigned int cpu;

	if (sscanf(line,
		   "cpu%u %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64
		   " %" SCNu64 " %" SCNu64 " %" SCNu64,
		   &cpu, &t[0], &t[1], &t[2], &t[3], &t[4], &t[5],
		   &t[6]) != 8 ||
	    cpu >= VAMP_CHANNEL_CPUS)
		return;
	l->busy[cpu] = t[0] + t[1] + t[2] + t[5] + t[6];
	l->idle[cpu] = t[3] + t[4];
}

int machine_read_load(struct machine_load *l)
{
	char *text = files_read_all("/proc/stat"), *rest = text, *line;

	memset(l, 0, sizeof(*l));
	if (!text)
		return -errno;
	while ((line = strsep(&rest, "\n")))
		if (line[0] == 'c' && line[3] != ' ')
			read_cpu(l, line);
	free(text);
	return 0;
}

/* Some kernels' counters may go back a little. */
static uint64_t grown(uint64_t before, uint64_t after)
{
	return after > before ? after - before : 0;
}

unsigned int machine_load(const struct machine_load *before,
			  const struct machine_load *after,
			  const struct vamp_cpus *cpus)
{
	uint64_t busy = 0, all = 0;

	for (unsigned int i = 0; i < VAMP_CHANNEL_CPUS; i++) {
		if (!vamp_cpus_has(cpus, i))
			continue;
		busy += grown(before->busy[i], after->busy[i]);
		all += grown(before->busy[i], after->busy[i]) +
		       grown(before->idle[i], after->idle[i]);
	}
	return all ? (unsigned int)((busy * 100 + all / 2) / all) : 0;
}
