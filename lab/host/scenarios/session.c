// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * session.c - a VM with a real desktop: X with a window manager comes up, a key
 * starts a real application, which appears, and a real compiler and compressor work
 * behind it. Pictures of the screen are kept beside the report.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon.h"
#include "guest.h"
#include "module.h"
#include "options.h"
#include "report.h"
#include "stage.h"
#include "util.h"
#include "vm.h"

#define UP_NS		(300 * NSEC_PER_SEC)
#define SHOWN_NS	(120 * NSEC_PER_SEC)
#define WORK_NS		(240 * NSEC_PER_SEC)
#define PICTURE		"/run/lab/now.ppm"
#define SAMPLES		65536
#define CHANGED		2000	/* of them, when a window has come */

/* Some of the screen's bytes; how many differ from those before. */
static unsigned int look(struct vm *vm, unsigned char *before)
{
	unsigned int changed = 0;
	long size;
	FILE *f;

	vm_screen(vm, "now");
	f = fopen(PICTURE, "re");
	if (!f || fseek(f, 0, SEEK_END))
		fail(PICTURE " is no picture");
	size = ftell(f);
	if (size < SAMPLES)
		fail(PICTURE " is empty");
	for (unsigned int i = 0; i < SAMPLES; i++) {
		int c;

		fseek(f, (long)((double)i * size / SAMPLES), SEEK_SET);
		c = getc(f);
		changed += before[i] != c;
		before[i] = c;
	}
	fclose(f);
	return changed;
}

static void start_session(struct vm *vm)
{
	uint64_t start = now_ns();
	char answer[64];

	report_live("the desktop starts");
	guest_ask_long(vm, "desktop", "OK", answer, sizeof(answer),
		       now_ns() + UP_NS);
	report_step("the desktop is up after %.0f s", (now_ns() - start) / 1e9);
}

/* @key shows a window that was not there. */
static void expect_window(struct vm *vm, const char *key, const char *name)
{
	static unsigned char screen[SAMPLES];
	uint64_t start = now_ns();

	look(vm, screen);
	vm_press(vm, key);
	report_live("%s starts", name);
	while (look(vm, screen) < CHANGED) {
		if (now_ns() - start > SHOWN_NS)
			fail("%s shows no window", name);
		sleep_ms(500);
	}
	sleep_ms(2000);
	vm_screen(vm, name);
	report_step("%s is on the screen after %.0f s", name,
		    (now_ns() - start) / 1e9);
}

static void expect_work(struct vm *vm)
{
	uint64_t deadline = now_ns() + WORK_NS;
	struct guest_stat stat;

	guest_tell(vm, "jobs compress compile");
	report_live("a compressor and a compiler work");
	do {
		if (now_ns() > deadline)
			fail("the jobs did %llu units only",
			     (unsigned long long)stat.work);
		sleep_ms(1000);
		guest_stat(vm, &stat);
	} while (stat.work < 4);
	report_step("compressor and compiler did %llu units",
		    (unsigned long long)stat.work);
}

static void run(void)
{
	struct vm vm;

	module_load("");
	module_set_nice(MODULE_NICE);
	daemon_start();
	vm_start_desktop(&vm, "A");
	vm_wait(&vm);
	stage_known(&vm);
	daemon_wait(&vm);
	start_session(&vm);
	expect_window(&vm, "f1", "calculator");
	vm_press(&vm, "f12");
	expect_work(&vm);
	daemon_stop();
	module_unload();
	vm_power_off(&vm);
}

const struct scenario scenario_session = {
	.name = "session",
	.about = "a real desktop, applications and background work in a VM",
	.limit_s = 900,
	.need = NEED_DESKTOP,
	.run = run,
};
