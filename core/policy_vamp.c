// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * policy_vamp.c - the default policy.
 *
 * What it does other than vee14, and why:
 *  - Every key and button counts, press and release, and so do scrolling,
 *    dragging and touching. They prolong a phase rather than start it afresh:
 *    people type. Movements that follow closely are ignored.
 *  - A task that began to run in answer to an input is not background for a
 *    phase's length, however busy, nor until it ran for half of that: where
 *    many VMs share the CPUs an answer takes long. Neither is one that was not
 *    busy throughout the window. So the answer to one input is not punished by
 *    the next.
 *  - Who makes sound is found on one vCPU as well as across two, is relieved as
 *    soon as that shows, and is forgotten when it is silent (audio.c). A single
 *    beep starts no phase, and sound that goes on prolongs one: ended and begun
 *    anew it would forget what is background.
 *  - Where several tasks are busy on a vCPU, their threshold is less (crowd.c).
 *  - Background that the guest has placed on slow vCPUs stays background while it
 *    is busy there, however little it gets. So does all that was background where the
 *    guest says that every vCPU is fast: background yields inside the guest then.
 *  - Potential load is what a vCPU waited inside the window, not since ever.
 *  - A vCPU weighs less only when it runs nothing but background: one that
 *    lately ran an interactive task, or got an interrupt that may wake one, has
 *    its full weight. Throttling it while it runs its background task would
 *    make the interactive task behind it wait all the longer. "Lately" is
 *    measured in the vCPU's own execution, so waiting does not wear it off.
 */
#include "policy.h"

static bool input_counts(enum vamp_input_kind kind, u32 code)
{
	(void)code;
	return kind < INPUT_KINDS;
}

static enum vamp_input_effect input_in_phase(const struct vamp_vm *vm, u64 now)
{
	(void)vm;
	(void)now;
	return EFFECT_EXTENDED;
}

static u64 potential(const struct vamp_vcpu *v, u64 number)
{
	return vamp_load_window(&v->delay, number);
}

static bool answers_input(const struct vamp_vm *vm, const struct vamp_task *k)
{
	return k->answered &&
	       (vm->classify_time < k->answered + vamp_vm_phase_ns(vm) ||
		vamp_vm_answer_lasts(vm, k));
}

static bool sustained(const struct vamp_vm *vm, const struct vamp_task *k)
{
	u64 window = (u64)vm->epoch.length * LOAD_WINDOW;

	return vm->classify_time >= k->busy_since + window;
}

static bool all_are_fast(const struct vamp_vm *vm)
{
	u32 i;

	for (i = 0; i < vm->nr_vcpus; i++)
		if (vm->vcpu[i].placed != PLACED_FAST)
			return false;
	return true;
}

static bool runs_where_placed(const struct vamp_vm *vm,
			      const struct vamp_task *k)
{
	u64 number = vm->epoch.number;
	u16 i;

	for (i = k->threads; i != TASK_NONE; i = vm->tasks.thread[i].next) {
		const struct vamp_thread *h = &vm->tasks.thread[i];

		if (vm->vcpu[h->vcpu].placed != PLACED_SLOW &&
		    vm->vcpu[h->vcpu].thread == i)
			return false;
		if (vm->vcpu[h->vcpu].placed == PLACED_SLOW &&
		    vamp_load_window(&h->load, number))
			return true;
	}
	return false;
}

/* It has little load as it shares what slow vCPUs there are with others, or yields. */
static bool is_kept_background(const struct vamp_vm *vm,
			       const struct vamp_task *k)
{
	return k->flags & TASK_BACKGROUND && sustained(vm, k) &&
	       (all_are_fast(vm) || runs_where_placed(vm, k));
}

static enum vamp_why judge(const struct vamp_vm *vm, const struct vamp_task *k)
{
	if (k->load <= k->threshold)
		return is_kept_background(vm, k) ? WHY_LOAD_ABOVE :
						   WHY_LOAD_BELOW;
	if (k->id == vm->system_task)
		return WHY_SYSTEM_TASK;
	if (vamp_audio_is(vm, k, vm->classify_time))
		return WHY_MAKES_AUDIO;
	if (answers_input(vm, k))
		return WHY_ANSWERS_INPUT;
	return sustained(vm, k) ? WHY_LOAD_ABOVE : WHY_NOT_SUSTAINED;
}

static enum vamp_why weigh(const struct vamp_vm *vm, const struct vamp_vcpu *v)
{
	(void)vm;
	if (v->halted)
		return WHY_HALTED;
	if (v->exec_ns < v->fast_until)
		return v->fast_why;
	return WHY_RUNS_BACKGROUND;
}

const struct vamp_policy vamp_policy_vamp = {
	.name = "vamp",
	.makes_room = true,
	.refines_audio = true,
	.minds_crowds = true,
	.ends_quiet = true,
	.slices = true,
	.output_prolongs = true,
	.audio_settle_ns = 500 * VAMP_NSEC_PER_MSEC,
	.audio_expires_ns = 10000 * VAMP_NSEC_PER_MSEC,
	.input_counts = input_counts,
	.input_in_phase = input_in_phase,
	.potential = potential,
	.judge = judge,
	.weigh = weigh,
};
