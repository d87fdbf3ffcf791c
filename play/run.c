// SPDX-License-Identifier: GPL-2.0-or-later
#include "run.h"

#include <signal.h>
#include <stdio.h>

#include "clock.h"
#include "deadline.h"
#include "exit_code.h"
#include "say.h"

#define LATE_US		1000000		/* without a reason to wake up */
#define PATIENCE_US	1000000		/* with a server that stops, at least */
#define NEVER		UINT64_MAX	/* of replays and actors */

static volatile sig_atomic_t stopped;

static void stop(int number)
{
	(void)number;
	stopped = 1;
	deadline_hurry();
}

void run_catch_signals(void)
{
	struct sigaction a = { .sa_handler = stop };

	sigaction(SIGINT, &a, NULL);
	sigaction(SIGTERM, &a, NULL);
}

/* ---- what all have in common ---- */

struct run {
	struct client *client;
	struct window *window;
	struct replay *replay;
	struct recorder *recorder;
	uint64_t patience;	/* us, by @option */
	const char *option;
};

static int ended(struct client *c)
{
	if (stopped)
		return EXIT_CODE_STOPPED;
	say("%s", c->error);
	return c->code;
}

static void updated(void *arg, uint32_t surface, const struct area *area)
{
	struct run *run = arg;
	uint64_t now = clock_us();

	if (run->replay)
		replay_update(run->replay, &run->client->screen, now);
	if (run->recorder && surface == run->recorder->set->display)
		recorder_update(run->recorder, &run->client->screen, area, now);
	if (run->window)
		window_changed(run->window);
}

static void begin(struct client *c, struct run *run)
{
	if (run->recorder)
		c->display = run->recorder->set->display;
	if (run->patience < PATIENCE_US)
		run->patience = PATIENCE_US;
	c->updated = updated;
	c->arg = run;
}

static void end(struct client *c)
{
	c->updated = NULL;
	c->arg = NULL;
	if (!c->code)
		client_let_go(c);
}

/* @over: when the wait is that is going on, or NEVER. */
static void limit(const struct run *run, uint64_t over)
{
	client_limit(run->client,
		     over == NEVER ? clock_us() + run->patience : over,
		     run->option);
}

/* Did the server stop for so long that the wait is over? */
static bool stalled(const struct run *run, uint64_t over)
{
	if (!run->client->stalled || stopped || clock_us() < over)
		return false;
	say("%s", run->client->error);
	return true;
}

/* Until @due or something comes; a window needs to be looked at in between. */
static bool wait(const struct run *run, uint64_t due, uint64_t over)
{
	uint64_t us = run->window ? WINDOW_LOOK_US : LATE_US;
	uint64_t now = clock_us();

	limit(run, over);
	if (due <= now)
		us = 0;
	else if (due - now < us)
		us = due - now;
	return client_wait(run->client, us);
}

/* Shows; false: it was closed. */
static bool shows(const struct run *run)
{
	struct input i;

	if (!run->window)
		return true;
	do {
		i = window_take(run->window, &run->client->screen);
		if (i.kind == INPUT_CLOSED)
			return false;
	} while (i.kind != INPUT_NONE);
	return true;
}

/* ---- replaying ---- */

static bool send_event(struct client *c, const struct event *e)
{
	switch (e->kind) {
	case KIND_ENTER:
	case KIND_MOVE:
		return client_pointer(c, e->x, e->y);
	case KIND_PRESS:
	case KIND_RELEASE:
		return client_button(c, e->code, e->kind == KIND_PRESS);
	case KIND_DOWN:
	case KIND_UP:
		return client_key(c, e->code, e->kind == KIND_DOWN);
	default:
		return true;
	}
}

/* All that is due; false: no connection any more. */
static bool send_due(const struct run *run)
{
	struct client *c = run->client;
	const struct event *e;

	limit(run, NEVER);
	do {
		e = replay_step(run->replay, &c->screen, clock_us());
		if (e && !send_event(c, e))
			return false;
	} while (e);
	return true;
}

static int replay_on(const struct run *run)
{
	struct replay *r = run->replay;

	while (!stopped && shows(run)) {
		if (!send_due(run))
			return ended(run->client);
		if (r->state == REPLAY_DONE)
			return EXIT_CODE_OK;
		if (r->state == REPLAY_DIFFERS)
			return EXIT_CODE_DIFFERS;
		if (!wait(run, replay_due(r), replay_limit(r)) &&
		    !stalled(run, replay_limit(r)))
			return ended(run->client);
	}
	return EXIT_CODE_STOPPED;
}

int run_replay(struct client *c, struct window *w, const struct trace *t,
	       const struct replay_settings *set, struct replay *r)
{
	struct run run = { .client = c,
			   .window = w,
			   .replay = r,
			   .patience = set->timeout_us,
			   .option = "--timeout" };
	int code;

	if (!replay_begin(r, t, set, clock_us())) {
		say("out of memory");
		return EXIT_CODE_SOFTWARE;
	}
	c->display = trace_display(t);
	begin(c, &run);
	code = replay_on(&run);
	end(c);
	return code;
}

/* ---- recording: what is both recorded and sent ---- */

