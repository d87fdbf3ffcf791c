// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * web.c - browsing: a click on a link, until the next page is drawn. Three pages in
 * a circle, served in the VM itself.
 */
#include "application.h"
#include "desktop.h"
#include "journey.h"
#include "report.h"

#define PAGES	3

static const char script[] = "rest 1500\nmove 77 201\n"
			     "click left\nsync 1000\nwait 500\n"
			     "click left\nsync 1000\nwait 500\n"
			     "click left\nsync 1000\n";

static void respond(struct pair *p, double *ms)
{
	(void)p;
	journey_replay(1, ms, PAGES);
}

static void start(struct pair *p)
{
	double ms[PAGES];

	desktop_expect_window(&p->a, "f2", "browser");
	journey_record(script);		/* a link that was visited looks other */
	journey_record(script);
	respond(p, ms);
	report_step("a page comes in %.0f, %.0f, %.0f ms", ms[0], ms[1], ms[2]);
}

const struct application application_web = {
	.name = "web",
	.unit = "ms",
	.jobs = JOBS,
	.turns = 1,
	.responses = PAGES,
	.wanted = 6,
	.start = start,
	.respond = respond,
};
