/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * registry.h - all VMs of this host: found in hooks, made and collected outside.
 */
#ifndef VAMP_REGISTRY_H
#define VAMP_REGISTRY_H

#include "vm.h"

#define REGISTRY_MAX	1024	/* VMs */

int registry_init(void);

/* Ends and frees all VMs. The hooks must be detached. May sleep. */
void registry_exit(void);

/*
 * The VM of @kvm in the current process, or NULL. In a hook: preemption off;
 * valid until that is over.
 */
struct host_vm *registry_find(const void *kvm);

/* The VM of the current process, or NULL; as above. The first, if several. */
struct host_vm *registry_find_own(void);

/*
 * If the current thread is a vCPU's, and anything is tracked: calls @fn with its
 * VM locked, IRQs off, its seat and @value. In a hook.
 */
void registry_with_own(void (*fn)(struct host_vm *vm, struct seat *seat,
				  u64 value),
		       u64 value);

/*
 * Asks for a VM of the current process with room for @nr vCPUs; it will be found
 * some time later. Never sleeps; any context.
 */
void registry_request(const void *kvm, u32 nr);

/*
 * Calls @fn for each VM with the registry locked: it may sleep, but not call
 * back into the registry. Stops when @fn returns non-zero and returns that.
 */
int registry_each(int (*fn)(struct host_vm *vm, void *arg), void *arg);

/*
 * Calls @fn for the VM of process @pid, as above; -ESRCH if there is none.
 */
int registry_with(struct pid *pid, int (*fn)(struct host_vm *vm, void *arg),
		  void *arg);

/*
 * Replaces the VM of process @pid by a new one that has to learn its guest tasks:
 * a recording begins with that. A phase ends. -ESRCH if there is none, -ENOMEM.
 */
int registry_renew(struct pid *pid);

#endif /* VAMP_REGISTRY_H */
