// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * record-desktop.c - a recording: Enter, an application that answers, two hogs.
 */
#include "guest.h"
#include "options.h"
#include "record.h"
#include "report.h"
#include "stage.h"
#include "util.h"

#define BURST		3000
#define SETTLE_MS	1500
#define PRESSES		6
#define THINK_MIN_MS	400
#define THINK_MAX_MS	1500

static void run(void)
{
	uint64_t random = options.seed;
	struct vm vm;

	record_begin(&vm, NULL);
	guest_app(&vm, BURST);
	guest_tell(&vm, "hogs 2");
	sleep_ms(SETTLE_MS);
	for (unsigned int i = 0; i < PRESSES; i++) {
		report_live("Enter %u of %u", i + 1, PRESSES);
		guest_respond(&vm);
		sleep_ms(random_between(&random, THINK_MIN_MS, THINK_MAX_MS));
	}
	stage_phase_end(&vm);
	record_end(&vm);
}

const struct scenario scenario_record_desktop = {
	.name = "record-desktop",
	.about = "a recording: Enter, an application's answers, two hogs",
	.limit_s = 480,
	.need = NEED_DAEMON,
	.run = run,
};
