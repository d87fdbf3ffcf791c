/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * host.h - a host with a few processes and VMs, in place of kmod's registry,
 * hooks and phases: what /dev/vamp is asked about.
 */
#ifndef VAMP_TESTS_FUZZ_HOST_H
#define VAMP_TESTS_FUZZ_HOST_H

#include "kmod/vm.h"

#define HOST_VMS	2
#define HOST_VCPUS	3
#define HOST_FDS	8

extern struct host {
	struct host_vm *vm[HOST_VMS];
	struct host_vm *own;	/* of the current thread, or NULL */
	int refusal;		/* of the next input: 0 or -errno */
	int last_effect;
	u32 accesses;		/* to sound devices */
	u32 ends;		/* of all phases at once */
	u64 last_access;
	const struct file_operations *fops;	/* of /dev/vamp */
} host;

/* Makes it, once; puts everything into its first state again. */
void host_reset(void);

/* The process's VM, or NULL; the process itself may be none. */
struct host_vm *host_vm_of(int pid, bool *process);

/* The process of a file descriptor if it is a pidfd, or 0. */
int host_pid_of_fd(int fd);

/* References held on processes and files together. */
int host_references(void);

#endif /* VAMP_TESTS_FUZZ_HOST_H */
