/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * refusals.h - what /dev/vamp must refuse, and how. No VM may be running.
 */
#ifndef LAB_REFUSALS_H
#define LAB_REFUSALS_H

void refusals_check(void);

#endif
