// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * phase.c - the interactive phase: begun and prolonged by input, ended by time.
 */
#include "vm.h"

#include "policy.h"

static void set_end(struct vamp_vm *vm, u64 now)
{
	vm->phase_ends = now + vamp_vm_phase_ns(vm);
	if (vm->phase == PHASE_MIXED)
		vm->mixed_until = vm->phase_ends;
}

static void forget_background(struct vamp_vm *vm)
{
	u32 i;

	for (i = 0; i < vm->tasks.nr_tasks; i++)
		vm->tasks.task[i].flags &= (u8)~TASK_BACKGROUND;
}

static void reset_vcpu(struct vamp_vcpu *v)
{
	v->settle_by = 0;
	v->fast_until = 0;
	v->fast_why = WHY_NONE;
	v->hinted = false;
	v->empty_hints = 0;
	v->ratio_bg = 0;
	v->ratio_all = 0;
	v->boost_until = 0;
	v->boosted = false;
	v->placed = PLACED_NOT;
}

void vamp_phase_end(struct vamp_vm *vm)
{
	u32 i;

	vamp_room_close(vm);
	if (vm->phase == PHASE_NORMAL)
		return;
	vm->phase = PHASE_NORMAL;
	vm->fast_slice_ns = 0;
	forget_background(vm);
	for (i = 0; i < vm->nr_vcpus; i++)
		reset_vcpu(&vm->vcpu[i]);
}

/* They come by the hundred; the phase need not end later for each. */
static bool is_movement(enum vamp_input_kind kind)
{
	return kind == INPUT_SCROLL || kind == INPUT_DRAG;
}

enum vamp_input_effect vamp_input(struct vamp_vm *vm, u64 now,
				  enum vamp_input_kind kind, u32 code,
				  bool *classify)
{
	enum vamp_input_effect effect = EFFECT_STARTED;

	*classify = false;
	if (vm->phase == PHASE_NORMAL)
		vm->policy = vm->cfg->policy;
	if (!vm->policy->input_counts(kind, code))
		return EFFECT_IGNORED;
	if (is_movement(kind) && vm->phase != PHASE_NORMAL &&
	    now < vm->last_input + VM_MOVEMENT_NS)
		return EFFECT_REPEATED;
	vm->last_input = now;
	if (vm->phase != PHASE_NORMAL)
		effect = vm->policy->input_in_phase(vm, now);
	if (effect == EFFECT_REPEATED)
		return effect;
	vamp_room_close(vm);
	set_end(vm, now);
	vm->audio.output = false;
	if (effect == EFFECT_RESTARTED)
		vamp_phase_end(vm);
	*classify = effect != EFFECT_EXTENDED ||
		    now > vm->last_accepted + VM_DOUBLE_CLICK_NS;
	if (*classify)
		vm->last_accepted = now;
	return effect;
}

/* As an input in it would; but another policy is for the next phase. */
static bool prolongs(const struct vamp_vm *vm, u64 now)
{
	return vm->policy->output_prolongs && vm->policy == vm->cfg->policy &&
	       vamp_phase_over(vm, now) && vamp_audio_goes_on(vm, now);
}

enum vamp_input_effect vamp_output(struct vamp_vm *vm, u64 now)
{
	enum vamp_input_effect effect = EFFECT_STARTED;

	if (vm->phase != PHASE_NORMAL) {
		if (!prolongs(vm, now))
			return EFFECT_IGNORED;
		effect = EFFECT_EXTENDED;
	}
	vm->policy = vm->cfg->policy;
	vamp_room_close(vm);
	set_end(vm, now);
	vm->audio.output = true;
	vm->last_accepted = now;
	return effect;
}