static bool move(const struct run *run, int32_t x, int32_t y)
{
	return recorder_pointer(run->recorder, x, y, clock_us()) &&
	       client_pointer(run->client, x, y);
}

static bool button(const struct run *run, uint32_t code, bool down)
{
	return recorder_button(run->recorder, &run->client->screen, code, down,
			       clock_us()) &&
	       client_button(run->client, code, down);
}

static bool key(const struct run *run, uint32_t code, bool down)
{
	return recorder_key(run->recorder, &run->client->screen, code, down,
			    clock_us()) &&
	       client_key(run->client, code, down);
}

static int failed(const struct run *run)
{
	if (run->client->code)
		return ended(run->client);
	say("%s", run->recorder->error);
	return EXIT_CODE_SOFTWARE;
}

/* ---- recording by a script ---- */

static bool point(const struct run *run, size_t line)
{
	switch (recorder_point(run->recorder, &run->client->screen,
			       clock_us())) {
	case POINT_FAILED:
		return false;
	case POINT_NO_INPUT:
		say("line %zu: a point without input before it: nothing is timed there",
		    line);
		return true;
	case POINT_UNCHANGED:
		say("line %zu: the screen is as before the input: nothing can be timed there",
		    line);
		return true;
	case POINT_GOOD:
		return true;
	}
	return false;
}

static bool act(const struct run *run, const struct action *a)
{
	switch (a->act) {
	case ACT_MOVE:
		return move(run, a->x, a->y);
	case ACT_PRESS:
	case ACT_RELEASE:
		return button(run, a->code, a->act == ACT_PRESS);
	case ACT_DOWN:
	case ACT_UP:
		return key(run, a->code, a->act == ACT_DOWN);
	default:
		return point(run, a->line);
	}
}

static int gave_up(const struct actor *a)
{
	const char *why =
		a->state == ACTOR_UNCHANGED ?
			"the screen changed no more than --point-tolerance" :
			"the screen did not come to rest";

	say("line %zu: %s within %llu ms", actor_action(a)->line, why,
	    (unsigned long long)(a->timeout / 1000));
	return EXIT_CODE_UNCHANGED;
}

static int act_on(const struct run *run, struct actor *a)
{
	const struct action *action;

	while (!stopped && shows(run)) {
		limit(run, NEVER);
		action = actor_step(a, &run->client->screen, clock_us());
		if (action) {
			if (!act(run, action))
				return failed(run);
			continue;
		}
		if (a->state == ACTOR_DONE)
			return EXIT_CODE_OK;
		if (a->state != ACTOR_RUNS)
			return gave_up(a);
		if (!wait(run, actor_due(a), actor_limit(a)) &&
		    !stalled(run, actor_limit(a)))
			return ended(run->client);
	}
	return EXIT_CODE_STOPPED;
}

int run_script(struct client *c, struct window *w, struct recorder *r,
	       const struct script *s, uint64_t timeout)
{
	struct run run = { .client = c,
			   .window = w,
			   .recorder = r,
			   .patience = timeout,
			   .option = "--timeout" };
	struct actor a;
	int code;

	begin(c, &run);
	actor_begin(&a, s, r, timeout, clock_us());
	code = act_on(&run, &a);
	actor_end(&a);
	end(c);
	return code;
}

/* ---- recording in the window ---- */

static bool point_wanted(const struct run *run)
{
	static const char *const texts[] = {
		[POINT_GOOD] = "point taken",
		[POINT_NO_INPUT] = "point taken, but no input since the last",
		[POINT_UNCHANGED] =
			"point taken, but the screen is as before the input",
		[POINT_FAILED] = "no point taken",
	};
	enum point p =
		recorder_point(run->recorder, &run->client->screen, clock_us());

	window_tell(run->window, texts[p]);
	printf("%s\n", texts[p]);
	fflush(stdout);
	return p != POINT_FAILED;
}

static bool take(const struct run *run, const struct input *i)
{
	switch (i->kind) {
	case INPUT_POINTER:
		return move(run, i->x, i->y);
	case INPUT_LEFT:
		return recorder_leave(run->recorder);
	case INPUT_BUTTON:
		if (i->code > run->client->kind->buttons)
			return true;	/* the protocol has none, so no server sees it */
		return button(run, i->code, i->down);
	case INPUT_KEY:
		return key(run, i->code, i->down);
	case INPUT_POINT:
		return point_wanted(run);
	default:
		return true;
	}
}

static int record_on(const struct run *run)
{
	struct input i;

	while (!stopped) {
		limit(run, NEVER);
		i = window_take(run->window, &run->client->screen);
		if (i.kind == INPUT_CLOSED)
			break;
		if (!take(run, &i))
			return failed(run);
		if (i.kind == INPUT_NONE &&
		    !client_wait(run->client, WINDOW_LOOK_US))
			return ended(run->client);
	}
	return EXIT_CODE_OK;
}

int run_window(struct client *c, struct window *w, struct recorder *r)
{
	struct run run = { .client = c,
			   .window = w,
			   .recorder = r,
			   .patience = c->patience_us,
			   .option = "--connect-timeout" };
	int code;

	begin(c, &run);
	code = record_on(&run);
	end(c);
	return code;
}
