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
#include "desktop.h"
#include "guest.h"
#include "module.h"
#include "options.h"
#include "report.h"
#include "stage.h"
#include "util.h"
#include "vm.h"

#define WORK_NS		(240 * NSEC_PER_SEC)

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
	} while (stat.work < 2);
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
	desktop_start(&vm);
	desktop_expect_window(&vm, "f1", "calculator");
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
