// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * launch.c - a click on the desktop starts a program: until its window is drawn. It
 * is closed again, and that is timed, but not counted.
 */
#include "application.h"
#include "journey.h"
#include "options.h"
#include "report.h"

#define STARTS	3
#define POINTS	2	/* of each: it is there, it is gone */

#define SCRIPT(button) \
	"rest 800\nmove 800 650\nclick " button "\nsync 1000\n" \
	"wait 500\nkey f11\nsync 1000\n"

static void respond(struct pair *p, double *ms)
{
	double point[STARTS * POINTS];

	(void)p;
	journey_replay(STARTS, point, STARTS * POINTS);
	for (unsigned int i = 0; i < STARTS; i++)
		ms[i] = point[i * POINTS];
}

static void start(struct pair *p)
{
	double ms[STARTS];

	journey_record(options.fast ? SCRIPT("middle") : SCRIPT("left"));
	respond(p, ms);			/* from memory from now on */
	report_step("a program starts in %.0f, %.0f, %.0f ms", ms[0], ms[1],
		    ms[2]);
}

const struct application application_launch = {
	.name = "launch",
	.unit = "ms",
	.jobs = JOBS,
	.turns = 1,
	.responses = STARTS,
	.wanted = 6,
	.start = start,
	.respond = respond,
};
