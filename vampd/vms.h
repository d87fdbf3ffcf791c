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

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <systemd/sd-event.h>

#include "config.h"
#include "name.h"
#include "probe_event.h"

#define VMS_MAX		PROBE_VMS_MAX

struct binary;
struct guest;
struct mend;
struct sound;

/* How its input is seen. */
enum vm_input {
	VM_INPUT_NONE,
	VM_INPUT_UPROBE,
	VM_INPUT_PORTS		/* keyboard and PS/2 mouse only */
};

/* Since it is known. */
struct vm_counts {
	uint64_t inputs;	/* that the module took */
	uint64_t phases;
	uint64_t phases_mixed;	/* of these */
	uint64_t slow_ns;	/* of all its vCPUs, as sampled */
};

struct vm {
	pid_t pid;
	int pidfd;
	struct vm_name name;
	bool ignored;		/* by the configuration: nothing of what follows */
	enum vm_input input;
	struct binary *binary;	/* NULL: its executable could not be opened */
	struct sound *sound;	/* NULL: nothing to do */
	struct mend *mend;	/* NULL: out of memory */
	struct guest *guest;	/* its extension; NULL: not wanted, or no memory */
	struct vm_counts counts;
	sd_event_source *exit_watch;
};

/* Processes that end are noticed by @loop. @config must stay. */
void vms_init(sd_event *loop, const struct config *config);

/* What @config points to has changed: each VM is dealt with as it says now. */
void vms_reconfigure(void);

/* Forgets all, detaching all probes. */
void vms_clear(void);

/*
 * Makes the VM known and its input seen, as far as that is possible; says in
 * the log, once, whether it is. Of one that is known already the module is told
 * again what it may have forgotten, and its executable is looked at again: it may
 * run another one now.
 */
void vms_add(pid_t pid);

/* Makes the known VMs those of @pids. Sorts @pids. */
void vms_sync(pid_t *pids, size_t count);

/* NULL when not known. Fast: on the way of every input. */
struct vm *vms_find(pid_t pid);

size_t vms_count(void);

/* Of these, whose input is seen in that way. */
size_t vms_count_input(enum vm_input input);

/* The @i-th by process id, NULL beyond the last. */
struct vm *vms_get(size_t i);

#endif /* VAMPD_VMS_H */
