/* SPDX-License-Identifier: GPL-2.0-or-later */
/* exit_code.h - how vamp-guest ends; documented in vamp-guest(8). */
#ifndef VAMP_GUEST_EXIT_CODE_H
#define VAMP_GUEST_EXIT_CODE_H

enum exit_code {
	EXIT_CODE_OK = 0,
	EXIT_CODE_PROBLEMS = 1,		/* doctor found some */
	EXIT_CODE_UNKNOWN = 2,		/* doctor found none, but could not see all */
	EXIT_CODE_USAGE = 64,		/* bad option, name or value */
	EXIT_CODE_NO_AGENT = 69,	/* list: no agent runs */
	EXIT_CODE_SOFTWARE = 70,	/* out of memory, or a fault of vamp-guest */
	EXIT_CODE_SYSTEM = 71,		/* the kernel refused something else */
	EXIT_CODE_WRITE = 73,		/* a file could not be written */
	EXIT_CODE_BUSY = 75,		/* an agent runs already */
	EXIT_CODE_NO_PERMISSION = 77,
};

#endif /* VAMP_GUEST_EXIT_CODE_H */
