/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sound.h - tells the module where a VM's sound devices are.
 *
 * They are what the administrator said, or else what QEMU's command line and
 * its QMP monitor say. The guest places them when it boots, so QEMU is asked
 * again now and then; the module is told what changed. Nothing here waits.
 */
#ifndef VAMPD_SOUND_H
#define VAMPD_SOUND_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <systemd/sd-event.h>

#include "ranges.h"

struct sound;

struct sound_counters {
	uint64_t vms;		/* that have sound devices now */
	uint64_t told;		/* times that the module took them */
	uint64_t answers;	/* of QEMU */
	uint64_t busy;		/* monitors that somebody else held */
	uint64_t failed;	/* monitors that could not be used otherwise */
};

/*
 * @device is the module's descriptor; without @discover only what is set by
 * hand is told.
 */
void sound_init(sd_event *loop, int device, bool discover);

/* The configuration, or the module's descriptor, is another now. */
void sound_discover(bool discover);
void sound_use_device(int device);

/*
 * Begins with a VM, whose process must be held by a pidfd until sound_free().
 * @ranges and @vector, if any, are what the configuration file says; the command
 * line wins.
 * NULL, which all functions take, if there is nothing to do or no memory.
 */
struct sound *sound_new(pid_t pid, const struct ranges *ranges,
			uint32_t vector);
void sound_free(struct sound *s);

/* The same, and the module forgets what it was told. */
void sound_withdraw(struct sound *s);

/* The module told of the VM again, and may have forgotten its sound devices. */
void sound_announced(struct sound *s);

void sound_read_counters(struct sound_counters *counters);

#endif /* VAMPD_SOUND_H */
