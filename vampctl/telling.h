/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * telling.h - what a replay decides, and what a recording tells, for people. One
 * line each, without its end.
 */
#ifndef VAMPCTL_TELLING_H
#define VAMPCTL_TELLING_H

#include "replay/player.h"

#define TELL_MAX	96

/* How a player's decision reads; false if it is not worth a line. */
bool tell_decision(char *to, size_t size, const struct player *p,
		   const struct decision *d);

/* A task with its class and why; after a classification. */
void tell_task(char *to, size_t size, const struct player *p,
	       const struct vamp_task *k);

/* An event or an answer. */
void tell_event(char *to, size_t size, const struct event *e);

/* "key 28 pressed" */
void tell_input(char *to, size_t size, u32 kind, u32 code);

#endif /* VAMPCTL_TELLING_H */
