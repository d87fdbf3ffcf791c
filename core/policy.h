/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * policy.h - the interface behind which the two policies differ.
 *
 * All functions are called with the VM's lock held and must be short; they
 * read the VM and answer, they never change it but for what they name.
 */
#ifndef VAMP_CORE_POLICY_H
#define VAMP_CORE_POLICY_H

#include "vm.h"

struct vamp_policy {
	const char *name;

	/* May vCPUs make room for neighbours (room.c)? */
	bool makes_room;

	/* Does this input mean that the user waits for an answer? */
	bool (*input_counts)(enum vamp_input_kind kind, u32 code);

	/* What an input that counts does to a running phase. */
	enum vamp_input_effect (*input_in_phase)(const struct vamp_vm *vm,
						 u64 now);

	/* Run delay that counts as potential load at epoch @number, ns. */
	u64 (*potential)(const struct vamp_vcpu *v, u64 number);

	/* The class of a task in a MIXED VM; WHY_LOAD_ABOVE is background. */
	enum vamp_why (*judge)(const struct vamp_vm *vm,
			       const struct vamp_task *k);

	/* Why @v has full weight in a MIXED phase, or WHY_RUNS_BACKGROUND. */
	enum vamp_why (*weigh)(const struct vamp_vm *vm,
			       const struct vamp_vcpu *v);
};

/* The original's rules (VEE 2014), to compare with. */
extern const struct vamp_policy vamp_policy_vee14;

/* vamp_policy_vamp, the default, is declared in config.h. */

/* The policy of that name, or NULL. */
const struct vamp_policy *vamp_policy_find(const char *name, size_t len);

#endif /* VAMP_CORE_POLICY_H */
