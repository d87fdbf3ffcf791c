/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vms.h - the VMs that the module has told of, by the process that runs them.
 *
 * Each is held by a pidfd, so that a process id that the kernel gives to
 * somebody else never gets a VM's input. A VM is forgotten when its process
 * ends, or when the module no longer lists it.
 */
#ifndef VAMPD_VMS_H
#define VAMPD_VMS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <systemd/sd-event.h>

#include "probe_event.h"

#define VMS_MAX		PROBE_VMS_MAX

struct binary;
struct sound;

struct vm {
	pid_t pid;
	int pidfd;
	struct binary *binary;	/* NULL: its executable could not be opened */
	struct sound *sound;	/* NULL: nothing to do */
	sd_event_source *exit_watch;
};

/* Processes that end are noticed by @loop. */
void vms_init(sd_event *loop);

/* Forgets all, detaching all probes. */
void vms_clear(void);

/*
 * Makes the VM known and its input seen, as far as that is possible; says in
 * the log, once, whether it is. Of one that is known already the module is told
 * again what it may have forgotten.
 */
void vms_add(pid_t pid);

/* Makes the known VMs those of @pids. Sorts @pids. */
void vms_sync(pid_t *pids, size_t count);

/* NULL when not known. Fast: on the way of every input. */
struct vm *vms_find(pid_t pid);

size_t vms_count(void);

#endif /* VAMPD_VMS_H */
