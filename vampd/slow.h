/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * slow.h - how long vCPUs are slow, sampled while any VM is in a mixed phase.
 *
 * The module says which vCPUs are slow now, not for how long: what is counted
 * is right on average, over many samples.
 */
#ifndef VAMPD_SLOW_H
#define VAMPD_SLOW_H

#include <stdbool.h>
#include <systemd/sd-event.h>

#define SLOW_SAMPLE_USEC	200000u

void slow_init(sd_event *loop, int device);
void slow_use_device(int device);

/* Nothing is sampled unless somebody wants to know. */
void slow_wanted(bool wanted);

/* A mixed phase began. */
void slow_begin(void);

void slow_end(void);

#endif /* VAMPD_SLOW_H */
