/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * placement.h - on which vCPUs a guest has placed its background work, as the
 * extension in it says.
 */
#ifndef VAMP_PLACEMENT_H
#define VAMP_PLACEMENT_H

#include <vamp/uapi.h>

struct host_vm;

/* 0, or -EINVAL if the sets overlap or something else in it is wrong. */
int placement_check(const struct vamp_place *p);

/*
 * The weights of @vm follow it from now on, until the phase ends; checked before.
 * 0, or -EAGAIN outside of phases with mixed load. Takes the lock; may sleep.
 */
int placement_set(struct host_vm *vm, const struct vamp_place *p);

#endif /* VAMP_PLACEMENT_H */
