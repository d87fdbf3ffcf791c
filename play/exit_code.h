/* SPDX-License-Identifier: GPL-2.0-or-later */
/* exit_code.h - how vampplay ends; documented in vampplay(1). */
#ifndef PLAY_EXIT_CODE_H
#define PLAY_EXIT_CODE_H

enum exit_code {
	EXIT_CODE_OK = 0,
	EXIT_CODE_DOUBTS = 1,		/* check --strict found some */
	EXIT_CODE_DIFFERS = 3,		/* the screen was not the recorded one */
	EXIT_CODE_STOPPED = 4,		/* by a signal, or the window was closed */
	EXIT_CODE_USAGE = 64,		/* bad option, name or value */
	EXIT_CODE_DATA = 65,		/* a trace or script is damaged or none */
	EXIT_CODE_NO_INPUT = 66,	/* a file cannot be read */
	EXIT_CODE_NO_SERVER = 69,	/* no connection, or no picture */
	EXIT_CODE_SOFTWARE = 70,	/* out of memory */
	EXIT_CODE_NO_WINDOW = 71,	/* no display, or built without */
	EXIT_CODE_DISPLAY = 72,	/* too large, or makes no sense */
	EXIT_CODE_WRITE = 73,		/* a file could not be written */
	EXIT_CODE_UNCHANGED = 75,	/* nothing to be measured at a point */
	EXIT_CODE_LOST = 76,		/* the server ended the connection, or stopped */
	EXIT_CODE_NO_PERMISSION = 77,	/* the password is wrong or missing */
};

#endif /* PLAY_EXIT_CODE_H */
