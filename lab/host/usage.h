/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * usage.h - the section "Usage" of the original's README, step by step.
 */
#ifndef LAB_USAGE_H
#define LAB_USAGE_H

/* Loads the module, starts a VM, and ends both. */
void usage_check(void);

#endif
