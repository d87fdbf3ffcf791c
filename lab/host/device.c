// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * device.c - what /dev/vamp tells.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "device.h"
#include "report.h"
#include "util.h"

#define MAX_VMS		8
#define MAX_VCPUS	16
#define MAX_TASKS	256

static int device_ioctl(unsigned long request, void *arg)
{
	int fd = open(VAMP_DEVICE, O_RDWR | O_CLOEXEC);
	int ret, error;

	if (fd < 0)
		return -1;
	ret = ioctl(fd, request, arg);
	error = errno;
	close(fd);
	errno = error;
	return ret;
}

static int get_counters(struct vamp_counters *c)
{
	memset(c, 0, sizeof(*c));
	c->size = sizeof(*c);
	c->version = VAMP_UAPI_VERSION;
	return device_ioctl(VAMP_IOC_COUNTERS, c);
}

void device_counters(struct vamp_counters *c)
{
	if (get_counters(c))
		fail(VAMP_DEVICE " gives no counters: %s", strerror(errno));
}

/* How many entries were stored, or -1. */
static int get_list(unsigned long request, pid_t vm, void *entries,
		    size_t entry_size, unsigned int max)
{
	struct vamp_list list = {
		.size = sizeof(list),
		.version = VAMP_UAPI_VERSION,
		.pid = vm,
		.capacity = max,
		.entry_size = entry_size,
		.entries = (uintptr_t)entries,
	};

	if (device_ioctl(request, &list))
		return -1;
	return list.count;
}

static unsigned int need_list(unsigned long request, pid_t vm, void *entries,
			      size_t entry_size, unsigned int max)
{
	int n = get_list(request, vm, entries, entry_size, max);

	if (n < 0)
		fail(VAMP_DEVICE " lists nothing of VM %d: %s", vm,
		     strerror(errno));
	return n;
}

unsigned int device_vms(struct vamp_vm_info *vms, unsigned int max)
{
	return need_list(VAMP_IOC_VMS, 0, vms, sizeof(*vms), max);
}

unsigned int device_vcpus(pid_t vm, struct vamp_vcpu_info *v, unsigned int max)
{
	return need_list(VAMP_IOC_VCPUS, vm, v, sizeof(*v), max);
}

unsigned int device_tasks(pid_t vm, struct vamp_task_info *t, unsigned int max)
{
	return need_list(VAMP_IOC_TASKS, vm, t, sizeof(*t), max);
}

bool device_vm(pid_t pid, struct vamp_vm_info *vm)
{
	struct vamp_vm_info vms[MAX_VMS];
	unsigned int n = device_vms(vms, MAX_VMS);

	for (unsigned int i = 0; i < n; i++) {
		if (vms[i].pid != pid)
			continue;
		*vm = vms[i];
		return true;
	}
	return false;
}

int device_press(pid_t vm, unsigned int code, unsigned int *result)
{
	struct vamp_input in = {
		.size = sizeof(in),
		.version = VAMP_UAPI_VERSION,
		.pid = vm,
		.pidfd = -1,
		.type = VAMP_INPUT_KEY_PRESS,
		.code = code,
	};

	if (device_ioctl(VAMP_IOC_INPUT, &in))
		return errno;
	*result = in.result;
	return 0;
}

int device_sound(const struct vamp_sound *sound)
{
	struct vamp_sound s = *sound;

	return device_ioctl(VAMP_IOC_SOUND, &s) ? errno : 0;
}

/* In the order of struct vamp_counters. */
static const char *const counters[] = {
	"entries",
	"task_switches",
	"vms_created",
	"vms_freed",
	"vms_refused",
	"inputs",
	"inputs_refused",
	"phases",
	"phases_mixed",
	"classify_runs",
	"classify_max_ns",
	"irqsoff_max_ns",
	"nice_set",
	"nice_restored",
	"nice_outside",
	"interrupt_hints",
	"not_fair",
	"tasks_evicted",
	"nested_skipped",
	"cr3_hidden",
	"trap_refused",
	"events_lost",
	"ipis",
	"injections",
	"audio_accesses",
	"audio_handlers",
	"phases_output",
	"phases_quiet",
	"boosts",
	"placements",
	"placements_late",
};

