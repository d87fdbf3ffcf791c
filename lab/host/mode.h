/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mode.h - how host and guest are set while responses are measured: with vAMP in
 * one way or another, or with what a user might take instead.
 */
#ifndef LAB_MODE_H
#define LAB_MODE_H

#include <stdbool.h>

#include "pair.h"

enum rival {
	NO_RIVAL,
	GUEST_NICE,	/* the background processes at nice 19 in their guest */
	AUTOGROUP,	/* the guest's scheduler divides by session */
	REALTIME,	/* all vCPUs SCHED_RR for a while after an input */
	UNLOADED	/* the module is not even loaded */
};

struct mode {
	const char *name;
	const char *policy;	/* NULL: kvm_vamp is 0 */
	int nice;		/* kvm_vamp, if there is a policy */
	bool no_background;	/* in VM A: the ideal */
	bool extension;		/* the guest extension runs in VM A */
	bool variant;		/* with options.variant set */
	enum rival rival;
};

/*
 * Once, before any of @modes is entered. If one has the extension it runs from here
 * on, as it would on a desktop, but is held in other modes: a program that has just
 * started answers later.
 */
void mode_prepare(struct pair *p, const struct mode *modes, unsigned int n);

/* Set up, and settled: more than the tracker's window has passed. */
void mode_enter(struct pair *p, const struct mode *m);

/* As it was before. To be called before another mode is entered. */
void mode_leave(struct pair *p, const struct mode *m);

/* Right before an input, in every mode. */
void mode_input(struct pair *p, const struct mode *m);

/* As soon as the input is answered. */
void mode_answered(struct pair *p, const struct mode *m);

#endif
