// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * desktop.c - what a user feels: response times to a key press in a VM that
 * also has background work, next to a busy neighbour, in modes that are
 * interleaved in short blocks of one boot.
 */
#include <stdio.h>

#include "contest.h"
#include "daemon.h"
#include "module.h"
#include "options.h"
#include "report.h"
#include "stage.h"
#include "tally.h"
#include "util.h"
#include "weight.h"

#define INPUTS		32	/* per mode */
#define ENOUGH_INPUTS	30	/* to judge by: responses vary widely */

enum mode_id {
	IDLE,
	OFF,
	VEE14,
	VAMP,
	VAMP_GUEST,
	VARIANT,		/* if asked for */
	MODES
};

static const struct mode modes[MODES] = {
	[IDLE] = { .name = "idle", .no_background = true },
	[OFF] = { .name = "off" },
	[VEE14] = { .name = "vee14", .policy = "vee14", .nice = MODULE_NICE },
	[VAMP] = { .name = "vamp", .policy = "vamp", .nice = MODULE_NICE },
	[VAMP_GUEST] = { .name = "vamp+guest",
			 .policy = "vamp",
			 .nice = MODULE_NICE,
			 .extension = true },
	[VARIANT] = { .name = options.variant,
		      .policy = "vamp",
		      .nice = MODULE_NICE,
		      .variant = true },
};

static unsigned int nr_modes(void)
{
	return *options.variant ? MODES : VARIANT;
}

static struct tally tallies[MODES];
static struct contest contest = {
	.application = &application_click,
	.modes = modes,
	.tallies = tallies,
};

static void report_contest(void)
{
	struct json_object *root = report_root();

	json_object_object_add(root, "modes", contest_json(&contest));
	json_object_object_add(root, "burst_units",
			       json_number(contest.application->work(), 0));
	json_object_object_add(root, "vcpus",
			       json_object_new_int(options.vcpus));
	json_object_object_add(root, "hogs", json_object_new_int(options.hogs));
	json_object_object_add(root, "threads",
			       json_object_new_int(options.threads));
	json_object_object_add(root, "seed",
			       json_object_new_int64(options.seed));
}

struct target {
	char name[64];
	double value, least, most;
	bool from_machine;	/* an absolute rate */
	bool is_response;
};

/* The response of a mode, against that of another. */
static const struct aim {
	enum mode_id mode, base;
	double median, p95;	/* at most */
} aims[] = {
	{ VAMP, OFF, 0.7, 1 },
	{ VAMP_GUEST, IDLE, 1.15, 1.5 },
};

/* Of an aim. */
enum {
	MEDIAN,
	P95,
	BACKGROUND,
	NEIGHBOUR_RATE,
	NEIGHBOUR_TIME,
	TARGETS
};

static double ratio(double a, double b)
{
	return b > 0 ? a / b : 0;
}

static bool meets(const struct target *t)
{
	return t->value >= t->least && t->value <= t->most;
}

static void report_target(struct json_object *list, const struct target *t)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "name", json_object_new_string(t->name));
	json_object_object_add(o, "value", json_number(t->value, 3));
	json_object_object_add(o, "least", json_number(t->least, 3));
	json_object_object_add(o, "most", json_number(t->most, 3));
	json_object_object_add(o, "met", json_object_new_boolean(meets(t)));
	json_object_array_add(list, o);
	report_step("%s: %.3f (%.2f to %.2f)%s", t->name, t->value, t->least,
		    t->most, meets(t) ? "" : "  NOT MET");
}

/*
 * A rate also moves with the speed of the machine below, and with how often it
 * changes between VMs. The CPU time, a target of its own, tells who got what; a
 * rate that is right once all work's speed is taken out is no failure.
 */
static bool is_speed(const struct target *t, const struct aim *aim)
{
	double speed = ratio(tally_total_rate(&tallies[aim->mode]),
			     tally_total_rate(&tallies[OFF]));
	struct target quiet = *t;

	quiet.value = ratio(t->value, speed);
	if (!t->from_machine || !meets(&quiet))
		return false;
	report_step("%s: all work went at %.3f times the speed", t->name,
		    speed);
	return true;
}

