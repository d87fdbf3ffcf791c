// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * policy_vee14.c - the original's rules (VEE 2014), its crashes left out.
 *
 * Enter pressed or a mouse button released starts a phase, and in one, half a
 * second after the last, starts it afresh. Load above the threshold makes a
 * task background. A vCPU weighs less exactly while it runs one.
 */
#include "policy.h"

static bool input_counts(enum vamp_input_kind kind, u32 code)
{
	return (kind == INPUT_KEY_PRESS && code == INPUT_ENTER) ||
	       kind == INPUT_BUTTON_RELEASE;
}

static enum vamp_input_effect input_in_phase(const struct vamp_vm *vm, u64 now)
{
	if (now > vm->last_accepted + VM_DOUBLE_CLICK_NS)
		return EFFECT_RESTARTED;
	return EFFECT_REPEATED;
}

/* All that it waited since it last halted or a phase last began. */
static u64 potential(const struct vamp_vcpu *v, u64 number)
{
	if (!vamp_load_valid(&v->load, number) &&
	    !vamp_load_valid(&v->delay, number))
		return 0;
	return vamp_sub(v->acct_delay, v->delay_base);
}

static enum vamp_why judge(const struct vamp_vm *vm, const struct vamp_task *k)
{
	if (k->load <= vm->cfg->bg_load_thresh_pct)
		return WHY_LOAD_BELOW;
	if (vamp_audio_is(vm, k, vm->classify_time))
		return WHY_MAKES_AUDIO;
	return k->id == vm->system_task ? WHY_SYSTEM_TASK : WHY_LOAD_ABOVE;
}

static enum vamp_why weigh(const struct vamp_vm *vm, const struct vamp_vcpu *v)
{
	(void)vm;
	(void)v;
	return WHY_RUNS_BACKGROUND;
}

const struct vamp_policy vamp_policy_vee14 = {
	.name = "vee14",
	.interrupts_last = true,
	.input_counts = input_counts,
	.input_in_phase = input_in_phase,
	.potential = potential,
	.judge = judge,
	.weigh = weigh,
};
