// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * smoke.c - the whole chain once: a real key press makes a phase, a vCPU is
 * slowed, the phase ends, everything is as before.
 */
#include "module.h"
#include "options.h"
#include "report.h"
#include "stage.h"
#include "util.h"
#include "weight.h"

#define SETTLE_MS	1500

static void run(void)
{
	struct weight base = { 0 };
	struct pair p;

	stage_up(&p, 2);
	guest_app(&p.a, 1000);
	sleep_ms(SETTLE_MS);
	weight_expect_base(&base, &p.a, 0, "before any phase");
	stage_phase(&p.a);
	weight_expect_slow(&base, &p.a, PHASE_BEGIN_MS);
	report_step("Enter began a MIXED phase, a vCPU is slowed");
	guest_answer(&p.a);
	stage_phase_end(&p.a);
	weight_expect_base(&base, &p.a, 200, "after the phase");
	weight_expect_base(&base, &p.b, 200, "after the other VM's phase");
	report_step("the phase ended, weights are back");
	stage_down(&p);
}

const struct scenario scenario_smoke = {
	.name = "smoke",
	.about = "one key press through module and daemon, and back to normal",
	.limit_s = 240,
	.need = NEED_DAEMON,
	.run = run,
};
