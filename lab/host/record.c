// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * record.c - what the module tells its core, for later replay.
 */
#include <stdio.h>

#include "daemon.h"
#include "module.h"
#include "options.h"
#include "record.h"
#include "report.h"
#include "stage.h"
#include "trace.h"

#define EVENT	"kvm:kvm_vamp_event"

/* The same whether or not --trace asked for it. */
static void start_trace(void)
{
	if (options.trace[0])
		return;
	snprintf(options.trace, sizeof(options.trace), EVENT);
	trace_start();
}

void record_begin(struct vm *vm, const char *sound)
{
	start_trace();
	module_load("");
	module_set("policy", "vee14");
	module_set_nice(MODULE_NICE);
	daemon_start();
	if (sound)
		vm_start_sound(vm, "A", sound);
	else
		vm_start(vm, "A");
	vm_wait(vm);
	stage_known(vm);
	daemon_wait(vm);
	report_step("VM A is up, its keys reach the module");
}

static void count(struct json_object *o, const char *name, uint64_t value)
{
	json_object_object_add(o, name, json_object_new_int64(value));
}

void record_end(struct vm *vm)
{
	struct trace_count c;

	vm_check_cpus();
	daemon_stop();
	module_unload();
	c = trace_count();
	vm_power_off(vm);
	count(report_root(), "events", c.stored);
	count(report_root(), "events_lost", c.lost);
	if (c.lost)
		fail("%llu of %llu events are lost", (unsigned long long)c.lost,
		     (unsigned long long)(c.lost + c.stored));
	if (!c.stored)
		fail("no events were recorded");
	report_step("%llu events are recorded", (unsigned long long)c.stored);
}
