// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * weight.c - how much a vCPU weighs now.
 */
#include "vm.h"

#include "policy.h"

/*
 * Up to 19 the nice is kvm_vamp itself. Above, it grows with the background's
 * part of the vCPU's latest execution (VEE 2014); before anything ran it is the
 * greatest.
 */
static s8 background_nice(const struct vamp_vm *vm, const struct vamp_vcpu *v)
{
	u32 k = vm->cfg->kvm_vamp;
	u64 nice;

	if (k <= CONFIG_NICE_MAX)
		return (s8)k;
	nice = (v->ratio_bg + 1) * (k - CONFIG_NICE_MAX) / (v->ratio_all + 1);
	return (s8)vamp_min(nice, CONFIG_NICE_MAX);
}

/* Never for a vCPU that runs background work, whatever may wake there. */
static bool is_boosted(const struct vamp_vm *vm, const struct vamp_vcpu *v)
{
	const struct vamp_task *k = vamp_vcpu_task(vm, v);

	return vm->cfg->partial_boost && v->acct_time < v->boost_until &&
	       (v->halted || (k && !(k->flags & TASK_BACKGROUND)));
}

static VAMP_SELDOM void boost_given(const struct vamp_vm *vm,
				    struct vamp_vcpu *v)
{
	v->boosted = is_boosted(vm, v);
	if (!v->boosted)
		return;
	v->given.slice_ns = WEIGHT_BOOST_SLICE_NS;
	if (vm->cfg->partial_boost > 1)
		v->given.nice = -WEIGHT_BOOST_NICE;
}

static struct vamp_weight full(const struct vamp_vm *vm, struct vamp_vcpu *v,
			       enum vamp_why why)
{
	v->given = (struct vamp_weight){ .why = why,
					 .slice_ns = vm->fast_slice_ns };
	if (v->boost_until)
		boost_given(vm, v);
	return v->given;
}

static struct vamp_weight slow(const struct vamp_vm *vm, struct vamp_vcpu *v,
			       enum vamp_why why)
{
	v->boosted = false;
	v->given = (struct vamp_weight){ .nice = background_nice(vm, v),
					 .why = why };
	return v->given;
}

static enum vamp_why weigh(const struct vamp_vm *vm, const struct vamp_vcpu *v)
{
	const struct vamp_task *k = vamp_vcpu_task(vm, v);

	if (k && k->flags & TASK_BACKGROUND)
		return vm->policy->weigh(vm, v);
	return v->halted ? WHY_HALTED : WHY_RUNS_INTERACTIVE;
}

/*
 * As little as a weight can be, whatever kvm_vamp is: how long a VM may have room is
 * what bounds it. With less than that, a VM whose single busy vCPU asks has two thirds
 * of its share under nice 5 where the host counts a VM by its busy vCPUs (seen on 7.3).
 */
static VAMP_SELDOM struct vamp_weight room(struct vamp_vcpu *v)
{
	v->boosted = false;
	v->given = (struct vamp_weight){ .nice = CONFIG_NICE_MAX,
					 .why = WHY_MAKES_ROOM };
	return v->given;
}

/* A VM that nobody waits for makes room with what runs only background. */
static bool has_room(const struct vamp_vm *vm, const struct vamp_vcpu *v)
{
	return v->asked && vm->cfg->kvm_vamp && v->acct_time < vm->room_until &&
	       vm->phase == PHASE_NORMAL && weigh(vm, v) == WHY_RUNS_BACKGROUND;
}

static struct vamp_weight outside_phase(const struct vamp_vm *vm,
					struct vamp_vcpu *v)
{
	if (has_room(vm, v))
		return room(v);
	return full(vm, v, WHY_NO_PHASE);
}

/* The guest knows better than what can be seen from outside. */
static VAMP_SELDOM struct vamp_weight placed(const struct vamp_vm *vm,
					     struct vamp_vcpu *v)
{
	if (v->placed == PLACED_SLOW)
		return slow(vm, v, WHY_PLACED_SLOW);
	return full(vm, v, WHY_PLACED_FAST);
}

struct vamp_weight vamp_vcpu_weight(const struct vamp_vm *vm,
				    struct vamp_vcpu *v)
{
	enum vamp_why why;

	if (vm->phase != PHASE_MIXED)
		return outside_phase(vm, v);
	if (v->placed)
		return placed(vm, v);
	why = weigh(vm, v);
	if (why != WHY_RUNS_BACKGROUND)
		return full(vm, v, why);
	return slow(vm, v, why);
}

/*
 * A vCPU whose hints led to nothing for some time is busy with the interrupts
 * of background work; only the time right after an input is worth a try then.
 */
static bool hint_worth(const struct vamp_vm *vm, const struct vamp_vcpu *v,
		       u64 now)
{
	return v->empty_hints < VM_EMPTY_HINTS ||
	       now < vm->last_input + VM_ANSWER_NS;
}

static void hint(struct vamp_vm *vm, struct vamp_vcpu *v)
{
	if (v->hinted && v->exec_ns >= v->fast_until && v->empty_hints < 255)
		v->empty_hints++;
	v->hinted = true;
	vm->hints = true;
	if (v->fast_until < v->exec_ns + vm->cfg->hint_hold_ns) {
		v->fast_until = v->exec_ns + vm->cfg->hint_hold_ns;
		v->fast_why = WHY_INTERRUPT;
	}
}

static bool runs_background(const struct vamp_vcpu *v)
{
	return v->given.why == WHY_RUNS_BACKGROUND ||
	       v->given.why == WHY_MAKES_ROOM ||
	       v->given.why == WHY_PLACED_SLOW;
}

/*
 * What the original asks a boost for: a device's interrupt, and what a device's
 * handler wakes on another vCPU.
 */
static bool asks_boost(const struct vamp_vm *vm, const struct vamp_vcpu *source,
		       u64 now)
{
	struct vamp_observed o = { .now = now };

	if (!source)
		return true;
	o.run_delay = source->seen_delay;
	return vamp_waker_interrupted(vm, source, &o);
}

static void boost(const struct vamp_vm *vm, struct vamp_vcpu *v,
		  const struct vamp_vcpu *source, u64 now)
{
	if (!vm->cfg->partial_boost || vm->phase == PHASE_NORMAL ||
	    !asks_boost(vm, source, now))
		return;
	v->boost_until = now + WEIGHT_BOOST_NS;
	v->settle_by = 0;
}

/*
 * What a slow vCPU sends to others is the business of its background work: only
 * devices and fast vCPUs may be about to wake an interactive task.
 */
struct vamp_weight vamp_vcpu_interrupt(struct vamp_vm *vm, struct vamp_vcpu *v,
				       const struct vamp_vcpu *source, u64 now)
{
	boost(vm, v, source, now);
	if (vamp_vm_weighs(vm, now) && (!source || !runs_background(source)) &&
	    hint_worth(vm, v, now)) {
		vamp_vcpu_catch_up(vm, v);
		hint(vm, v);
	}
	return vamp_vcpu_weight(vm, v);
}

struct vamp_weight vamp_vcpu_halt(const struct vamp_vm *vm, struct vamp_vcpu *v)
{
	vamp_waker_halt(vm, v);
	v->halted = true;
	v->idle_since = v->exit_time;
	v->settle_by = 0;
	return vamp_vcpu_weight(vm, v);
}
