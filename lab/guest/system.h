/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * system.h - the Debian root as the guest's own system, with systemd, in place of
 * the lab's first process.
 */
#ifndef LAB_SYSTEM_H
#define LAB_SYSTEM_H

#include <stdbool.h>

/* Does the kernel's command line ask for it? */
bool system_wanted(void);

/*
 * The disk becomes the root, with what the initial RAM disk brings to be installed
 * and the lab's agent as a service (lab-agent.service), and systemd becomes the
 * first process. Returns only when that fails.
 */
void system_become(void);

#endif
