/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * actor.h - performs a script: what to do when. It has no clock and no server;
 * times are us.
 */
#ifndef PLAY_ACTOR_H
#define PLAY_ACTOR_H

#include "record.h"
#include "script.h"

#define ACTOR_NEVER	UINT64_MAX

enum actor_state {
	ACTOR_RUNS,
	ACTOR_DONE,
	ACTOR_RESTLESS,		/* the screen did not come to rest */
	ACTOR_UNCHANGED,	/* it did not change, there is nothing to measure */
};

struct actor {
	enum actor_state state;
	/* private */
	const struct script *script;
	const struct recorder *recorder;
	uint64_t timeout, due, began, since;
	size_t next;
	bool waits;		/* for the screen */
	bool changed;
	struct snapshot *last;	/* what the screen rests at */
};

/* @timeout: us for the screen to change and come to rest. */
void actor_begin(struct actor *a, const struct script *s,
		 const struct recorder *r, uint64_t timeout, uint64_t now);
void actor_end(struct actor *a);

/*
 * What to do now, one of the first five acts, or ACT_SYNC for a point; NULL: call
 * again at actor_due() and when the screen changes. In other states than
 * ACTOR_RUNS actor_action() is where it stands.
 */
const struct action *actor_step(struct actor *a, const struct screen *screen,
				uint64_t now);
uint64_t actor_due(const struct actor *a);
const struct action *actor_action(const struct actor *a);

/* When the wait for the screen is over that is going on, or ACTOR_NEVER. */
uint64_t actor_limit(const struct actor *a);

#endif /* PLAY_ACTOR_H */
