// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * journey.c - a journey is a trace of vampplay's.
 */
#include <stdio.h>

#include "journey.h"
#include "report.h"
#include "vampplay.h"

#define TRACE	"/run/lab/journey.vplay"
#define RESULTS	"/run/lab/journey.json"
/* A small window tells from none, and a page from the next. */
#define GRID	"--step=10 --point-tolerance=1 --timeout=120"
#define REPLAY                                                    \
	" --start=0.3 --point-tolerance=1 --timeout=120 --quiet " \
	"--repeat=%u "                                            \
	"--report=/run/lab/differs --json=" RESULTS

void journey_record(const char *script)
{
	vampplay_use("vnc");
	vampplay_record(TRACE, script, GRID);
	vampplay_offline("check " TRACE);
}

void journey_replay(unsigned int times, double *ms, unsigned int n)
{
	unsigned int timed;
	char rest[256];

	snprintf(rest, sizeof(rest), TRACE REPLAY, times);
	vampplay_must("replay", rest, "a replay");
	timed = vampplay_responses(RESULTS, ms, n);
	if (timed != n)
		fail("a replay has %u responses, not %u", timed, n);
}
