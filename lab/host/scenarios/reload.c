// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * reload.c - the module is loaded and unloaded again and again under two busy
 * VMs, with sampling and with trapping, in and out of phases.
 */
#include "device.h"
#include "module.h"
#include "options.h"
#include "report.h"
#include "stage.h"
#include "util.h"
#include "weight.h"

#define CYCLES		20
#define LONGEST_MS	400

static const struct weight base;

/* Load, begin a phase in one VM, unload after a while of any length. */
static void cycle(struct pair *p, unsigned int i, uint64_t *random)
{
	struct vm *vm = i & 2 ? &p->b : &p->a;
	unsigned int result;
	int error;

	module_load(i & 1 ? "track_cr3_load=1" : "");
	module_set_nice(MODULE_NICE);
	stage_known(&p->a);
	stage_known(&p->b);
	error = device_press(vm->pid, VAMP_SCANCODE_ENTER, &result);
	if (error)
		fail("input for VM %s is refused (%d)", vm->name, error);
	sleep_ms(random_between(random, 0, LONGEST_MS));
	module_unload();
	weight_expect_base(&base, &p->a, 0, "after unloading");
	weight_expect_base(&base, &p->b, 0, "after unloading");
}

/* Both guests go on working. */
static void expect_progress(struct vm *vm)
{
	struct guest_stat before, after;

	guest_stat(vm, &before);
	sleep_ms(100);
	guest_stat(vm, &after);
	if (after.work == before.work)
		fail("VM %s has stopped working", vm->name);
}

static void run(void)
{
	uint64_t random = options.seed;
	struct pair p;

	pair_start(&p);
	guest_tell(&p.a, "hogs 2");
	guest_tell(&p.b, "hogs 2");
	for (unsigned int i = 0; i < CYCLES; i++) {
		report_live("cycle %u of %u", i + 1, CYCLES);
		cycle(&p, i, &random);
		expect_progress(&p.a);
		expect_progress(&p.b);
	}
	report_step("%u cycles of loading and unloading", CYCLES);
	pair_power_off(&p);
}

const struct scenario scenario_reload = {
	.name = "reload",
	.about = "20 load/unload cycles of the module under two busy VMs",
	.limit_s = 480,
	.need = NEED_MODULE,
	.run = run,
};
