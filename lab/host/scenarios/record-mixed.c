// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * record-mixed.c - a recording of what the others have not: loads on both sides
 * of the threshold, short processes by the dozen, keys and mouse buttons, and
 * pauses, of the VM and of the observation.
 */
#include "guest.h"
#include "module.h"
#include "options.h"
#include "record.h"
#include "report.h"
#include "util.h"

#define SETTLE_MS	1500
#define INPUTS		8
#define THINK_MIN_MS	200
#define THINK_MAX_MS	1200
#define PAUSE_MS	500

static void give_inputs(struct vm *vm, uint64_t *random)
{
	for (unsigned int i = 0; i < INPUTS; i++) {
		report_live("input %u of %u", i + 1, INPUTS);
		if (i & 1)
			vm_click(vm);
		else
			vm_press(vm, "ret");
		sleep_ms(random_between(random, THINK_MIN_MS, THINK_MAX_MS));
	}
}

/* Ends a phase if there is one; each vCPU is met anew afterwards. */
static void pause_observation(void)
{
	module_set("load_monitor_enabled", "0");
	sleep_ms(PAUSE_MS);
	module_set("load_monitor_enabled", "1");
}

static void run(void)
{
	uint64_t random = options.seed;
	struct vm vm;

	record_begin(&vm, NULL);
	guest_tell(&vm, "duty 70 25");
	guest_tell(&vm, "shell");
	sleep_ms(SETTLE_MS);
	give_inputs(&vm, &random);
	vm_pause(&vm, PAUSE_MS);
	sleep_ms(SETTLE_MS);
	pause_observation();
	sleep_ms(SETTLE_MS);
	give_inputs(&vm, &random);
	record_end(&vm);
}

const struct scenario scenario_record_mixed = {
	.name = "record-mixed",
	.about = "a recording: partial loads, short processes, keys, buttons",
	.limit_s = 480,
	.need = NEED_DAEMON,
	.run = run,
};
