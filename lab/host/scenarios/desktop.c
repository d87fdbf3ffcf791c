// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * desktop.c - what a user feels: response times to a key press in a VM that
 * also has background work, next to a busy neighbour, in modes that are
 * interleaved in short blocks of one boot.
 */
#include <stdio.h>

#include "daemon.h"
#include "mode.h"
#include "module.h"
#include "options.h"
#include "report.h"
#include "stage.h"
#include "tally.h"
#include "util.h"
#include "weight.h"

#define INPUTS		32	/* per mode */
#define BLOCK_INPUTS	4
#define ENOUGH_INPUTS	30	/* to judge by: responses vary widely */
#define THINK_MIN_MS	700
#define THINK_MAX_MS	1600
#define FIRST_BURST	8000
/*
 * The burst, with no background of its own. Some 60 ms of it is the emulated
 * way of the key and the answer, which no scheduling can shorten.
 */
#define IDLE_MS		250.0

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
static unsigned int burst;	/* units of work for a response */

static double idle_response(struct pair *p)
{
	struct series ms = { 0 };

	for (int i = 0; i < 7; i++) {
		sleep_ms(300);
		series_add(&ms, guest_respond(&p->a) / 1e6);
	}
	return series_median(&ms);
}

/* A burst that takes IDLE_MS in VM A without background of its own. */
static void calibrate(struct pair *p)
{
	double ms = IDLE_MS;

	burst = FIRST_BURST;
	for (int round = 0; round < 6; round++) {
		burst *= IDLE_MS / ms;
		guest_app_threads(&p->a, burst, options.threads);
		ms = idle_response(p);
		if (ms > 0.85 * IDLE_MS && ms < 1.15 * IDLE_MS)
			break;
	}
	report_step("a burst of %u units takes %.0f ms", burst, ms);
}

/* Inputs with time to think after each; the rates are over all of it. */
static void block(struct pair *p, enum mode_id id, uint64_t *random)
{
	struct tally *t = &tallies[id];
	struct start start;

	mode_enter(p, &modes[id]);
	tally_begin(&start, p, true);
	for (unsigned int i = 0; i < BLOCK_INPUTS; i++) {
		tally_respond(t, guest_respond(&p->a) / 1e6,
			      (double)burst * options.threads, !i);
		sleep_ms(random_between(random, THINK_MIN_MS, THINK_MAX_MS));
	}
	tally_end(t, &start, p, true);
	mode_leave(p, &modes[id]);
}

static void shuffle(enum mode_id *order, uint64_t *random)
{
	for (unsigned int i = nr_modes() - 1; i > 0; i--) {
		unsigned int j = random_between(random, 0, i);
		enum mode_id swap = order[i];

		order[i] = order[j];
		order[j] = swap;
	}
}

/* Each round has one block of every mode, in an order of its own. */
static void run_rounds(struct pair *p, unsigned int rounds)
{
	enum mode_id order[MODES] = { IDLE, OFF,	VEE14,
				      VAMP, VAMP_GUEST, VARIANT };
	uint64_t random = options.seed;

	for (unsigned int r = 0; r < rounds; r++) {
		shuffle(order, &random);
		for (unsigned int i = 0; i < nr_modes(); i++) {
			report_live("round %u of %u: %s", r + 1, rounds,
				    modes[order[i]].name);
			block(p, order[i], &random);
		}
	}
}

static void report_modes(void)
{
	struct json_object *o = json_object_new_object();
	struct json_object *root = report_root();

	for (unsigned int i = 0; i < nr_modes(); i++)
		json_object_object_add(o, modes[i].name,
				       tally_json(&tallies[i]));
	json_object_object_add(root, "modes", o);
	json_object_object_add(root, "burst_units", json_object_new_int(burst));
	json_object_object_add(root, "vcpus",
			       json_object_new_int(options.vcpus));
	json_object_object_add(root, "hogs", json_object_new_int(options.hogs));
	json_object_object_add(root, "threads",
			       json_object_new_int(options.threads));
	json_object_object_add(root, "seed",
			       json_object_new_int64(options.seed));
}

/* Each mode did what it says, or its numbers mean nothing. */
static void check_modes(void)
{
	for (unsigned int i = 0; i < nr_modes(); i++) {
		const struct vamp_counters *c = &tallies[i].counters;

		if (!modes[i].policy && c->nice_set)
			fail("mode %s set nice %llu times", modes[i].name,
			     c->nice_set);
		if (modes[i].policy && !(c->phases_mixed && c->nice_set))
			fail("mode %s: %llu MIXED phases, nice set %llu times",
			     modes[i].name, c->phases_mixed, c->nice_set);
	}
}

struct target {
	char name[64];
	double value, least, most;
	bool from_machine;	/* an absolute rate */
};

/* The response of a mode, against that of another. */
static const struct aim {
	enum mode_id mode, base;
	double median, p95;	/* at most */
} aims[] = {
	{ VAMP, OFF, 0.7, 1 },
	{ VAMP_GUEST, IDLE, 1.15, 1.5 },
};

#define TARGETS	5	/* of an aim */

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

static void judge(const struct target *t, const struct aim *aim)
{
	if (tallies[aim->mode].response.n < ENOUGH_INPUTS || meets(t) ||
	    is_speed(t, aim))
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

	t[0] = target("median response", aim, aim->base,
		      ratio(series_median(&on->response),
			    series_median(&base->response)),
		      0, aim->median);
	t[1] = target("p95 response", aim, aim->base,
		      ratio(series_percentile(&on->response, 95),
			    series_percentile(&base->response, 95)),
		      0, aim->p95);
	t[2] = target("background rate", aim, OFF,
		      ratio(rate_per_second(&on->background),
			    rate_per_second(&off->background)),
		      0.5, 2);
	t[3] = target("neighbour rate", aim, OFF,
		      tally_neighbour_ratio(on, off), 0.95, 1.05);
	t[3].from_machine = true;
	t[4] = target("neighbour's CPU time", aim, OFF,
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
			judge(&targets[i][j], &aims[i]);
}

static void run(void)
{
	unsigned int inputs = options.inputs ? options.inputs : INPUTS;
	unsigned int rounds = (inputs + BLOCK_INPUTS - 1) / BLOCK_INPUTS;
	struct weight base = { 0 };
	struct pair p;

	stage_up(&p, options.hogs);
	mode_enter(&p, &modes[IDLE]);
	calibrate(&p);
	run_rounds(&p, rounds);
	module_set_nice(0);
	weight_expect_base(&base, &p.a, 300, "at the end");
	stage_down(&p);
	report_modes();
	check_modes();
	check_targets();
}

const struct scenario scenario_desktop = {
	.name = "desktop",
	.about = "response times with and without vAMP, two busy desktops",
	.limit_s = 1200,
	.need = NEED_EXTENSION,
	.run = run,
};
