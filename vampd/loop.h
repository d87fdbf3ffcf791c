/* SPDX-License-Identifier: GPL-2.0-or-later */
/* loop.h - what vampd does until it is told to end. */
#ifndef VAMPD_LOOP_H
#define VAMPD_LOOP_H

#include <stdbool.h>

/*
 * Serves the module behind @device and the loaded probe until SIGTERM or
 * SIGINT: the exit code. With @discover_sound it looks for VMs' sound devices.
 */
int loop_run(int device, bool discover_sound);

#endif /* VAMPD_LOOP_H */
