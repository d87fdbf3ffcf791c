/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * contest.h - one application's responses in several modes, which take turns in
 * short blocks of one boot: whatever else changes with time meets all alike.
 */
#ifndef LAB_CONTEST_H
#define LAB_CONTEST_H

#include "application.h"
#include "mode.h"
#include "tally.h"

#define CONTEST_MODES	16	/* at most */

struct contest {
	const struct application *application;
	const struct mode *modes;
	unsigned int nr_modes;
	struct tally *tallies;		/* one a mode */
};

/* At least @responses in each mode; the application runs already. */
void contest_run(const struct contest *c, struct pair *p,
		 unsigned int responses);

/* Each mode did what it says, or its numbers mean nothing: ends if not. */
void contest_check(const struct contest *c);

/* {mode: tally, ...} */
struct json_object *contest_json(const struct contest *c);

#endif
