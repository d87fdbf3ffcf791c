// SPDX-License-Identifier: GPL-2.0-or-later
#include "actor.h"

#define RESTLESS	100	/* one sample in so many may change at rest */

void actor_begin(struct actor *a, const struct script *s,
		 const struct recorder *r, uint64_t timeout, uint64_t now)
{
	*a = (struct actor){ .script = s, .recorder = r, .timeout = timeout };
	a->due = now;
}

void actor_end(struct actor *a)
{
	snapshot_free(a->last);
	a->last = NULL;
}

const struct action *actor_action(const struct actor *a)
{
	return &a->script->action[a->next];
}

static void wait_begin(struct actor *a, uint64_t now)
{
	snapshot_free(a->last);
	a->last = NULL;
	a->waits = true;
	a->changed = actor_action(a)->act != ACT_SYNC;
	a->began = a->since = now;
}

/* A clock or a cursor is no unrest. */
static bool rests(const struct actor *a, const struct snapshot *now)
{
	const struct tolerance *t = &a->recorder->set->tolerance;

	return a->last &&
	       match_snapshots(a->last, now, t) <= now->nr / RESTLESS;
}

static void look(struct actor *a, const struct screen *screen, uint64_t now)
{
	struct snapshot *s = recorder_look(a->recorder, screen);

	if (!s)
		return;
	if (actor_action(a)->act == ACT_SYNC)
		a->changed = recorder_differs(a->recorder, s);
	if (rests(a, s)) {
		snapshot_free(s);
		return;
	}
	snapshot_free(a->last);
	a->last = s;
	a->since = now;
}

/* Is the wait over? */
static bool waited(struct actor *a, const struct screen *screen, uint64_t now)
{
	look(a, screen, now);
	if (a->last && a->changed && now - a->since >= actor_action(a)->us) {
		a->waits = false;
		return true;
	}
	if (now - a->began >= a->timeout)
		a->state = a->changed ? ACTOR_RESTLESS : ACTOR_UNCHANGED;
	return false;
}

/* The next action, once it is due and what it waits for is there. */
static const struct action *take(struct actor *a, const struct screen *screen,
				 uint64_t now)
{
	const struct action *action = actor_action(a);

	if (action->act == ACT_WAIT) {
		a->due = now + action->us;
	} else if (action->act >= ACT_REST) {
		if (!a->waits)
			wait_begin(a, now);
		if (!waited(a, screen, now))
			return NULL;
	}
	a->next++;
	return action;
}

const struct action *actor_step(struct actor *a, const struct screen *screen,
				uint64_t now)
{
	const struct action *action;

	while (a->state == ACTOR_RUNS && now >= a->due) {
		if (a->next == a->script->nr) {
			a->state = ACTOR_DONE;
			return NULL;
		}
		action = take(a, screen, now);
		if (!action)
			return NULL;
		if (action->act != ACT_WAIT && action->act != ACT_REST)
			return action;
	}
	return NULL;
}

uint64_t actor_due(const struct actor *a)
{
	uint64_t rest, timeout;

	if (a->state != ACTOR_RUNS)
		return ACTOR_NEVER;
	if (!a->waits)
		return a->due;
	timeout = actor_limit(a);
	rest = a->since + actor_action(a)->us;
	return a->changed && a->last && rest < timeout ? rest : timeout;
}

uint64_t actor_limit(const struct actor *a)
{
	if (a->state != ACTOR_RUNS || !a->waits)
		return ACTOR_NEVER;
	return a->began + a->timeout;
}
