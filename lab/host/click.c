// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * click.c - the smallest interactive application: Enter, a burst of work in
 * options.threads threads, an answer.
 */
#include "application.h"
#include "options.h"
#include "report.h"
#include "util.h"

#define FIRST_BURST	8000
#define ROUNDS		6
#define TRIES		7
#define PAUSE_MS	300
/*
 * The burst, with no background of its own. Some 60 ms of it is the emulated
 * way of the key and the answer, which no scheduling can shorten.
 */
#define IDLE_MS		250.0

static unsigned int burst;	/* units of work in each thread */

static void respond(struct pair *p, double *ms)
{
	*ms = guest_respond(&p->a) / 1e6;
}

static double idle_response(struct pair *p)
{
	struct series series = { 0 };
	double ms;

	for (int i = 0; i < TRIES; i++) {
		sleep_ms(PAUSE_MS);
		respond(p, &ms);
		series_add(&series, ms);
	}
	return series_median(&series);
}

/* A burst that takes IDLE_MS in VM A without background of its own. */
static void start(struct pair *p)
{
	double ms = IDLE_MS;

	burst = FIRST_BURST;
	for (int round = 0; round < ROUNDS; round++) {
		burst *= IDLE_MS / ms;
		guest_app_threads(&p->a, burst, options.threads);
		ms = idle_response(p);
		if (ms > 0.85 * IDLE_MS && ms < 1.15 * IDLE_MS)
			break;
	}
	report_step("a burst of %u units takes %.0f ms", burst, ms);
}

static double work(void)
{
	return (double)burst * options.threads;
}

const struct application application_click = {
	.name = "click",
	.unit = "ms",
	.turns = 4,
	.responses = 1,
	.wanted = 16,
	.start = start,
	.respond = respond,
	.work = work,
};
