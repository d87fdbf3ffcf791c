/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * task_names.h - which processes a VM's guest tasks are. Only somebody inside the
 * guest knows: its extension, which tells vampd, which keeps a file.
 */
#ifndef VAMPCTL_TASK_NAMES_H
#define VAMPCTL_TASK_NAMES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define TASK_NAME	16	/* bytes, with the end */

struct task_name {
	uint64_t id;		/* as in struct vamp_task_info */
	uint32_t pid;		/* of the process, in the guest */
	char name[TASK_NAME];
};

struct task_names {
	struct task_name *name;		/* by id */
	size_t count;
};

/* Those of the VM of process @vm: none if nobody tells, or without memory. */
void task_names_read(struct task_names *n, pid_t vm);
void task_names_free(struct task_names *n);

/* NULL: not known. */
const struct task_name *task_names_find(const struct task_names *n,
					uint64_t id);

#endif /* VAMPCTL_TASK_NAMES_H */
