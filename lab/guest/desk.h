/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * desk.h - a real desktop inside the guest: a Debian root on the first disk, with
 * an X session, applications and jobs.
 */
#ifndef LAB_DESK_H
#define LAB_DESK_H

#include <stdbool.h>

#define DESK	"/desk"		/* where the disk is */

/* Mount the disk, once; false if there is none. The rest needs it. */
bool desk_mount(void);

/* Start the session, and wait until it is on the screen. */
bool desk_start(void);

/* The calling process goes in, and becomes /bin/sh with @script. */
void desk_exec(const char *script);

#endif
