/* SPDX-License-Identifier: GPL-2.0-or-later */
/* exit_code.h - how vampctl ends; documented in vampctl(1). */
#ifndef VAMPCTL_EXIT_CODE_H
#define VAMPCTL_EXIT_CODE_H

enum exit_code {
	EXIT_CODE_OK = 0,
	EXIT_CODE_PROBLEMS = 1,		/* doctor found some */
	EXIT_CODE_UNKNOWN = 2,		/* doctor found none, but could not see all */
	EXIT_CODE_DIFFERS = 3,		/* replay --verify: not what the module did */
	EXIT_CODE_USAGE = 64,		/* bad option, name or value */
	EXIT_CODE_DATA = 65,		/* a recording is damaged or none */
	EXIT_CODE_NO_INPUT = 66,	/* a file cannot be read */
	EXIT_CODE_NO_VM = 68,		/* no VM of that name or process */
	EXIT_CODE_NO_MODULE = 69,	/* not loaded, or of another version */
	EXIT_CODE_SOFTWARE = 70,	/* out of memory, or a fault of vampctl */
	EXIT_CODE_SYSTEM = 71,		/* the kernel refused something else */
	EXIT_CODE_WRITE = 73,		/* a file could not be written */
	EXIT_CODE_REFUSED = 75,		/* not now: off, busy */
	EXIT_CODE_NO_PERMISSION = 77,
};

#endif /* VAMPCTL_EXIT_CODE_H */
