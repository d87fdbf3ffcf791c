/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest_name.h - which process a guest task is. Only somebody inside the guest
 * knows; this version has nobody there, so no task has a name.
 */
#ifndef VAMPCTL_GUEST_NAME_H
#define VAMPCTL_GUEST_NAME_H

#include <stdint.h>
#include <sys/types.h>

/* The name of task @id in the VM of process @vm, or NULL if it is not known. */
static inline const char *guest_name(pid_t vm, uint64_t id)
{
	(void)vm;
	(void)id;
	return NULL;
}

#endif /* VAMPCTL_GUEST_NAME_H */
