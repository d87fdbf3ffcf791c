// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * odd-guests.c - guests that are not as most are: each must be tracked as far as it
 * can be, its background work found, and its threads' weights restored.
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "cgroup.h"
#include "device.h"
#include "guest.h"
#include "module.h"
#include "options.h"
#include "report.h"
#include "stage.h"
#include "tiny.h"
#include "util.h"
#include "weight.h"

#define BUSY_MS		2500	/* for a load to show, and two roots to be one */
#define PHASE_MSEC	"2000"
#define SLOW_NS		(2 * NSEC_PER_SEC)
#define SOON_NS		(5 * NSEC_PER_SEC)
#define GONE_NS		(20 * NSEC_PER_SEC)
#define MUCH		200000	/* loops of a tiny guest */
#define LITTLE		1000
#define TASKS		1024
#define VCPUS		16

static struct vamp_task_info tasks[TASKS];
static struct vamp_vcpu_info vcpus[VCPUS];

/* What is odd about the guest, and what is to be seen of it beside the usual. */
struct odd {
	const char *name;
	const char *const *more;	/* for QEMU */
	const char *append;		/* for the guest's kernel */
	const char *load;		/* for the agent */
	unsigned int background;	/* tasks: so many, exactly */
	void (*prepare)(struct vm *vm);	/* before the load starts */
	void (*in_phase)(struct vm *vm);
};

static void press(pid_t pid)
{
	unsigned int result;
	int error = device_press(pid, VAMP_SCANCODE_ENTER, &result);

	if (error)
		fail("input is refused: %s", strerror(error));
}

static unsigned int count_background(pid_t pid)
{
	unsigned int n = device_tasks(pid, tasks, TASKS), found = 0;

	for (unsigned int i = 0; i < n; i++)
		found += !!(tasks[i].flags & VAMP_TASK_BACKGROUND);
	return found;
}

static void expect_background(pid_t pid, const char *name,
			      unsigned int background)
{
	unsigned int found = count_background(pid);
	struct vamp_vm_info info = { 0 };

	if (!device_vm(pid, &info) || info.phase != VAMP_PHASE_MIXED)
		fail("%s: Enter begins no MIXED phase (load %u)", name,
		     info.vm_load);
	if (found != background)
		fail("%s: %u background tasks, not %u", name, found,
		     background);
}

/* Some vCPU with background work alone is slow. */
static void expect_slow(const struct vm *vm, const struct odd *o)
{
	uint64_t deadline = now_ns() + SLOW_NS;
	unsigned int n;

	do {
		n = device_vcpus(vm->pid, vcpus, VCPUS);
		for (unsigned int i = 0; i < n; i++)
			if (weight_nice(vcpus[i].tid) == MODULE_NICE)
				return;
		sleep_ms(5);
	} while (now_ns() < deadline);
	fail("%s: no vCPU is slow", o->name);
}

static void expect_restored(const struct vm *vm, const char *name)
{
	uint64_t deadline = now_ns() + SOON_NS;
	unsigned int n, slow;

	do {
		n = device_vcpus(vm->pid, vcpus, VCPUS);
		slow = 0;
		for (unsigned int i = 0; i < n; i++)
			slow += weight_nice(vcpus[i].tid) != 0;
		if (!slow)
			return;
		sleep_ms(20);
	} while (now_ns() < deadline);
	fail("%s: %u vCPUs stay slow after the phase", name, slow);
}

/* ---- what is odd ---- */

static void pause_in_phase(struct vm *vm)
{
	vm_monitor(vm, "{\"execute\":\"stop\"}", NULL, 0);
	expect_restored(vm, "paused");
	vm_monitor(vm, "{\"execute\":\"cont\"}", NULL, 0);
	sleep_ms(BUSY_MS);
	press(vm->pid);
}

