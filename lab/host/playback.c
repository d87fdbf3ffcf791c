// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * playback.c - vampplay on a VM with a real desktop.
 */
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "daemon.h"
#include "desktop.h"
#include "module.h"
#include "playback.h"
#include "report.h"
#include "stage.h"
#include "util.h"
#include "vampplay.h"
#include "vm.h"

#define OUT		"/run/lab/"
#define TRACE		OUT "play.vplay"
#define ORIGINAL	OUT "play.spiceplay"
#define RESULTS		OUT "play.json"
/* A calculator is small: a fine grid tells it from an empty desktop. */
#define GRID		"--step=10 --point-tolerance=2"
#define SAME		"--point-tolerance=2"
#define REPEAT		20
#define POINTS		2
#define DIFFERS		3
#define TIMEOUT_S	30
#define AT_ONCE_S	20	/* beside the timeout, at most */

static const char script[] = "rest 2000\n"
			     "key f1\nsync 3000\n"
			     "key f12\nsync 3000\n";

static void prepare(const char *server)
{
	command_must("rm -rf " ORIGINAL " " RESULTS " " OUT "differs", NULL, 0);
	vampplay_use(server);
}

/* Every point was waited for, and came. */
static void expect_timed(void)
{
	double ms[REPEAT * POINTS];
	unsigned int n = vampplay_responses(RESULTS, ms, ARRAY_SIZE(ms));

	if (n != REPEAT * POINTS)
		fail("%u of %d responses are timed", n, REPEAT * POINTS);
	json_object_object_add(report_root(), "play",
			       json_object_from_file(RESULTS));
	report_step("%u responses are timed", n);
}

/* Another application is there: that must be said, and not be waited for long. */
static void expect_difference(struct vm *vm)
{
	uint64_t start;
	unsigned int took;
	int status;
	char rest[256];

	desktop_expect_window(vm, "f2", "browser");
	snprintf(rest, sizeof(rest),
		 TRACE " " SAME " --timeout=%d --report=" OUT "differs",
		 TIMEOUT_S);
	start = now_ns();
	status = vampplay_run("replay", rest);
	took = (now_ns() - start) / NSEC_PER_SEC;
	if (status != DIFFERS)
		fail("a screen that differs gives status %d, not %d", status,
		     DIFFERS);
	if (took > TIMEOUT_S + AT_ONCE_S)
		fail("a screen that differs is told after %u s", took);
	command_must("test -s " OUT "differs/expected.png -a "
		     "-s " OUT "differs/seen.png",
		     NULL, 0);
	report_step("a screen that differs is told after %u s, with pictures",
		    took);
}

void playback_run(const char *server)
{
	char rest[256];
	struct vm vm;

	prepare(server);
	module_load("");
	module_set_nice(MODULE_NICE);
	daemon_start();
	vm_start_desktop(&vm, "A");
	vm_wait(&vm);
	stage_known(&vm);
	desktop_start(&vm);
	vampplay_record(TRACE, script, "--timeout=120 " GRID);
	vampplay_offline("check " TRACE);
	report_step("recorded");
	snprintf(rest, sizeof(rest),
		 TRACE " " SAME " --repeat=%d --timeout=120 --json=" RESULTS,
		 REPEAT);
	report_live("20 replays");
	vampplay_must("replay", rest, "20 replays");
	expect_timed();
	vampplay_offline("convert --format=spiceplay " TRACE " " ORIGINAL);
	vampplay_offline("check " ORIGINAL);
	vampplay_must("replay", ORIGINAL " " SAME " --timeout=120",
		      "a replay in the original's format");
	report_step("replayed in the original's format");
	expect_difference(&vm);
	daemon_stop();
	module_unload();
	vm_power_off(&vm);
}
