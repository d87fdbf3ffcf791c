// SPDX-License-Identifier: GPL-2.0-or-later
/* doctor_gather.c - the facts that the rules look at. */
#include "doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "device.h"
#include "host.h"
#include "proc.h"
#include "vampd/symbol.h"

#define FUNCTION	"qemu_input_event_send_impl"

static struct fact number(const char *path)
{
	struct fact f = { .err = 0 };

	f.err = host_number(path, &f.value);
	return f;
}

/* Of a function that returns a number or -errno. */
static struct fact result(int n)
{
	return (struct fact){ n < 0 ? n : 0, n < 0 ? 0 : n };
}

static struct fact cpus_online(void)
{
	char list[1024];
	int err =
		host_line("/sys/devices/system/cpu/online", list, sizeof(list));

	return result(err ? err : proc_count_cpus(list));
}

static void gather_host(struct facts *f)
{
	if (host_line("/proc/sys/kernel/osrelease", f->kernel,
		      sizeof(f->kernel)))
		f->kernel[0] = '\0';
	f->kvm_vamp = number("/proc/sys/kernel/kvm_vamp");
	f->load_monitor =
		number("/sys/module/vamp/parameters/load_monitor_enabled");
	f->track_cr3 = number("/sys/module/vamp/parameters/track_cr3_load");
	f->avic = number("/sys/module/kvm_amd/parameters/avic");
	f->ipiv = number("/sys/module/kvm_intel/parameters/enable_ipiv");
	f->autogroup = number("/proc/sys/kernel/sched_autogroup_enabled");
	f->online = cpus_online();
	f->uprobes.value =
		host_exists("/sys/bus/event_source/devices/uprobe/type");
	f->vampd = result(proc_find("vampd", VAMP_DEVICE));
}

static int look_for_symbol(pid_t pid)
{
	char path[64];
	uint64_t offset;
	int fd, err;

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	fd = host_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return fd == -ENOENT ? -ESRCH : fd;
	err = symbol_offset(fd, FUNCTION, &offset);
	close(fd);
	return err;
}

static void gather_vcpu(struct fact_vcpu *v, pid_t pid,
			const struct vamp_vcpu_info *i)
{
	*v = (struct fact_vcpu){
		.id = i->vcpu_id,
		.tid = i->tid,
		.left_alone = i->flags & VAMP_VCPU_LEFT_ALONE,
		.policy = result(proc_policy(pid, i->tid)),
		.cpus = result(proc_cpus_allowed(pid, i->tid)),
	};
	v->cgroup_err = cgroup_of(pid, i->tid, &v->cgroup);
}

static int gather_vm(struct fact_vm *to, const struct state_vm *vm)
{
	pid_t pid = vm->info.pid;

	*to = (struct fact_vm){ .info = vm->info };
	memcpy(to->name, vm->name, sizeof(to->name));
	to->symbol_err = look_for_symbol(pid);
	to->vcpu = calloc(vm->vcpus + 1, sizeof(*to->vcpu));
	if (!to->vcpu)
		return -ENOMEM;
	to->vcpus = vm->vcpus;
	for (size_t i = 0; i < vm->vcpus; i++)
		gather_vcpu(&to->vcpu[i], pid, &vm->vcpu[i]);
	if (vm->vcpus && !to->vcpu[0].cgroup_err)
		to->others =
			result(cgroup_count_others(&to->vcpu[0].cgroup, pid));
	return 0;
}

static int gather_vms(struct facts *f, const struct state *s)
{
	int err = 0;

	f->vm = calloc(s->vms + 1, sizeof(*f->vm));
	if (!f->vm)
		return -ENOMEM;
	while (f->vms < s->vms && !err) {
		err = gather_vm(&f->vm[f->vms], &s->vm[f->vms]);
		f->vms++;
	}
	return err;
}

/* VMs may have come and gone between the looks: then there is no growth. */
static void note_growth(struct facts *f, const struct state *later)
{
	for (size_t i = 0; i < f->vms; i++) {
		const struct state_vm *vm =
			state_vm_of(later, f->vm[i].info.pid);
		uint32_t before = f->vm[i].info.tasks_evicted;

		if (vm && vm->info.tasks_evicted > before)
			f->vm[i].evicted = vm->info.tasks_evicted - before;
	}
}

static void pause_ms(unsigned int ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000L };

	nanosleep(&t, NULL);
}

static int look_again(struct facts *f, int device)
{
	struct state later;
	int err;

	if (!f->vms)
		return 0;
	pause_ms(f->interval_ms);
	err = state_read(device, false, &later);
	if (err)
		return err;
	note_growth(f, &later);
	state_free(&later);
	return 0;
}

static int gather_module(struct facts *f, int device)
{
	struct state s;
	int err = device_counters(device, &f->counters);

	if (!err)
		err = state_read(device, false, &s);
	if (err)
		return err;
	err = gather_vms(f, &s);
	state_free(&s);
	return err ? err : look_again(f, device);
}

int facts_gather(struct facts *f, unsigned int interval_ms)
{
	int device = device_open(), err;

	*f = (struct facts){ .interval_ms = interval_ms };
	if (device < 0 && device != -ENOENT && device != -EPROTO)
		return device;
	gather_host(f);
	if (device < 0) {
		f->device_err = device;
		return 0;
	}
	err = gather_module(f, device);
	device_close(device);
	if (err)
		facts_free(f);
	return err;
}

void facts_free(struct facts *f)
{
	for (size_t i = 0; i < f->vms; i++)
		free(f->vm[i].vcpu);
	free(f->vm);
	f->vm = NULL;
	f->vms = 0;
}
