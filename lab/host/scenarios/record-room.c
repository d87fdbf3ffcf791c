// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * record-room.c - a recording by vampctl, with the module's answers: VM B makes room for
 * A, is in a phase of its own, then the policy changes, and all is switched off.
 */
#include <stdio.h>

#include "device.h"
#include "module.h"
#include "options.h"
#include "report.h"
#include "stage.h"
#include "util.h"
#include "vampctl.h"

#define VAMPCTL		"build/vampctl/vampctl"
#define RECORDING	"/run/lab/neighbour.zst"
#define RECORD_S	32
#define SETTLE_MS	1500
#define WORK		300
#define ANSWERS		4
#define ANSWER_MS	1000

static bool makes_room(const struct vm *vm)
{
	struct vamp_vcpu_info v[VM_VCPUS_MAX];
	unsigned int n = device_vcpus(vm->pid, v, VM_VCPUS_MAX);

	for (unsigned int i = 0; i < n; i++)
		if (v[i].reason == VAMP_WHY_MAKES_ROOM)
			return true;
	return false;
}

/* It is in no phase, and yet slow; not all the time, but while VM A answers. */
static void expect_room(struct pair *p)
{
	bool seen = false;

	for (unsigned int i = 0; i < ANSWERS; i++) {
		uint64_t deadline = now_ns() + ANSWER_MS * NSEC_PER_MSEC;

		vm_press(&p->a, "ret");
		while (now_ns() < deadline)
			seen |= makes_room(&p->b);
	}
	if (!seen)
		fail("VM B makes no room for VM A");
}

static void phase(struct vm *vm)
{
	stage_phase(vm);
	stage_phase_end(vm);
}

static void be_recorded(struct pair *p)
{
	sleep_ms(SETTLE_MS);
	stage_phase(&p->a);
	expect_room(p);
	stage_phase_end(&p->a);
	phase(&p->b);
	module_set("policy", "vee14");
	phase(&p->b);
	stage_phase(&p->b);
	module_set_nice(0);
}

static void run(void)
{
	struct pair p;
	char pid[16];

	stage_up(&p, 2);
	guest_app(&p.a, WORK);
	guest_app(&p.b, WORK);
	snprintf(pid, sizeof(pid), "%d", p.b.pid);
	vampctl_record_begin(VAMPCTL, pid, RECORDING, RECORD_S);
	be_recorded(&p);
	vampctl_record_end(VAMPCTL, RECORDING);
	report_step("recorded; the replay decides the same");
	stage_down(&p);
}

const struct scenario scenario_record_room = {
	.name = "record-room",
	.about = "a recording by vampctl: a neighbour that makes room",
	.limit_s = 300,
	.need = NEED_DAEMON,
	.run = run,
};
