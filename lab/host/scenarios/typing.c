// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * typing.c - typing on while the answer is being worked out must not make the
 * answering application background: it never does under policy vamp, and does
 * under vee14, which starts its phase afresh and then sees a busy task.
 */
#include <stdio.h>
#include <string.h>

#include "daemon.h"
#include "device.h"
#include "guest.h"
#include "module.h"
#include "options.h"
#include "report.h"
#include "stage.h"
#include "util.h"

#define BURST_MS	2500	/* alone */
#define PRESS_MS	300
#define PRESSES		14
#define TABLE		256

static struct vamp_task_info tasks[TABLE], idle[TABLE];

/* In the middle of a burst, with the hogs stopped, it is the one that runs. */
static uint64_t learn_app(struct vm *vm)
{
	unsigned int n, m = device_tasks(vm->pid, idle, TABLE);
	uint64_t most = 0, id = 0;

	vm_press(vm, "ret");
	sleep_ms(BURST_MS / 2);
	n = device_tasks(vm->pid, tasks, TABLE);
	for (unsigned int i = 0; i < n; i++) {
		uint64_t grown = tasks[i].exec_ns;

		for (unsigned int j = 0; j < m; j++)
			if (idle[j].id == tasks[i].id)
				grown -= idle[j].exec_ns;
		if (grown <= most)
			continue;
		most = grown;
		id = tasks[i].id;
	}
	guest_answer(vm);
	return id;
}

static bool is_background(struct vm *vm, uint64_t id)
{
	unsigned int n = device_tasks(vm->pid, tasks, TABLE);

	for (unsigned int i = 0; i < n; i++)
		if (tasks[i].id == id)
			return tasks[i].flags & VAMP_TASK_BACKGROUND;
	return false;
}

/* How often it was found background while somebody typed. */
static unsigned int type(struct vm *vm, uint64_t app)
{
	unsigned int found = 0;

	for (int i = 0; i < PRESSES; i++) {
		report_live("press %d of %d", i + 1, PRESSES);
		vm_press(vm, "ret");
		for (int look = 0; look < 3; look++) {
			sleep_ms(PRESS_MS / 3);
			found += is_background(vm, app);
		}
	}
	guest_answer(vm);
	return found;
}

static unsigned int try_policy(struct vm *vm, uint64_t app, const char *policy)
{
	unsigned int found;

	stage_phase_end(vm);
	module_set("policy", policy);
	sleep_ms(1500);
	found = type(vm, app);
	json_object_object_add(report_root(), policy,
			       json_object_new_int(found));
	report_step("%s: background in %u of %d looks", policy, found,
		    PRESSES * 3);
	return found;
}

static void run(void)
{
	struct pair p;
	uint64_t app;
	unsigned int amount;

	stage_up(&p, 2);
	guest_tell(&p.a, "stop");
	amount = BURST_MS * NSEC_PER_MSEC * 1000 / guest_time(&p.a, 1000);
	guest_app(&p.a, amount);
	app = learn_app(&p.a);
	guest_tell(&p.a, "cont");
	if (try_policy(&p.a, app, "vamp"))
		fail("typing on makes the application background");
	if (!try_policy(&p.a, app, "vee14"))
		fail("vee14 does not make it background: this proves nothing");
	stage_down(&p);
}

const struct scenario scenario_typing = {
	.name = "typing",
	.about = "typing on does not make the answering application background",
	.limit_s = 240,
	.need = NEED_DAEMON,
	.run = run,
};
