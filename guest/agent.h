/* SPDX-License-Identifier: GPL-2.0-or-later */
/* agent.h - what the agent does until it is told to end. */
#ifndef VAMP_GUEST_AGENT_H
#define VAMP_GUEST_AGENT_H

#include <stdbool.h>

#include "placement.h"

#define AGENT_PERIOD_MS	1000	/* default */

struct agent_options {
	const char *port;		/* path */
	unsigned int period_ms;		/* of placement_tick(): 10..60000 */
	bool no_names;			/* the host is not told any */
	struct placement_options placement;
};

/* Serves the host until SIGTERM or SIGINT; all is put back then: the exit code. */
int agent_run(const struct agent_options *o);

#endif /* VAMP_GUEST_AGENT_H */
