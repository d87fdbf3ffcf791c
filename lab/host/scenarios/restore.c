// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * restore.c - however a phase ends, every vCPU thread that is left has its
 * administrator's nice again, and no VM's state is left behind.
 */
#include <linux/input-event-codes.h>

#include "daemon.h"
#include "device.h"
#include "module.h"
#include "options.h"
#include "report.h"
#include "stage.h"
#include "util.h"
#include "weight.h"

#define SETTLE_MS	1500
#define SOON_MS		300
#define OUTSIDE_NICE	5

static struct weight base_a, base_b;

/* A phase in which a vCPU is slowed; which one. */
static unsigned int slow_phase(struct vm *vm, const struct weight *base)
{
	unsigned int vcpu;

	sleep_ms(SETTLE_MS);
	stage_phase(vm);
	vcpu = weight_expect_slow(base, vm, PHASE_BEGIN_MS);
	guest_answer(vm);
	weight_expect_slow(base, vm, PHASE_BEGIN_MS);
	return vcpu;
}

static void switch_off(struct pair *p)
{
	slow_phase(&p->a, &base_a);
	module_set_nice(0);
	weight_expect_base(&base_a, &p->a, SOON_MS, "kvm_vamp=0 in a phase");
	weight_expect_base(&base_b, &p->b, 0, "kvm_vamp=0 in another's phase");
	module_set_nice(MODULE_NICE);
	report_step("kvm_vamp=0 in a phase: restored");
}

/* The administrator's word in mid-phase is the new base. */
static void renice(struct pair *p)
{
	struct weight old = base_a;
	unsigned int vcpu = slow_phase(&p->a, &base_a);

	base_a.base[vcpu] = OUTSIDE_NICE;
	weight_renice(p->a.vcpu[vcpu], OUTSIDE_NICE);
	stage_phase_end(&p->a);
	weight_expect_base(&base_a, &p->a, SOON_MS, "renice in a phase");
	weight_set(&base_a, &p->a, old.base);
	report_step("renice in a phase: respected");
}

static void kill_vm(struct pair *p)
{
	slow_phase(&p->a, &base_a);
	vm_check_cpus();
	vm_kill(&p->a);
	weight_expect_base(&base_b, &p->b, PHASE_END_MS, "another was killed");
	stage_expect_vms(1);
	report_step("kill -9 in a phase: its state is gone");
}

/* Nobody attends to phases any more: they end with it. */
static void stop_daemon(struct pair *p)
{
	slow_phase(&p->b, &base_b);
	daemon_stop();
	weight_expect_base(&base_b, &p->b, SOON_MS, "vampd stops in a phase");
	report_step("vampd stops in a phase: restored");
}

/* A phase by hand, which no daemon's end ends. */
static void unload(struct pair *p)
{
	unsigned int result;

	sleep_ms(SETTLE_MS);
	if (device_press(p->b.pid, KEY_ENTER, &result))
		fail("a key by hand is refused");
	weight_expect_slow(&base_b, &p->b, PHASE_BEGIN_MS);
	module_unload();
	weight_expect_base(&base_b, &p->b, 0, "unloaded in a phase");
	report_step("unload in a phase: restored");
}

static void run(void)
{
	struct pair p;

	stage_up(&p, 2);
	weight_set(&base_a, &p.a, (int[]){ 0, 3 });
	weight_set(&base_b, &p.b, (int[]){ 3, 0 });
	guest_app(&p.a, 1000);
	guest_app(&p.b, 1000);
	stage_expect_vms(2);
	switch_off(&p);
	renice(&p);
	kill_vm(&p);
	stop_daemon(&p);
	unload(&p);
	vm_check_cpus();
	vm_power_off(&p.b);
}

const struct scenario scenario_restore = {
	.name = "restore",
	.about = "weights return to the administrator's, however a phase ends",
	.limit_s = 360,
	.need = NEED_DAEMON,
	.run = run,
};
