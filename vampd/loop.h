/* SPDX-License-Identifier: GPL-2.0-or-later */
/* loop.h - what vampd does until it is told to end. */
#ifndef VAMPD_LOOP_H
#define VAMPD_LOOP_H

#include "config.h"
#include "options.h"

struct daemon {
	const struct options *options;
	struct config *config;	/* may be another after a reload */
	int device;		/* the module's descriptor, -1 while it is gone */
};

/*
 * Signals wait until the loop takes them. To be called before anything is opened or
 * attached: who ends vampd while it starts gets the same clean end.
 */
void loop_hold_signals(void);

/*
 * Serves the module behind the device and the loaded probe until SIGTERM or
 * SIGINT: the exit code.
 */
int loop_run(struct daemon *d);

#endif /* VAMPD_LOOP_H */
