// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * evaluate.c - one application at one load in all modes: a row of cells of the
 * evaluation. It judges nothing; the report does, over all rows.
 */
#include <stdio.h>
#include <string.h>

#include "application.h"
#include "contest.h"
#include "module.h"
#include "options.h"
#include "report.h"
#include "stage.h"
#include "tally.h"
#include "util.h"
#include "weight.h"

/* The original's three levels. */
#define LOW	5
#define MEDIUM	10
#define HIGH	13

#define VAMP(label, level) \
	{                                                      \
		.name = label, .policy = "vamp", .nice = level \
	}
#define EXTENDED(label, level) \
	{                                                       \
		.name = label, .policy = "vamp", .nice = level, \
		.extension = true                               \
	}

static const struct mode modes[] = {
	{ .name = "idle", .no_background = true },
	{ .name = "off" },
	VAMP("L", LOW),
	VAMP("M", MEDIUM),
	VAMP("H", HIGH),
	{ .name = "vee14 H", .policy = "vee14", .nice = HIGH },
	EXTENDED("L+guest", LOW),
	EXTENDED("M+guest", MEDIUM),
	EXTENDED("H+guest", HIGH),
	{ .name = "guest nice", .rival = GUEST_NICE },
	{ .name = "autogroup", .rival = AUTOGROUP },
	{ .name = "real-time", .rival = REALTIME },
	{ .name = "unloaded", .rival = UNLOADED },
};

static struct mode chosen[ARRAY_SIZE(modes)];
static struct tally tallies[ARRAY_SIZE(modes)];

/* Is @name one of the comma-separated @list? */
static bool is_listed(const char *name, const char *list)
{
	size_t n = strlen(name);

	for (const char *p = list; p; p = strchr(p, ',')) {
		p += *p == ',';
		if (!strncmp(p, name, n) && (!p[n] || p[n] == ','))
			return true;
	}
	return false;
}

/* How many of the modes were asked for; they are in chosen[]. */
static unsigned int choose_modes(void)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(modes); i++)
		if (!*options.modes || is_listed(modes[i].name, options.modes))
			chosen[n++] = modes[i];
	if (!n)
		fail("there is no mode in '%s'", options.modes);
	return n;
}

static const struct application *application(void)
{
	const struct application *a = application_find(options.application);

	if (!a)
		fail("no application '%s'", options.application);
	return a;
}

/* Neighbours that are up and busy: each VM has a vCPU for each of the CPUs. */
static void load_up(struct pair *p)
{
	unsigned int vms = options.load;
	char command[32];

	if (vms < 1 || vms > VM_MAX)
		fail("a load is 1 to %d, not %u", VM_MAX, vms);
	if (vms > 2)
		pair_add(p, vms - 2);
	snprintf(command, sizeof(command), "hogs %u", options.hogs);
	for (unsigned int i = 0; i < p->nr_more; i++)
		guest_tell(&p->more[i], command);
	if (vms == 1)
		guest_tell(&p->b, "stop");
}

static unsigned int wanted(const struct application *a)
{
	if (options.inputs)
		return options.inputs;
	return options.load <= MAIN_LOAD ? a->wanted : a->wanted / 2;
}

static void report_row(const struct contest *c)
{
	struct json_object *root = report_root();

	json_object_object_add(root, "modes", contest_json(c));
	json_object_object_add(root, "application",
			       json_object_new_string(c->application->name));
	json_object_object_add(root, "unit",
			       json_object_new_string(c->application->unit));
	json_object_object_add(root, "load", json_object_new_int(options.load));
	json_object_object_add(root, "seed",
			       json_object_new_int64(options.seed));
}

static void run(void)
{
	const struct application *a = application();
	struct contest contest = {
		.application = a,
		.modes = chosen,
		.nr_modes = choose_modes(),
		.tallies = tallies,
	};
	struct weight base = { 0 };
	struct pair p;

	if (a->jobs)
		stage_up_desktop(&p, a->jobs, options.hogs);
	else
		stage_up(&p, options.hogs);
	load_up(&p);
	mode_enter(&p, &modes[0]);
	a->start(&p);
	contest_run(&contest, &p, wanted(a));
	module_set_nice(0);
	weight_expect_base(&base, &p.a, 300, "at the end");
	stage_down(&p);
	report_row(&contest);
	contest_check(&contest);
}

const struct scenario scenario_evaluate = {
	.name = "evaluate",
	.about = "an application's responses at one load in all modes",
	.limit_s = 3000,
	.need = NEED_PLAY,
	.run = run,
};
