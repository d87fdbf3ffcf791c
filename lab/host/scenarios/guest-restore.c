// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * guest-restore.c - whatever ends a placement in a guest, all threads, cgroups and
 * interrupts are where they were, soon and to the byte.
 */
#include <signal.h>

#include "daemon.h"
#include "device.h"
#include "extension.h"
#include "module.h"
#include "options.h"
#include "report.h"
#include "stage.h"
#include "util.h"

#define OPTIONS		"-m static -f 1 -i sound -i block"
#define PLACED_MS	5000
#define RESTORED_MS	3000
#define PAUSE_MS	8000		/* longer than any phase */
#define SETTLE_MS	1500
#define SPARE_PCT	24		/* less than that is waited for */

static void await_placed(struct vm *vm, const char *when)
{
	uint64_t deadline = now_ns() + PLACED_MS * NSEC_PER_MSEC;
	char what[256];

	while (extension_same(vm, what, sizeof(what)))
		if (now_ns() > deadline)
			fail("%s: nothing is placed in VM %s", when, vm->name);
}

static void await_restored(struct vm *vm, const char *when)
{
	uint64_t deadline = now_ns() + RESTORED_MS * NSEC_PER_MSEC;
	char what[256];

	while (!extension_same(vm, what, sizeof(what)))
		if (now_ns() > deadline)
			fail("%s: not as before in VM %s: %s", when, vm->name,
			     what);
	report_step("%s: all is as before", when);
}

/* A phase in which the guest's tasks are placed. */
static void placed(struct vm *vm, const char *when)
{
	stage_phase_end(vm);
	sleep_ms(SETTLE_MS);
	stage_phase(vm);
	await_placed(vm, when);
}

static void phase_ends(struct vm *vm)
{
	placed(vm, "the phase ends");
	stage_phase_end(vm);
	await_restored(vm, "the phase ends");
}

static void switch_off(struct vm *vm)
{
	placed(vm, "kvm_vamp=0");
	module_set_nice(0);
	await_restored(vm, "kvm_vamp=0");
	module_set_nice(MODULE_NICE);
}

static void end_agent(struct vm *vm, int sig, const char *when)
{
	placed(vm, when);
	extension_end(vm, sig);
	await_restored(vm, when);
	extension_start(vm, OPTIONS);
}

static void unplug(struct vm *vm)
{
	placed(vm, "the port is unplugged");
	extension_unplug(vm);
	await_restored(vm, "the port is unplugged");
	extension_plug(vm);
}

static void lose_daemon(struct vm *vm)
{
	placed(vm, "vampd is killed");
	daemon_kill();
	await_restored(vm, "vampd is killed");
	daemon_start();
	daemon_wait(vm);
}

/* The guest's clocks stand still with it: the time counts from its return. */
static void pause_vm(struct vm *vm)
{
	placed(vm, "the VM is paused");
	vm_pause(vm, PAUSE_MS);
	await_restored(vm, "the VM is paused");
}

/*
 * Background is niced then, and nobody moved. What the VM waited counts from
 * before phases that follow each other.
 */
static void with_cpus_to_spare(struct pair *p)
{
	struct vamp_vm_info info;

	guest_tell(&p->b, "stop");
	sleep_ms(PAUSE_MS);
	placed(&p->a, "the host has CPUs to spare");
	if (!device_vm(p->a.pid, &info) || info.vm_waited > SPARE_PCT)
		fail("VM A waited for %u %% of what it wanted, beside nobody",
		     info.vm_waited);
	stage_phase_end(&p->a);
	await_restored(&p->a, "the host has CPUs to spare");
	end_agent(&p->a, SIGKILL, "the agent is killed then");
	guest_tell(&p->b, "cont");
}

static void run(void)
{
	struct pair p;

	stage_up(&p, 2);
	guest_app(&p.a, 1000);
	extension_keep(&p.a);
	extension_start(&p.a, OPTIONS);
	report_step("the guest extension runs");
	phase_ends(&p.a);
	switch_off(&p.a);
	end_agent(&p.a, SIGKILL, "the agent is killed");
	end_agent(&p.a, SIGTERM, "the agent stops");
	unplug(&p.a);
	lose_daemon(&p.a);
	pause_vm(&p.a);
	phase_ends(&p.a);
	with_cpus_to_spare(&p);
	extension_end(&p.a, SIGTERM);
	stage_down(&p);
}

const struct scenario scenario_guest_restore = {
	.name = "guest-restore",
	.about =
		"guest tasks are back on their vCPUs, whatever ends a placement",
	.limit_s = 480,
	.need = NEED_EXTENSION,
	.run = run,
};
