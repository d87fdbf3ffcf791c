/* SPDX-License-Identifier: GPL-2.0-or-later */
/* loop.h - what vampd does until it is told to end. */
#ifndef VAMPD_LOOP_H
#define VAMPD_LOOP_H

/*
 * Serves the module behind @device and the loaded probe until SIGTERM or
 * SIGINT: the exit code.
 */
int loop_run(int device);

#endif /* VAMPD_LOOP_H */
