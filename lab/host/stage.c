// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * stage.c - module, daemon and VMs together.
 */
#include <stdio.h>

#include "daemon.h"
#include "device.h"
#include "module.h"
#include "report.h"
#include "stage.h"
#include "util.h"

#define KNOWN_NS	(10 * NSEC_PER_SEC)

void stage_known(const struct vm *vm)
{
	uint64_t deadline = now_ns() + KNOWN_NS;
	struct vamp_vm_info info;

	while (!device_vm(vm->pid, &info)) {
		if (now_ns() > deadline)
			fail("the module does not see VM %s", vm->name);
		sleep_ms(20);
	}
}

void stage_phase(struct vm *vm)
{
	uint64_t deadline = now_ns() + PHASE_BEGIN_MS * NSEC_PER_MSEC;
	struct vamp_vm_info info;

	vm_press(vm, "ret");
	do {
		if (now_ns() > deadline)
			fail("Enter in VM %s begins no MIXED phase (phase %u, load %u)",
			     vm->name, info.phase, info.vm_load);
		sleep_ms(2);
		if (!device_vm(vm->pid, &info))
			fail("the module lost VM %s", vm->name);
	} while (info.phase != VAMP_PHASE_MIXED);
}

void stage_phase_end(const struct vm *vm)
{
	uint64_t deadline = now_ns() + PHASE_END_MS * NSEC_PER_MSEC;
	struct vamp_vm_info info;

	while (device_vm(vm->pid, &info) && info.phase != VAMP_PHASE_NORMAL) {
		if (now_ns() > deadline)
			fail("the phase of VM %s does not end", vm->name);
		sleep_ms(10);
	}
}

static void load(void)
{
	module_load("");
	module_set_nice(MODULE_NICE);
	daemon_start();
	report_step("module and daemon are loaded");
}

/* What begins to run after a key counts as its answer: no background must. */
static void begin_work(struct pair *p, const char *own, unsigned int hogs)
{
	char command[32];

	stage_known(&p->a);
	stage_known(&p->b);
	daemon_wait(&p->a);
	report_step("keys of VM A reach the module");
	stage_phase_end(&p->a);
	snprintf(command, sizeof(command), "hogs %u", hogs);
	guest_tell(&p->a, own ? own : command);
	guest_tell(&p->b, command);
}

void stage_up(struct pair *p, unsigned int hogs)
{
	load();
	pair_start(p);
	begin_work(p, NULL, hogs);
}

void stage_up_desktop(struct pair *p, const char *jobs, unsigned int hogs)
{
	load();
	pair_start_desktop(p);
	begin_work(p, jobs, hogs);
}

void stage_down(struct pair *p)
{
	daemon_stop();
	module_unload();
	report_step("daemon has stopped, module is unloaded");
	pair_power_off(p);
}

void stage_expect_vms(unsigned int n)
{
	uint64_t deadline = now_ns() + KNOWN_NS;
	struct vamp_counters c;

	for (;;) {
		device_counters(&c);
		if (c.vms_created - c.vms_freed == n)
			return;
		if (now_ns() > deadline)
			fail("%llu VMs created, %llu freed, but %u exist",
			     c.vms_created, c.vms_freed, n);
		sleep_ms(50);
	}
}
