// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * launch.c - a click on the desktop starts a program: until its window is drawn. It
 * is closed again, and that is timed, but not counted.
 */
#include "application.h"
#include "journey.h"
#include "options.h"
#include "report.h"

#define POINTS	2	/* it is there, it is gone */

#define SCRIPT(button) \
	"rest 1500\nmove 800 650\nclick " button "\nsync 1000\n" \
	"wait 1000\nkey f12\nsync 1000\n"

static void respond(struct pair *p, double *ms)
{
	double points[POINTS];

	(void)p;
	journey_replay(points, POINTS);
	*ms = points[0];
}

static void start(struct pair *p)
{
	double ms;

	journey_record(options.fast ? SCRIPT("middle") : SCRIPT("left"));
	respond(p, &ms);	/* from memory from now on */
	respond(p, &ms);
	report_step("a program starts in %.0f ms", ms);
}

const struct application application_launch = {
	.name = "launch",
	.unit = "ms",
	.desktop = true,
	.turns = 3,
	.responses = 1,
	.wanted = 12,
	.start = start,
	.respond = respond,
};
