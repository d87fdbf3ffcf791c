/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * state.h - what the module knows now: VMs by process, their vCPUs by number,
 * guest tasks, guest threads by load. Taken in several calls, so parts of it may
 * be a few milliseconds apart.
 */
#ifndef VAMPCTL_STATE_H
#define VAMPCTL_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <vamp/uapi.h>

#include "task_names.h"
#include "vampd/name.h"

#define STATE_NAME	NAME_TEXT

struct state_vm {
	struct vamp_vm_info info;
	char name[STATE_NAME];			/* as vampd calls it */
	char id[NAME_ID];			/* Proxmox's; else "" */
	struct vamp_vcpu_info *vcpu;
	size_t vcpus;
	struct vamp_task_info *task;		/* none unless asked for */
	size_t tasks;
	struct vamp_thread_info *thread;	/* same; most loaded first */
	size_t threads;
	struct task_names names;		/* same */
};

struct state {
	struct state_vm *vm;
	size_t vms;
};

/*
 * Reads it; @with_tasks: guest tasks and threads, too. 0, to be freed by
 * state_free(), or -errno with nothing to free. A VM that ends meanwhile is
 * left out.
 */
int state_read(int device, bool with_tasks, struct state *s);
void state_free(struct state *s);

const struct state_vm *state_vm_of(const struct state *s, pid_t pid);
const struct vamp_vcpu_info *state_vcpu(const struct state_vm *vm, uint32_t id);
const struct vamp_task_info *state_task(const struct state_vm *vm, uint64_t id);

/*
 * The VM that @who names, by name, id or process. NULL and *@more: false no such
 * VM, true several.
 */
const struct state_vm *state_find(const struct state *s, const char *who,
				  bool *more);

/* The same; if there is none says so and sets *@code to the exit code. */
const struct state_vm *state_find_or_say(const struct state *s, const char *who,
					 int *code);

/*
 * Leaves nothing but the VM @who in it; if there is none says so and sets *@code
 * to the exit code.
 */
void state_keep_or_say(struct state *s, const char *who, int *code);

static inline bool state_throttled(const struct vamp_vcpu_info *v)
{
	return v->nice_delta > 0;
}

#endif /* VAMPCTL_STATE_H */