/* The process stays, its vCPUs are silent for ever. */
static void migrate_in_phase(struct vm *vm)
{
	uint64_t deadline = now_ns() + GONE_NS;
	char answer[4096];

	vm_monitor(vm,
		   "{\"execute\":\"migrate\",\"arguments\":"
		   "{\"uri\":\"exec:cat >/dev/null\"}}",
		   NULL, 0);
	do {
		if (now_ns() > deadline)
			undecided("the guest does not migrate");
		sleep_ms(200);
		vm_monitor(vm, "{\"execute\":\"query-migrate\"}", answer,
			   sizeof(answer));
	} while (!strstr(answer, "\"completed\""));
	expect_restored(vm, "migrated");
}

static void make_real_time(struct vm *vm)
{
	struct sched_param p = { .sched_priority = 1 };

	if (sched_setscheduler(vm->vcpu[0], SCHED_FIFO, &p))
		undecided("no real-time thread: %s", strerror(errno));
}

/* It is left alone, and that is said; the other is dealt with. */
static void check_real_time(struct vm *vm)
{
	unsigned int n = device_vcpus(vm->pid, vcpus, VCPUS);
	struct vamp_counters c;

	for (unsigned int i = 0; i < n; i++)
		if ((vcpus[i].flags & VAMP_VCPU_LEFT_ALONE) !=
		    (vcpus[i].tid == vm->vcpu[0] ? VAMP_VCPU_LEFT_ALONE : 0))
			fail("real-time: flags of vCPU %u are %#x",
			     vcpus[i].vcpu_id, vcpus[i].flags);
	if (sched_getscheduler(vm->vcpu[0]) != SCHED_FIFO)
		fail("real-time: the thread is no more");
	device_counters(&c);
	if (!c.not_fair)
		fail("real-time: not counted");
}

static void pin(struct vm *vm)
{
	for (unsigned int i = 0; i < vm->nr_vcpus; i++) {
		cpu_set_t cpu;

		CPU_ZERO(&cpu);
		CPU_SET(1 + i % 2, &cpu);
		if (sched_setaffinity(vm->vcpu[i], sizeof(cpu), &cpu))
			undecided("a vCPU cannot be pinned: %s",
				  strerror(errno));
	}
}

static void check_pinned(struct vm *vm)
{
	for (unsigned int i = 0; i < vm->nr_vcpus; i++) {
		cpu_set_t cpus;

		if (sched_getaffinity(vm->vcpu[i], sizeof(cpus), &cpus) ||
		    CPU_COUNT(&cpus) != 1 || !CPU_ISSET(1 + i % 2, &cpus))
			fail("pinned: vCPU %u is pinned no more", i);
	}
}

/* The properties of the vCPU that is not there yet, as device_add wants them. */
static struct json_object *missing_vcpu(struct json_object *list)
{
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *o = json_object_array_get_idx(list, i);
		struct json_object *p = json_object_object_get(o, "props");

		if (json_object_object_get(o, "qom-path"))
			continue;
		json_object_object_add(
			p, "driver",
			json_object_get(json_object_object_get(o, "type")));
		json_object_object_add(p, "id", json_object_new_string("late"));
		return p;
	}
	undecided("QEMU has no vCPU to add");
}

static void plug(struct vm *vm)
{
	char answer[4096], command[512];
	struct json_object *root;

	vm_monitor(vm, "{\"execute\":\"query-hotpluggable-cpus\"}", answer,
		   sizeof(answer));
	root = json_tokener_parse(answer);
	snprintf(command, sizeof(command),
		 "{\"execute\":\"device_add\",\"arguments\":%s}",
		 json_object_to_json_string(
			 missing_vcpu(json_object_object_get(root, "return"))));
	json_object_put(root);
	vm_monitor(vm, command, NULL, 0);
	sleep_ms(1000);
	guest_tell(vm, "online 2");
}

static void check_plugged(struct vm *vm)
{
	unsigned int n = device_vcpus(vm->pid, vcpus, VCPUS);

	if (n != 3)
		fail("plugged: %u vCPUs are tracked, not 3", n);
}

static void start_shell(struct vm *vm)
{
	guest_tell(vm, "shell");
}

