// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * track.c - the loads that the module tracks are those that the guest itself
 * sees, by sampling and by trapping, and both find the same background.
 */
#include <math.h>
#include <stdlib.h>

#include "device.h"
#include "module.h"
#include "options.h"
#include "report.h"
#include "stage.h"
#include "stats.h"
#include "util.h"

#define TASKS		2
#define DUTIES		"duty 70 25"
#define READINGS	12
#define READING_MS	500
#define WARM_UP_MS	1500
#define TOLERANCE	5.0
#define TABLE		256
#define MAX_BACKGROUND	16

struct tracked {
	uint64_t id;
	uint64_t exec_ns;	/* over the window */
	struct series avg;
};

struct track {
	double guest[TASKS];		/* percent of one CPU, largest first */
	struct tracked task[TASKS];	/* likewise */
	uint64_t background[MAX_BACKGROUND];
	unsigned int nr_background;
};

static struct vamp_task_info first[TABLE], table[TABLE];
static unsigned int nr_first, nr_table;

static const struct vamp_task_info *find(const struct vamp_task_info *t,
					 unsigned int n, uint64_t id)
{
	for (unsigned int i = 0; i < n; i++)
		if (t[i].id == id)
			return &t[i];
	return NULL;
}

static uint64_t grown(const struct vamp_task_info *t)
{
	const struct vamp_task_info *old = find(first, nr_first, t->id);

	return t->exec_ns - (old ? old->exec_ns : 0);
}

static int by_growth(const void *a, const void *b)
{
	uint64_t x = grown(a), y = grown(b);

	return (x < y) - (x > y);
}

/* The readings of every task are kept, as it shows only later which count. */
struct reading {
	unsigned int n;
	struct vamp_task_info task[TABLE];
};

static struct reading readings[READINGS];

static void take_readings(struct vm *vm)
{
	nr_first = device_tasks(vm->pid, first, TABLE);
	for (unsigned int i = 0; i < READINGS; i++) {
		report_live("reading %u of %u", i + 1, READINGS);
		sleep_ms(READING_MS);
		readings[i].n = device_tasks(vm->pid, readings[i].task, TABLE);
	}
	nr_table = device_tasks(vm->pid, table, TABLE);
	qsort(table, nr_table, sizeof(table[0]), by_growth);
}

static void pick_tasks(struct track *t)
{
	const struct vamp_task_info *info;

	if (nr_table < TASKS)
		fail("only %u tasks are tracked", nr_table);
	for (unsigned int i = 0; i < TASKS; i++) {
		t->task[i].id = table[i].id;
		t->task[i].exec_ns = grown(&table[i]);
		for (unsigned int r = 0; r < READINGS; r++) {
			info = find(readings[r].task, readings[r].n,
				    table[i].id);
			if (info)
				series_add(&t->task[i].avg, info->avg);
		}
	}
}

static void guest_shares(struct track *t, const struct guest_stat *before,
			 const struct guest_stat *after)
{
	for (unsigned int i = 0; i < TASKS; i++)
		t->guest[i] = 100.0 * (after->cpu_ns[i] - before->cpu_ns[i]) /
			      (after->now_ns - before->now_ns);
}

/* What a phase calls background. */
static void classify(struct track *t, struct vm *vm)
{
	unsigned int result, n;
	int error = device_press(vm->pid, VAMP_SCANCODE_ENTER, &result);

	if (error)
		fail("input for VM %s is refused (%d)", vm->name, error);
	n = device_tasks(vm->pid, table, TABLE);
	for (unsigned int i = 0; i < n; i++)
		if (table[i].flags & VAMP_TASK_BACKGROUND &&
		    t->nr_background < MAX_BACKGROUND)
			t->background[t->nr_background++] = table[i].id;
}

static void expect_track(struct vm *vm, unsigned int track)
{
	struct vamp_vm_info info;

	if (device_vm(vm->pid, &info) && info.track != track)
		fail("VM %s is tracked in mode %u, not %u", vm->name,
		     info.track, track);
}

static void measure(struct track *t, struct vm *vm, const char *parameters)
{
	struct guest_stat before, after;

	module_load(parameters);
	module_set_nice(MODULE_NICE);
	stage_known(vm);
	expect_track(vm, *parameters != 0);
	sleep_ms(WARM_UP_MS);
	guest_stat(vm, &before);
	take_readings(vm);
	guest_stat(vm, &after);
	guest_shares(t, &before, &after);
	pick_tasks(t);
	classify(t, vm);
}

static struct json_object *track_json(const struct track *t)
{
	struct json_object *o = json_object_new_object();
	struct json_object *list = json_object_new_array(), *task;

	for (unsigned int i = 0; i < TASKS; i++) {
		task = json_object_new_object();
		json_object_object_add(task, "guest_percent",
				       json_number(t->guest[i], 1));
		json_object_object_add(task, "tracked_percent",
				       json_number(series_mean(&t->task[i].avg),
						   1));
		json_object_object_add(task, "readings",
				       series_json(&t->task[i].avg));
		json_object_array_add(list, task);
	}
	json_object_object_add(o, "tasks", list);
	json_object_object_add(o, "background",
			       json_object_new_int(t->nr_background));
	return o;
}

static void check(const struct track *t, const char *name)
{
	double guest, tracked;

	json_object_object_add(report_root(), name, track_json(t));
	for (unsigned int i = 0; i < TASKS; i++) {
		guest = t->guest[i];
		tracked = series_mean(&t->task[i].avg);
		report_step("%s: the guest says %.1f %%, tracked %.1f %%", name,
			    guest, tracked);
		if (fabs(guest - tracked) > TOLERANCE)
			fail("%s: the guest says %.1f %%, tracked %.1f %%",
			     name, guest, tracked);
	}
}

static bool is_background(const struct track *t, uint64_t id)
{
	for (unsigned int i = 0; i < t->nr_background; i++)
		if (t->background[i] == id)
			return true;
	return false;
}

/* The large one and nothing else, whichever way it was tracked. */
static void check_background(const struct track *a, const struct track *b)
{
	if (a->nr_background != b->nr_background)
		fail("%u background tasks by sampling, %u by trapping",
		     a->nr_background, b->nr_background);
	for (unsigned int i = 0; i < a->nr_background; i++)
		if (!is_background(b, a->background[i]))
			fail("task %#llx is background by sampling alone",
			     (unsigned long long)a->background[i]);
	if (!is_background(a, a->task[0].id))
		fail("the busiest task is not background");
}

static void run(void)
{
	static struct track sampled, trapped;
	struct vm vm;

	vm_start(&vm, "A");
	vm_wait(&vm);
	guest_tell(&vm, DUTIES);
	report_step("VM A is up, its processes run (" DUTIES ")");
	measure(&sampled, &vm, "");
	check(&sampled, "sampling");
	module_unload();
	measure(&trapped, &vm, "track_cr3_load=1");
	check(&trapped, "trapping");
	check_background(&sampled, &trapped);
	module_unload();
	vm_check_cpus();
	vm_power_off(&vm);
}

const struct scenario scenario_track = {
	.name = "track",
	.about = "tracked loads against the guest's own, sampling and trapping",
	.limit_s = 240,
	.need = NEED_MODULE,
	.run = run,
};
