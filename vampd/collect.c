// SPDX-License-Identifier: GPL-2.0-or-later
#include "collect.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "device.h"
#include "metrics.h"
#include "module.h"
#include "probe.h"

static void collect_vcpus(struct metrics_vm *v, int device)
{
	static struct vamp_vcpu_info vcpus[DEVICE_VCPUS_MAX];
	int n = device_read_vcpus(device, v->vm->pid, vcpus, DEVICE_VCPUS_MAX);

	for (int i = 0; i < n; i++) {
		v->exec_ns += vcpus[i].exec_ns;
		v->run_delay_ns += vcpus[i].run_delay_ns;
		v->slow += vcpus[i].nice_delta > 0;
	}
}

static struct metrics_vm *find(struct metrics *m, pid_t pid)
{
	for (size_t i = 0; i < m->shown; i++)
		if (m->vm[i].vm->pid == pid)
			return &m->vm[i];
	return NULL;
}

/* What the module says of the VMs that are shown. */
static void collect_infos(struct metrics *m, int device)
{
	static struct vamp_vm_info infos[VMS_MAX];
	int n = device_read_vms(device, infos, VMS_MAX);

	for (int i = 0; i < n; i++) {
		struct metrics_vm *v = find(m, infos[i].pid);

		if (v)
			v->info = infos[i];
	}
}

static void collect_vms(struct metrics *m, int device)
{
	m->vms = vms_count();
	for (; m->shown < m->vms && m->shown < METRICS_VMS_MAX; m->shown++) {
		struct metrics_vm *v = &m->vm[m->shown];

		v->vm = vms_get(m->shown);
		v->cgroup = mend_verdict(v->vm->mend);
		if (m->is_there)
			collect_vcpus(v, device);
	}
	if (m->is_there)
		collect_infos(m, device);
}

static uint64_t resident_bytes(void)
{
	unsigned long pages = 0;
	FILE *f = fopen("/proc/self/statm", "re");

	if (f && fscanf(f, "%*u %lu", &pages) != 1)
		pages = 0;
	if (f)
		fclose(f);
	return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void collect_daemon(struct metrics *m)
{
	struct timespec cpu = { .tv_sec = 0 };

	input_read_counters(&m->input);
	probe_read_counters(&m->probe);
	sound_read_counters(&m->sound);
	mend_read_counters(&m->mend);
	m->returns = module_returns();
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
	m->cpu_ns = (uint64_t)cpu.tv_sec * 1000000000u + (uint64_t)cpu.tv_nsec;
	m->resident_bytes = resident_bytes();
}

int collect_metrics(void *device, char **text, size_t *size)
{
	struct metrics *m = calloc(1, sizeof(*m));
	int fd = *(int *)device;

	if (!m)
		return -ENOMEM;
	m->is_there = fd >= 0 && !device_counters(fd, &m->module);
	collect_daemon(m);
	collect_vms(m, fd);
	*text = metrics_render(m, size);
	free(m);
	return *text ? 0 : -ENOMEM;
}
