// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * boot.c - the lab itself: two desktops come up under KVM, a key press reaches
 * the application, its answer comes back, and both power off.
 */
#include "guest.h"
#include "options.h"
#include "pair.h"
#include "report.h"
#include "util.h"

#define PRESSES	3

static void press(struct vm *vm)
{
	struct series times = { 0 };

	guest_app(vm, 1);
	for (int i = 0; i < PRESSES; i++)
		series_add(&times, guest_respond(vm) / 1e6);
	report_step("VM %s answers a key press in %.1f ms", vm->name,
		    series_median(&times));
}

static void run(void)
{
	struct pair p;

	pair_start(&p);
	press(&p.a);
	press(&p.b);
	guest_tell(&p.a, "hogs 2");
	press(&p.a);
	vm_check_cpus();
	pair_power_off(&p);
}

const struct scenario scenario_boot = {
	.name = "boot",
	.about = "the lab itself: two VMs boot, answer a key, power off",
	.limit_s = 240,
	.need = NEED_NOTHING,
	.run = run,
};
