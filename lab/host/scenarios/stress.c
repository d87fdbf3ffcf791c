// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * stress.c - months of administrators in minutes: the module is loaded and
 * unloaded a hundred times while guests boot, work and are killed, inputs arrive
 * and parameters change; the daemon is killed in phases; KVM itself is loaded
 * anew. Everything returns to where it began.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "daemon.h"
#include "device.h"
#include "guest.h"
#include "module.h"
#include "options.h"
#include "report.h"
#include "stage.h"
#include "util.h"
#include "weight.h"

#define ROUNDS		4	/* each ends with no VM and KVM loaded anew */
#define CYCLES		25	/* of a round */
#define SLOTS		3	/* VMs at a time */
#define LONGEST_MS	300	/* that the module stays */
#define LIFE		12	/* cycles that a VM may work, at most */
#define BOOT_NS		(120 * NSEC_PER_SEC)
#define PHASE_OVER_NS	(2 * NSEC_PER_SEC)
#define GROWTH_KB	4096	/* of memory in use, from the first round on */
#define MODULES		"/proc/1/root/modules/"

/* One VM's place: empty, booting or up. */
struct slot {
	struct vm vm;
	enum {
		EMPTY,
		BOOTS,
		WORKS
	} state;
	uint64_t began;
	unsigned int life;	/* cycles left */
};

static const struct {
	const char *name, *values[4];
} knobs[] = {
	{ "policy", { "vamp", "vee14" } },
	{ "track_cr3_load", { "0", "1" } },
	{ "bg_load_thresh_pct", { "50", "1", "100" } },
	{ "max_interactive_phase_msec", { "5000", "100", "1000" } },
	{ "remote_wakeup_track_mode", { "15", "0", "5" } },
	{ "load_prof_enabled", { "0", "1" } },
	{ "load_monitor_enabled", { "1", "0", "1" } },
	{ "make_room", { "1", "0" } },
	{ "fast_slice_ns", { "0", "500000" } },
};

static struct slot slot[SLOTS];
static const struct weight base;
static uint64_t rng;

static unsigned int pick(unsigned int n)
{
	return random_between(&rng, 0, n - 1);
}

static void begin(struct slot *s, unsigned int i)
{
	static const char *const names[SLOTS] = { "A", "B", "C" };

	vm_start(&s->vm, names[i]);
	s->state = BOOTS;
	s->began = now_ns();
	s->life = 2 + pick(LIFE);
}

static void finish(struct slot *s)
{
	if (s->state == WORKS && pick(2))
		vm_power_off(&s->vm);
	else
		vm_kill(&s->vm);
	s->state = EMPTY;
}

/* Some are killed while they still boot. */
static void look_after(struct slot *s, unsigned int i)
{
	if (s->state == EMPTY) {
		begin(s, i);
	} else if (s->state == BOOTS && vm_is_up(&s->vm)) {
		guest_tell(&s->vm, "hogs 2");
		s->state = WORKS;
	} else if (s->state == BOOTS && now_ns() > s->began + BOOT_NS) {
		vm_lost(&s->vm, "did not boot");
	} else if (s->state == WORKS ? !s->life-- : !pick(60)) {
		finish(s);
	}
}

static void change_something(void)
{
	static const int nices[] = { 0, MODULE_NICE, 38 };
	unsigned int k = pick(ARRAY_SIZE(knobs)), n = 0;

	while (n < ARRAY_SIZE(knobs[k].values) && knobs[k].values[n])
		n++;
	module_set(knobs[k].name, knobs[k].values[pick(n)]);
	if (!pick(8))
		module_set_nice(nices[pick(ARRAY_SIZE(nices))]);
}

/* The module may not know it yet, or be switched off. */
static void press(struct slot *s)
{
	unsigned int result;
	int error;

	if (s->state == EMPTY)
		return;
	error = device_press(s->vm.pid, VAMP_SCANCODE_ENTER, &result);
	if (error && error != ESRCH && error != EOPNOTSUPP)
		fail("input for VM %s is refused: %s", s->vm.name,
		     strerror(error));
}

static void expect_base(const char *when)
{
	for (unsigned int i = 0; i < SLOTS; i++)
		if (slot[i].state != EMPTY)
			weight_expect_base(&base, &slot[i].vm, 0, when);
}

