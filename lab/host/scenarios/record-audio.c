// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * record-audio.c - a recording: a player and its sound server on AC97, two hogs,
 * phases that sound starts.
 */
#include "device.h"
#include "guest.h"
#include "module.h"
#include "options.h"
#include "player.h"
#include "record.h"
#include "report.h"
#include "util.h"

/* As in scenario audio. */
#define DEVICE		"ac97"
#define PERCENT		65
#define PERIOD_MS	80
#define PHASE_MSEC	"2000"
#define RECORD_MS	10000

static void expect_phases(void)
{
	struct vamp_counters before, after;

	device_counters(&before);
	sleep_ms(RECORD_MS);
	device_counters(&after);
	if (after.phases_output == before.phases_output)
		fail("no phase was started by sound");
}

static void run(void)
{
	struct vm vm;

	record_begin(&vm, DEVICE);
	module_set(MODULE_LATENCY, MODULE_LATENCY_NS);
	module_set("max_interactive_phase_msec", PHASE_MSEC);
	player_announce(&vm, DEVICE);
	guest_tell(&vm, "hogs 2");
	player_start(&vm, player_amount(&vm, NULL, PERCENT, PERIOD_MS),
		     PERIOD_MS, DEVICE);
	expect_phases();
	record_end(&vm);
}

const struct scenario scenario_record_audio = {
	.name = "record-audio",
	.about = "a recording: player and sound server, two hogs, no input",
	.limit_s = 480,
	.need = NEED_DAEMON,
	.run = run,
};
