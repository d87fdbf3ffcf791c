// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * what_if.c - plays the module's part where the recording's does not count.
 *
 * An input that asks for a classification gets the recorded one if it comes soon,
 * and else one at once, with vCPUs charged up to then as if they had gone on as
 * they were. Phases end by their own time.
 */
#include "what_if.h"

#define WORK_A_STEP	256
#define SOON_NS		(50 * VAMP_NSEC_PER_MSEC)

void what_if_wanted(struct player *p)
{
	p->wanted = true;
	p->wanted_at = p->now;
}

/* What is not known is what it did since it was last looked at. */
static void sync_all(struct player *p)
{
	u32 i;

	for (i = 0; i < p->vm->nr_vcpus; i++) {
		const struct player_seat *seat = &p->seat[i];
		struct vamp_observed o = {
			.now = vamp_max(p->now, seat->now),
			.run_delay = seat->run_delay,
			.cpu_time = seat->cpu_time,
			.task_id = TASK_NO_ID,
		};

		if (p->vm->vcpu[i].in_guest)
			o.cpu_time += o.now - seat->now;
		vamp_vcpu_sync(p->vm, &p->vm->vcpu[i], &o);
	}
}

static void judge(struct player *p)
{
	vamp_classify_begin(p->vm, p->now);
	while (vamp_classify_step(p->vm, WORK_A_STEP))
		;
}

static void classify(struct player *p)
{
	p->wanted = false;
	p->state = CLASSIFIED;
	sync_all(p);
	judge(p);
	vamp_classify_end(p->vm);
	player_classified(p);
}

static void end_phase(struct player *p)
{
	vamp_phase_end(p->vm);
	player_say(p, DECIDED_OVER, 0);
	player_weigh_all(p);
}

static void tick(struct player *p)
{
	u64 period = p->cfg.prof_period_ms * VAMP_NSEC_PER_MSEC;

	if (!p->cfg.prof_enabled || p->vm->phase == PHASE_NORMAL ||
	    p->now < vamp_max(p->ticked, p->vm->profiled) + period)
		return;
	p->ticked = p->now;
	sync_all(p);
	if (vamp_profile(p->vm, p->now))
		end_phase(p);
}

/* While the recorded classification runs no phase ends. */
static void do_what_is_due(struct player *p)
{
	if (p->wanted && p->state == CLASSIFIED &&
	    p->now > p->wanted_at + SOON_NS)
		classify(p);
	if (p->wanted || p->state != CLASSIFIED)
		return;
	tick(p);
	if (vamp_phase_over(p->vm, p->now) ||
	    (!p->cfg.kvm_vamp && p->vm->phase != PHASE_NORMAL))
		end_phase(p);
}

static bool unheard(struct player *p, const struct event *e)
{
	enum vamp_input_effect effect;
	bool again;

	if (!p->cfg.kvm_vamp || e->arg >> 16 >= INPUT_KINDS)
		return true;
	effect = vamp_input(p->vm, p->now, e->arg >> 16, e->arg & 0xffff,
			    &again);
	player_say(p, DECIDED_INPUT, effect);
	if (again)
		what_if_wanted(p);
	return true;
}

void what_if_heard(struct player *p)
{
	enum vamp_input_effect effect;

	if (!p->cfg.kvm_vamp)
		return;
	effect = vamp_output(p->vm, p->now);
	player_say(p, DECIDED_OUTPUT, effect);
	if (effect == EFFECT_STARTED)
		what_if_wanted(p);
}

static bool knock(struct player *p, const struct event *e)
{
	const struct vamp_vcpu *source = NULL;
	struct vamp_vcpu *v = &p->vm->vcpu[e->vcpu];

	if (p->vm->phase == PHASE_NORMAL || e->arg > p->vm->nr_vcpus)
		return true;
	if (e->arg)
		source = &p->vm->vcpu[e->arg - 1];
	player_give(p, e->vcpu, vamp_vcpu_interrupt(p->vm, v, source, p->now));
	return true;
}

/* Neighbours ask as they did; whether there is room is ours to say. */
static bool room(struct player *p, const struct event *e)
{
	if (!vamp_room_wanted(p->vm, e->o.now))
		return true;
	sync_all(p);
	judge(p);
	vamp_room_open(p->vm,
		       p->now + p->cfg.max_phase_ms * VAMP_NSEC_PER_MSEC);
	return true;
}

/* Its parts are played as recorded; if nobody wants it, none of them. */
static bool begin(struct player *p)
{
	if (!p->wanted)
		return true;
	p->wanted = false;
	return false;
}

bool what_if(struct player *p, const struct event *e)
{
	do_what_is_due(p);
	switch (e->op) {
	case OP_BEGIN:
		return begin(p);
	case OP_LOOK:
	case OP_STEP:
	case OP_END:
		return p->state == CLASSIFIED;
	case OP_INPUT:
		return !p->cfg.kvm_vamp;
	case OP_OUTPUT:
	case OP_OVER:
	case OP_PROFILE:
	case OP_WEIGH:
	case OP_OPEN:
		return true;
	case OP_ROOM:
		return room(p, e);
	case OP_KNOCK:
		return knock(p, e);
	case OP_UNHEARD:
		return unheard(p, e);
	default:
		return false;
	}
}
