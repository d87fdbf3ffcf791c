// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * policy-off.c - with kvm_vamp at 0, input changes no vCPU's nice, ever.
 */
#include "device.h"
#include "module.h"
#include "options.h"
#include "report.h"
#include "stage.h"
#include "util.h"
#include "weight.h"

#define INPUTS		6
#define WATCH_NS	(900 * NSEC_PER_MSEC)

static const struct weight base;

static void press_and_watch(struct pair *p)
{
	uint64_t end = now_ns() + WATCH_NS;

	vm_press(&p->a, "ret");
	do {
		if (!weight_is_base(&base, &p->a) ||
		    !weight_is_base(&base, &p->b))
			fail("a vCPU's nice changed with kvm_vamp 0");
	} while (now_ns() < end);
	guest_answer(&p->a);
}

static void try_policy(struct pair *p, const char *policy)
{
	struct vamp_counters before, after;

	module_set("policy", policy);
	device_counters(&before);
	for (int i = 0; i < INPUTS; i++)
		press_and_watch(p);
	device_counters(&after);
	if (after.nice_set != before.nice_set || after.phases != before.phases)
		fail("policy %s with kvm_vamp 0: %llu phases, nice set %llu times",
		     policy, after.phases - before.phases,
		     after.nice_set - before.nice_set);
	report_step("policy %s: %d inputs, no nice changed", policy, INPUTS);
}

static void run(void)
{
	struct pair p;

	stage_up(&p, 2);
	module_set_nice(0);
	guest_app(&p.a, 1000);
	weight_expect_base(&base, &p.a, 200, "with kvm_vamp set to 0");
	try_policy(&p, "vee14");
	try_policy(&p, "vamp");
	stage_down(&p);
}

const struct scenario scenario_policy_off = {
	.name = "policy-off",
	.about = "with kvm_vamp=0 no vCPU's nice ever changes",
	.limit_s = 300,
	.need = NEED_DAEMON,
	.run = run,
};