_Static_assert(offsetof(struct vamp_counters, reasons) ==
		       offsetof(struct vamp_counters, entries) +
			       sizeof(__u64) * ARRAY_SIZE(counters),
	       "each counter has a name");

static const char *const reasons[VAMP_REASONS] = {
	[VAMP_WHY_NONE] = "none",
	[VAMP_WHY_LOAD_ABOVE] = "load_above",
	[VAMP_WHY_LOAD_BELOW] = "load_below",
	[VAMP_WHY_SYSTEM_TASK] = "system_task",
	[VAMP_WHY_ANSWERS_INPUT] = "answers_input",
	[VAMP_WHY_NOT_SUSTAINED] = "not_sustained",
	[VAMP_WHY_NOT_MIXED] = "not_mixed",
	[VAMP_WHY_NEW_TASK] = "new_task",
	[VAMP_WHY_NO_PHASE] = "no_phase",
	[VAMP_WHY_RUNS_BACKGROUND] = "runs_background",
	[VAMP_WHY_RUNS_INTERACTIVE] = "runs_interactive",
	[VAMP_WHY_RAN_INTERACTIVE] = "ran_interactive",
	[VAMP_WHY_INTERRUPT] = "interrupt",
	[VAMP_WHY_MAKES_ROOM] = "makes_room",
	[VAMP_WHY_HALTED] = "halted",
	[VAMP_WHY_PHASE_END] = "phase_end",
	[VAMP_WHY_SWITCHED_OFF] = "switched_off",
	[VAMP_WHY_VM_END] = "vm_end",
	[VAMP_WHY_MAKES_AUDIO] = "makes_audio",
	[VAMP_WHY_QUIET] = "quiet",
	[VAMP_WHY_UNATTENDED] = "unattended",
	[VAMP_WHY_PLACED_SLOW] = "placed_slow",
	[VAMP_WHY_PLACED_FAST] = "placed_fast",
	[VAMP_WHY_UNLOAD] = "unload",
};

const char *device_reason(uint32_t reason)
{
	return reason < VAMP_REASONS && reasons[reason] ? reasons[reason] :
							  "unknown";
}

static const __u64 *values(const struct vamp_counters *c)
{
	return &c->entries;
}

/* Since the module was loaded, not to be subtracted. */
static bool is_maximum(unsigned int i)
{
	return strstr(counters[i], "_max_");
}

static uint64_t growth(const struct vamp_counters *before,
		       const struct vamp_counters *after, unsigned int i)
{
	return values(after)[i] - (is_maximum(i) ? 0 : values(before)[i]);
}

void device_counters_add(struct vamp_counters *sum,
			 const struct vamp_counters *before,
			 const struct vamp_counters *after)
{
	__u64 *total = &sum->entries;

	for (unsigned int i = 0; i < ARRAY_SIZE(counters); i++)
		total[i] = growth(before, after, i) +
			   (is_maximum(i) ? 0 : total[i]);
	for (unsigned int i = 0; i < VAMP_REASONS; i++)
		sum->reasons[i] += after->reasons[i] - before->reasons[i];
}

static void add_count(struct json_object *o, const char *name, uint64_t value)
{
	json_object_object_add(o, name, json_object_new_int64(value));
}

static struct json_object *reasons_json(const struct vamp_counters *before,
					const struct vamp_counters *after)
{
	struct json_object *o = json_object_new_object();

	for (unsigned int i = 0; i < VAMP_REASONS; i++)
		if (after->reasons[i] != before->reasons[i])
			add_count(o, device_reason(i),
				  after->reasons[i] - before->reasons[i]);
	return o;
}

struct json_object *device_counters_json(const struct vamp_counters *before,
					 const struct vamp_counters *after)
{
	struct json_object *o = json_object_new_object();

	for (unsigned int i = 0; i < ARRAY_SIZE(counters); i++)
		add_count(o, counters[i], growth(before, after, i));
	json_object_object_add(o, "reasons", reasons_json(before, after));
	return o;
}

