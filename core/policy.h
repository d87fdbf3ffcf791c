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

	/* Until another task arrives, is it an interrupt that acts (waker.c)? */
	bool interrupts_last;

	/* Local clients, confirmed servers, late insight (audio.c)? */
	bool refines_audio;

	/* May the threshold be less where tasks are many (crowd.c)? */
	bool minds_crowds;

	/* May a phase end early, and fast vCPUs have a slice of their own? */
	bool ends_quiet;
	bool slices;

	/* How long sound goes on before it starts a phase, ns. */
	u64 audio_settle_ns;

	/* Does sound that goes on prolong a phase where it would end? */
	bool output_prolongs;

	/* After which time servers and the dominant client are none, or 0. */
	u64 audio_expires_ns;

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

	/*
	 * The current task of @v is background: why @v has full weight
	 * nonetheless, or WHY_RUNS_BACKGROUND.
	 */
	enum vamp_why (*weigh)(const struct vamp_vm *vm,
			       const struct vamp_vcpu *v);
};

/* The original's rules (VEE 2014), to compare with. */
extern const struct vamp_policy vamp_policy_vee14;

/* vamp_policy_vamp, the default, is declared in config.h. */

/* The policy of that name, or NULL. */
const struct vamp_policy *vamp_policy_find(const char *name, size_t len);

#endif /* VAMP_CORE_POLICY_H */
