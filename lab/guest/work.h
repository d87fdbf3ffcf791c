/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * work.h - the unit of CPU work that guests do and count.
 */
#ifndef LAB_WORK_H
#define LAB_WORK_H

#include <stdint.h>

/* Do @units of integer work; about 25 us each in an emulated guest. */
void work(unsigned int units);

uint64_t now_ns(void);

#endif
