// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * contest.c - modes take turns.
 */
#include <stdio.h>
#include <string.h>

#include "contest.h"
#include "options.h"
#include "report.h"
#include "trace.h"
#include "util.h"

#define THINK_MIN_MS	700
#define THINK_MAX_MS	1600

/* For whoever looks for a late one in a trace. */
static void mark(double response)
{
	char text[32];

	snprintf(text, sizeof(text), "response %.0f", response);
	trace_mark(text);
}

static void turn(const struct application *a, struct pair *p, struct tally *t,
		 bool first)
{
	double response[RESPONSES_MAX];

	a->respond(p, response);
	for (unsigned int i = 0; i < a->responses; i++) {
		tally_respond(t, response[i], first && !i);
		mark(response[i]);
	}
	if (a->work)
		tally_work(t, a->work());
}

/* Turns with time to think after each; the rates are over all of it. */
static void block(const struct contest *c, unsigned int id, struct pair *p,
		  uint64_t *random)
{
	const struct mode *m = &c->modes[id];
	bool module = m->rival != UNLOADED;
	struct tally *t = &c->tallies[id];
	struct start start;

	mode_enter(p, m);
	tally_begin(&start, p, module);
	for (unsigned int i = 0; i < c->application->turns; i++) {
		mode_input(p, m);
		turn(c->application, p, t, !i);
		mode_answered(p, m);
		sleep_ms(random_between(random, THINK_MIN_MS, THINK_MAX_MS));
	}
	tally_end(t, &start, p, module);
	mode_leave(p, m);
}

static void shuffle(unsigned int *order, unsigned int n, uint64_t *random)
{
	for (unsigned int i = n - 1; i > 0; i--) {
		unsigned int j = random_between(random, 0, i);
		unsigned int swap = order[i];

		order[i] = order[j];
		order[j] = swap;
	}
}

/* Each round has one block of every mode, in an order of its own. */
void contest_run(const struct contest *c, struct pair *p,
		 unsigned int responses)
{
	unsigned int each = c->application->turns * c->application->responses;
	unsigned int rounds = (responses + each - 1) / each;
	unsigned int order[CONTEST_MODES];
	uint64_t random = options.seed;

	for (unsigned int i = 0; i < c->nr_modes; i++)
		order[i] = i;
	mode_prepare(p, c->modes, c->nr_modes);
	for (unsigned int r = 0; r < rounds; r++) {
		shuffle(order, c->nr_modes, &random);
		for (unsigned int i = 0; i < c->nr_modes; i++) {
			report_live("round %u of %u: %s", r + 1, rounds,
				    c->modes[order[i]].name);
			block(c, order[i], p, &random);
		}
	}
}

/*
 * In a phase that sound held from before, slow vCPUs may stay slow. In a crowd no job
 * may be above the original's threshold.
 */
static bool may_slow_none(const struct mode *m, const struct tally *t,
			  bool crowded)
{
	return !t->counters.phases_mixed ||
	       (crowded && !strcmp(m->policy, "vee14"));
}

static void check(const struct mode *m, const struct tally *t, bool crowded)
{
	const struct vamp_counters *c = &t->counters;

	if (!m->policy && c->nice_set)
		fail("mode %s set nice %llu times", m->name, c->nice_set);
	if (m->policy && (!c->classify_runs ||
			  (!c->nice_set && !may_slow_none(m, t, crowded))))
		fail("mode %s: %llu classifications, %llu MIXED phases, nice set %llu times",
		     m->name, c->classify_runs, c->phases_mixed, c->nice_set);
}

void contest_check(const struct contest *c)
{
	for (unsigned int i = 0; i < c->nr_modes; i++)
		check(&c->modes[i], &c->tallies[i], c->application->crowded);
}

struct json_object *contest_json(const struct contest *c)
{
	struct json_object *o = json_object_new_object();

	for (unsigned int i = 0; i < c->nr_modes; i++)
		json_object_object_add(o, c->modes[i].name,
				       tally_json(&c->tallies[i]));
	return o;
}