/*
 * In the CPU time that it had before, a neighbour does more work where vCPUs
 * interrupt each other less: nobody has lost anything then.
 */
static bool is_gain(const struct target *t, const struct target *time)
{
	if (!t->from_machine || t->value < t->least || !meets(time))
		return false;
	report_step("%s: in %.3f of the CPU time", t->name, time->value);
	return true;
}

/* Where each vCPU answers, the host alone has none that it could slow. */
static bool is_hopeless(const struct target *t, const struct aim *aim)
{
	if (!t->is_response || modes[aim->mode].extension ||
	    options.threads < options.vcpus)
		return false;
	report_step("%s: all vCPUs run the application", t->name);
	return true;
}

static void judge(const struct target *t, const struct target *time,
		  const struct aim *aim)
{
	if (tallies[aim->mode].response.n < ENOUGH_INPUTS || meets(t) ||
	    is_hopeless(t, aim) || is_speed(t, aim) || is_gain(t, time))
		return;
	fail("%s is %.3f, wanted %.2f to %.2f", t->name, t->value, t->least,
	     t->most);
}

/* @what of @aim's mode against @base. */
static struct target target(const char *what, const struct aim *aim,
			    enum mode_id base, double value, double least,
			    double most)
{
	struct target t = { .value = value, .least = least, .most = most };

	snprintf(t.name, sizeof(t.name), "%s of %s / %s", what,
		 modes[aim->mode].name, modes[base].name);
	return t;
}

/* All in the same boot. */
static void set_targets(const struct aim *aim, struct target *t)
{
	const struct tally *on = &tallies[aim->mode], *off = &tallies[OFF];
	const struct tally *base = &tallies[aim->base];

	t[MEDIAN] = target("median response", aim, aim->base,
			   ratio(series_median(&on->response),
				 series_median(&base->response)),
			   0, aim->median);
	t[MEDIAN].is_response = true;
	t[P95] = target("p95 response", aim, aim->base,
			ratio(series_percentile(&on->response, 95),
			      series_percentile(&base->response, 95)),
			0, aim->p95);
	t[P95].is_response = true;
	t[BACKGROUND] = target("background rate", aim, OFF,
			       ratio(rate_per_second(&on->background),
				     rate_per_second(&off->background)),
			       0.5, 2);
	t[NEIGHBOUR_RATE] = target("neighbour rate", aim, OFF,
				   tally_neighbour_ratio(on, off), 0.95, 1.05);
	t[NEIGHBOUR_RATE].from_machine = true;
	t[NEIGHBOUR_TIME] = target("neighbour's CPU time", aim, OFF,
				   ratio(tally_neighbour_share(on),
					 tally_neighbour_share(off)),
				   0.95, 1.05);
}

static void check_targets(void)
{
	struct target targets[ARRAY_SIZE(aims)][TARGETS];
	struct json_object *list = json_object_new_array();

	json_object_object_add(report_root(), "targets", list);
	for (unsigned int i = 0; i < ARRAY_SIZE(aims); i++) {
		set_targets(&aims[i], targets[i]);
		for (unsigned int j = 0; j < TARGETS; j++)
			report_target(list, &targets[i][j]);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(aims); i++)
		for (unsigned int j = 0; j < TARGETS; j++)
			judge(&targets[i][j], &targets[i][NEIGHBOUR_TIME],
			      &aims[i]);
}

static void run(void)
{
	unsigned int inputs = options.inputs ? options.inputs : INPUTS;
	struct weight base = { 0 };
	struct pair p;

	stage_up(&p, options.hogs);
	mode_enter(&p, &modes[IDLE]);
	contest.application->start(&p);
	contest.nr_modes = nr_modes();
	contest_run(&contest, &p, inputs);
	module_set_nice(0);
	weight_expect_base(&base, &p.a, 300, "at the end");
	stage_down(&p);
	report_contest();
	contest_check(&contest);
	check_targets();
}

const struct scenario scenario_desktop = {
	.name = "desktop",
	.about = "response times with and without vAMP, two busy desktops",
	.limit_s = 1200,
	.need = NEED_EXTENSION,
	.run = run,
};