static void add_reason(struct json_object *o, uint32_t reason)
{
	json_object_object_add(o, "reason",
			       json_object_new_string(device_reason(reason)));
}

static struct json_object *vcpus_json(pid_t pid)
{
	struct json_object *list = json_object_new_array(), *o;
	struct vamp_vcpu_info v[MAX_VCPUS];
	int n = get_list(VAMP_IOC_VCPUS, pid, v, sizeof(v[0]), MAX_VCPUS);

	for (int i = 0; i < n; i++) {
		o = json_object_new_object();
		add_count(o, "vcpu_id", v[i].vcpu_id);
		add_count(o, "tid", v[i].tid);
		add_count(o, "base_nice", v[i].base_nice);
		add_count(o, "nice_delta", v[i].nice_delta);
		add_reason(o, v[i].reason);
		add_count(o, "task_id", v[i].task_id);
		add_count(o, "exec_ns", v[i].exec_ns);
		add_count(o, "run_delay_ns", v[i].run_delay_ns);
		add_count(o, "load", v[i].load);
		add_count(o, "flags", v[i].flags);
		json_object_array_add(list, o);
	}
	return list;
}

static struct json_object *tasks_json(pid_t pid)
{
	struct json_object *list = json_object_new_array(), *o;
	static struct vamp_task_info t[MAX_TASKS];
	int n = get_list(VAMP_IOC_TASKS, pid, t, sizeof(t[0]), MAX_TASKS);

	for (int i = 0; i < n; i++) {
		o = json_object_new_object();
		add_count(o, "id", t[i].id);
		add_count(o, "exec_ns", t[i].exec_ns);
		add_count(o, "avg", t[i].avg);
		add_count(o, "load", t[i].load);
		add_count(o, "vcpus", t[i].vcpus);
		add_count(o, "bg_conf", t[i].bg_conf);
		add_count(o, "audio_wakeups", t[i].audio_wakeups);
		add_count(o, "flags", t[i].flags);
		add_count(o, "audio_wakeups", t[i].audio_wakeups);
		add_reason(o, t[i].reason);
		json_object_array_add(list, o);
	}
	return list;
}

static struct json_object *vm_json(const struct vamp_vm_info *vm)
{
	struct json_object *o = json_object_new_object();

	add_count(o, "pid", vm->pid);
	add_count(o, "phase", vm->phase);
	add_count(o, "policy", vm->policy);
	add_count(o, "vm_load", vm->vm_load);
	add_count(o, "vm_waited", vm->vm_waited);
	add_count(o, "track", vm->track);
	add_count(o, "phase_left_ns", vm->phase_left_ns);
	add_count(o, "mem_bytes", vm->mem_bytes);
	add_count(o, "audio_accesses", vm->audio_accesses);
	add_count(o, "output", vm->output);
	add_count(o, "sound_ranges", vm->sound_ranges);
	add_count(o, "reschedule_vector", vm->reschedule_vector);
	json_object_object_add(o, "audio_vcpu",
			       json_object_new_int(vm->audio_vcpu));
	add_count(o, "reactive_load", vm->reactive_load);
	json_object_object_add(o, "vcpus", vcpus_json(vm->pid));
	json_object_object_add(o, "tasks", tasks_json(vm->pid));
	return o;
}

void device_explain(struct json_object *root)
{
	struct vamp_counters zero = { 0 }, c;
	struct json_object *list = json_object_new_array();
	struct vamp_vm_info vms[MAX_VMS];
	int n;

	if (get_counters(&c))
		return;
	json_object_object_add(root, "counters",
			       device_counters_json(&zero, &c));
	n = get_list(VAMP_IOC_VMS, 0, vms, sizeof(vms[0]), MAX_VMS);
	for (int i = 0; i < n; i++)
		json_object_array_add(list, vm_json(&vms[i]));
	json_object_object_add(root, "vms", list);
}
