/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run.h - what runs against a server: one replay, or one recording by a script. */
#ifndef PLAY_RUN_H
#define PLAY_RUN_H

#include "actor.h"
#include "client.h"
#include "replay.h"
#include "window.h"

/* SIGINT and SIGTERM end what runs, in good order. */
void run_catch_signals(void);

/*
 * A server that stops in the middle of something is given up when the wait that is
 * going on is over, or after the timeout (1 s at least) where nothing is waited for.
 *
 * Replays once; *@r has the results then, to be freed in any case. Keys and buttons
 * that the trace leaves held are let go of. @w: to be shown in, or NULL. Returns the
 * exit code, having said what was wrong except where the screen differs.
 */
int run_replay(struct client *c, struct window *w, const struct trace *t,
	       const struct replay_settings *set, struct replay *r);

/*
 * Records what a script does. @timeout: us for the screen to change and to rest.
 * Returns as above.
 */
int run_script(struct client *c, struct window *w, struct recorder *r,
	       const struct script *s, uint64_t timeout);

/* Records what is done in the window until it is closed. Returns as above. */
int run_window(struct client *c, struct window *w, struct recorder *r);

#endif /* PLAY_RUN_H */