/* Its table is full of processes that are gone: it stays bounded. */
static void check_table(struct vm *vm)
{
	struct vamp_vm_info info;

	if (!device_vm(vm->pid, &info) || info.nr_tasks > 512)
		fail("shell: %u tasks are tracked", info.nr_tasks);
}

static const char *const many[] = { "-smp", "6", NULL };
static const char *const room_for_one[] = { "-smp", "2,maxcpus=3", NULL };

static const struct odd odds[] = {
	{ .name = "page-table isolation",
	  .append = "pti=on",
	  .load = "hogs 2",
	  .background = 2 },
	{ .name = "more vCPUs than CPUs",
	  .more = many,
	  .load = "hogs 5",
	  .background = 5 },
	{ .name = "vCPU plugged",
	  .more = room_for_one,
	  .prepare = plug,
	  .load = "hogs 3",
	  .background = 3,
	  .in_phase = check_plugged },
	{ .name = "idle=poll",
	  .append = "idle=poll",
	  .load = "hogs 2",
	  .background = 2 },
	{ .name = "short processes",
	  .prepare = start_shell,
	  .load = "hogs 2",
	  .background = 2,
	  .in_phase = check_table },
	{ .name = "real-time",
	  .prepare = make_real_time,
	  .load = "hogs 2",
	  .background = 2,
	  .in_phase = check_real_time },
	{ .name = "pinned",
	  .prepare = pin,
	  .load = "hogs 2",
	  .background = 2,
	  .in_phase = check_pinned },
	{ .name = "paused",
	  .load = "hogs 2",
	  .background = 2,
	  .in_phase = pause_in_phase },
	{ .name = "migrated away",
	  .load = "hogs 2",
	  .background = 2,
	  .in_phase = migrate_in_phase },
};

static void observe(const struct odd *o, struct vm *vm)
{
	sleep_ms(BUSY_MS);
	press(vm->pid);
	expect_background(vm->pid, o->name, o->background);
	expect_slow(vm, o);
	if (o->in_phase)
		o->in_phase(vm);
	expect_restored(vm, o->name);
}

static void try_odd(const struct odd *o)
{
	struct vm vm;

	report_live("%s", o->name);
	vm_start_odd(&vm, "A", o->more, o->append ? o->append : "");
	vm_wait(&vm);
	stage_known(&vm);
	if (o->prepare)
		o->prepare(&vm);
	guest_tell(&vm, o->load);
	observe(o, &vm);
	vm_kill(&vm);
	stage_expect_vms(0);
	report_step("%s: as it should be", o->name);
}

/* Ends when it is killed. */
static _Noreturn void become_tiny(void)
{
	struct tiny t;

	if (cgroup_join("tiny"))
		fail("raw guest: no cgroup");
	tiny_start(&t, TINY_LONG);
	tiny_spin(&t, MUCH, LITTLE);
	tiny_go(&t, UINT32_MAX);
	tiny_wait(&t);
	exit(1);
}

/*
 * Linux does not come up without KVM's interrupt controllers on an emulated
 * processor in bearable time: a guest that needs none shows it.
 */
static void try_without_irqchip(void)
{
	static const char name[] = "no irqchip in the kernel";
	pid_t pid;

	report_live("%s", name);
	cgroup_create("tiny");
	pid = fork();
	if (!pid)
		become_tiny();
	sleep_ms(BUSY_MS);
	press(pid);
	expect_background(pid, name, 1);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	cgroup_remove("tiny");
	stage_expect_vms(0);
	report_step("%s: as it should be", name);
}

static void run(void)
{
	module_load("");
	module_set("max_interactive_phase_msec", PHASE_MSEC);
	module_set_nice(MODULE_NICE);
	for (unsigned int i = 0; i < ARRAY_SIZE(odds); i++)
		try_odd(&odds[i]);
	try_without_irqchip();
	module_unload();
}

const struct scenario scenario_odd_guests = {
	.name = "odd-guests",
	.about =
		"isolated, many, late, polling, real-time, paused, gone: restored",
	.limit_s = 600,
	.need = NEED_MODULE,
	.run = run,
};
