/* SPDX-License-Identifier: GPL-2.0-or-later */
/* apply.h - carries out what was planned (plan.h). */
#ifndef VAMP_GUEST_APPLY_H
#define VAMP_GUEST_APPLY_H

#include "plan.h"

/*
 * Gives each thread its CPUs; those that ended are passed over, as told by @now, which
 * is to be read right before. How many refused it: their cpuset has none of these
 * CPUs, or there is no permission.
 */
size_t apply_changes(const struct changes *c, const struct tasks *now);

/*
 * The same with what threads had before. The kernel notes whether somebody chose
 * CPUs for a thread. So one that had all CPUs that its cpuset has is given all
 * there can be: it then has what it had, and follows its cpuset as it did.
 */
size_t apply_restore(const struct changes *c);

#endif /* VAMP_GUEST_APPLY_H */
