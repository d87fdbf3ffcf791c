/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * events.h - the events that /dev/vamp tells of.
 */
#ifndef LAB_EVENTS_H
#define LAB_EVENTS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <vamp/uapi.h>

/*
 * From now on. Keeps the module loaded until events_close(). Ends with FAILED
 * if the device cannot be opened.
 */
int events_open(void);
void events_close(int fd);

/* The next event of VM @vm; false if none comes until @deadline. */
bool events_next(int fd, pid_t vm, struct vamp_event *e, uint64_t deadline);

#endif
