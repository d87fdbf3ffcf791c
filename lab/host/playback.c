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
#include "vm.h"

#define VAMPPLAY	"build/play/vampplay"
#define OUT		"/run/lab/"
#define SCRIPT		OUT "play.script"
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

static char url[64];

static void prepare(const char *server)
{
	snprintf(url, sizeof(url), "%s+unix:///run/A.%s", server, server);
	command_must("rm -rf " TRACE " " ORIGINAL " " RESULTS " " OUT "differs",
		     NULL, 0);
	if (write_text_new(SCRIPT, "rest 2000\nkey f1\nsync 3000\n"
				   "key f12\nsync 3000\n"))
		undecided("cannot write " SCRIPT);
}

/* Its command, with the server put in for "@". */
static int play(const char *command, const char *rest)
{
	char text[512];

	snprintf(text, sizeof(text), VAMPPLAY " %s %s %s", command, url, rest);
	return command_run(text, NULL, 0);
}

static void must_play(const char *command, const char *rest, const char *what)
{
	int status = play(command, rest);

	if (status)
		fail("%s: vampplay ends with %d (see commands.txt)", what,
		     status);
	report_step("%s", what);
}

/* Every point was waited for, and came. */
static void expect_timed(void)
{
	struct json_object *root = json_object_from_file(RESULTS), *all, *one;
	unsigned int timed = 0;

	all = json_object_object_get(root, "responses");
	for (size_t i = 0; all && i < json_object_array_length(all); i++) {
		one = json_object_array_get_idx(all, i);
		one = json_object_object_get(one, "outcome");
		timed += !strcmp(json_object_get_string(one), "timed");
	}
	if (timed != REPEAT * POINTS)
		fail("%u of %d responses are timed", timed, REPEAT * POINTS);
	json_object_object_add(report_root(), "play", root);
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
	status = play("replay", rest);
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
	must_play("record", TRACE " --script=" SCRIPT " --timeout=120 " GRID,
		  "recorded");
	command_must(VAMPPLAY " check " TRACE, NULL, 0);
	snprintf(rest, sizeof(rest),
		 TRACE " " SAME " --repeat=%d --timeout=120 --json=" RESULTS,
		 REPEAT);
	report_live("20 replays");
	must_play("replay", rest, "replayed 20 times");
	expect_timed();
	command_must(VAMPPLAY " convert --format=spiceplay " TRACE " " ORIGINAL,
		     NULL, 0);
	command_must(VAMPPLAY " check " ORIGINAL, NULL, 0);
	must_play("replay", ORIGINAL " " SAME " --timeout=120",
		  "replayed in the original's format");
	expect_difference(&vm);
	daemon_stop();
	module_unload();
	vm_power_off(&vm);
}
