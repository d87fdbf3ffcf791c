/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * events.h - what readers of /dev/vamp are told.
 *
 * Each reader has a ring of its own; a slow one loses the newest events and is
 * told how many. All of it is process context and may sleep.
 */
#ifndef VAMP_EVENTS_H
#define VAMP_EVENTS_H

#include <linux/fs.h>
#include <linux/poll.h>

#include "vm.h"
#include <vamp/uapi.h>

#define EVENTS_READERS	16

struct reader;

/* A new reader, or -EBUSY beyond EVENTS_READERS, -ENOMEM. */
struct reader *events_open(void);
void events_close(struct reader *r);

/* For read(): whole records; -EINVAL for less room than one, -EAGAIN. */
ssize_t events_read(struct reader *r, char __user *buf, size_t size,
		    bool nonblock);
__poll_t events_poll(struct reader *r, struct file *file, poll_table *wait);

void events_vm(enum vamp_event_type type, const struct host_vm *vm);

/* @phase is the one begun or ended. */
void events_phase(enum vamp_event_type type, const struct host_vm *vm,
		  u8 phase);

#endif /* VAMP_EVENTS_H */