static void cycle(void)
{
	uint64_t end;

	module_load("");
	module_set_nice(MODULE_NICE);
	end = now_ns() + pick(LONGEST_MS) * NSEC_PER_MSEC;
	do {
		press(&slot[pick(SLOTS)]);
		change_something();
		sleep_ms(pick(20));
	} while (now_ns() < end);
	module_unload();
	expect_base("after unloading");
}

static bool in_phase(const struct slot *s)
{
	struct vamp_vm_info info;

	return s->state != EMPTY && device_vm(s->vm.pid, &info) &&
	       info.phase != VAMP_PHASE_NORMAL;
}

/* Phases end with the daemon that attends to them. */
static void expect_no_phase(void)
{
	uint64_t deadline = now_ns() + PHASE_OVER_NS;

	for (unsigned int i = 0; i < SLOTS; i++)
		while (in_phase(&slot[i])) {
			if (now_ns() > deadline)
				fail("a phase outlasts the daemon");
			sleep_ms(10);
		}
	expect_base("when the daemon is gone");
}

/* Killed in a phase, the daemon leaves nothing behind that hinders the next. */
static void kill_daemon(void)
{
	module_load("");
	module_set_nice(MODULE_NICE);
	daemon_start();
	daemon_await();
	press(&slot[0]);
	daemon_kill();
	expect_no_phase();
	daemon_start();
	daemon_await();
	daemon_stop();
	module_unload();
	expect_base("after the daemon was killed");
}

static void expect_no_vms(void)
{
	module_load("");
	for (unsigned int i = 0; i < SLOTS; i++)
		if (slot[i].state != EMPTY) {
			press(&slot[i]);
			finish(&slot[i]);
		}
	stage_expect_vms(0);
	module_unload();
}

static void remove_module(const char *name)
{
	if (syscall(SYS_delete_module, name, O_NONBLOCK))
		fail("%s does not unload: %s", name, strerror(errno));
}

static void insert_module(const char *file)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), MODULES "%s", file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || syscall(SYS_finit_module, fd, "", 0))
		undecided("%s does not load: %s", path, strerror(errno));
	close(fd);
}

/* Which nothing of ours may hold. */
static void reload_kvm(void)
{
	remove_module("kvm_amd");
	remove_module("kvm");
	insert_module("kvm.ko");
	insert_module("kvm-amd.ko");
}

static long meminfo(const char *name)
{
	char text[8192], *p;

	if (read_text("/proc/meminfo", text, sizeof(text)))
		undecided("/proc/meminfo: %s", strerror(errno));
	p = strstr(text, name);
	if (!p)
		undecided("no %s in /proc/meminfo", name);
	return strtol(p + strlen(name) + 1, NULL, 10);
}

/* Kernel memory that nobody can take back, in KiB. */
static long kernel_memory(void)
{
	write_text("/proc/sys/vm/drop_caches", "3");
	sleep_ms(500);
	return meminfo("SUnreclaim") + meminfo("VmallocUsed") +
	       meminfo("Percpu") + meminfo("KernelStack");
}

static void run_round(unsigned int round)
{
	for (unsigned int i = 0; i < CYCLES; i++) {
		report_live("round %u of %u, cycle %u of %u", round + 1, ROUNDS,
			    i + 1, CYCLES);
		for (unsigned int j = 0; j < SLOTS; j++)
			look_after(&slot[j], j);
		cycle();
		if (i % 10 == 9)
			kill_daemon();
	}
	expect_no_vms();
	reload_kvm();
}

static void run(void)
{
	struct json_object *kb = json_object_new_array();
	long first = 0, now;

	rng = options.seed;
	json_object_object_add(report_root(), "kernel_kb", kb);
	for (unsigned int round = 0; round < ROUNDS; round++) {
		run_round(round);
		now = kernel_memory();
		json_object_array_add(kb, json_object_new_int64(now));
		report_step(
			"round %u: %u cycles, no VM left, KVM loaded anew, kernel memory %ld KiB",
			round + 1, CYCLES, now);
		if (!round)
			first = now;
		else if (now > first + GROWTH_KB)
			fail("kernel memory grew from %ld to %ld KiB", first,
			     now);
	}
}

const struct scenario scenario_stress = {
	.name = "stress",
	.about =
		"100 load/unload cycles while guests come, work and are killed",
	.limit_s = 900,
	.need = NEED_DAEMON,
	.run = run,
};
