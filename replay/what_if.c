// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * what_if.c - plays the module's part where the recording's does not count.
 *
 * What is due, a classification or a phase's end, is done when the recording does
 * it, if that is soon, and else without it, with vCPUs charged up to then as if
 * they had gone on as they were. So the same parameters have the same effect.
 */
#include "what_if.h"

#define WORK_A_STEP	256
#define SOON_NS		(50 * VAMP_NSEC_PER_MSEC)
#define LATE_NS		(250 * VAMP_NSEC_PER_MSEC)	/* of a phase's timer */

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
	player_classified(p, true);
}

/* @weigh: the recording does not do so next. */
static void end_phase(struct player *p, bool weigh)
{
	vamp_phase_end(p->vm);
	player_say(p, DECIDED_OVER, 0);
	if (weigh)
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
		end_phase(p, true);
}

static enum vamp_input_effect output(struct player *p)
{
	enum vamp_input_effect effect;

	p->heard = false;
	if (!p->cfg.kvm_vamp)
		return EFFECT_IGNORED;
	effect = vamp_output(p->vm, p->now);
	player_say(p, DECIDED_OUTPUT, effect);
	if (effect != EFFECT_IGNORED)
		what_if_wanted(p);
	return effect;
}

void what_if_heard(struct player *p)
{
	if (!p->heard)
		p->heard_at = p->now;
	p->heard = true;
}

static u64 room_until(const struct player *p)
{
	return p->now + p->cfg.max_phase_ms * VAMP_NSEC_PER_MSEC;
}

/* Its classification comes at once or not at all. */
static void make_room(struct player *p)
{
	p->room_wanted = false;
	sync_all(p);
	judge(p);
	vamp_room_open(p->vm, room_until(p));
}

static bool is_over(const struct player *p, u64 now)
{
	return vamp_phase_over(p->vm, now) ||
	       (!p->cfg.kvm_vamp && p->vm->phase != PHASE_NORMAL);
}

/* As the module asks before it ends a phase. */
static bool is_prolonged(struct player *p)
{
	return vamp_phase_over(p->vm, p->now) && output(p) == EFFECT_EXTENDED;
}

/* Of another length the recording has no end. */
static u64 lateness(const struct player *p)
{
	return p->set[vamp_param_find("max_interactive_phase_msec")] ? 0 :
								       LATE_NS;
}

/* While the recorded classification runs no phase ends. */
static void do_what_is_due(struct player *p, const struct event *e)
{
	if (p->room_wanted && op_is_call(e->op) && e->op != OP_BEGIN)
		make_room(p);
	if (p->heard && p->now > p->heard_at + SOON_NS)
		output(p);
	if (p->wanted && p->state == CLASSIFIED &&
	    p->now > p->wanted_at + SOON_NS)
		classify(p);
	if (p->wanted || p->state != CLASSIFIED)
		return;
	tick(p);
	if (is_over(p, vamp_sub(p->now, lateness(p))) && !is_prolonged(p))
		end_phase(p, true);
}

/* That it was not time yet may be a reason from outside, seen by what follows. */
static bool over(struct player *p)
{
	p->stopped = p->vm->phase != PHASE_NORMAL;
	if (p->stopped && is_over(p, p->now + SOON_NS) && !is_prolonged(p))
		end_phase(p, p->format == FORMAT_GOLDEN);
	return true;
}

/* All vCPUs are paused when nothing is monitored any more: no phase then. */
static void pause_follows(struct player *p, const struct event *e)
{
	if (e->op == OP_PAUSE && p->stopped)
		end_phase(p, true);
	if (e->op != OP_WEIGH && op_is_call(e->op))
		p->stopped = false;
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
	p->room_wanted = vamp_room_wanted(p->vm, e->o.now);
	return true;
}

static bool open_room(struct player *p)
{
	if (p->state == CLASSIFIED)
		return true;
	p->state = CLASSIFIED;
	vamp_room_open(p->vm, room_until(p));
	return true;
}

/* Its parts are played as recorded; if nobody wants it, none of them. */
static bool begin(struct player *p)
{
	if (!p->wanted && !p->room_wanted)
		return true;
	if (!p->room_wanted)
		p->wanted = false;
	p->room_wanted = false;
	return false;
}

bool what_if(struct player *p, const struct event *e)
{
	do_what_is_due(p, e);
	pause_follows(p, e);
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
		if (p->heard)
			output(p);
		return true;
	case OP_PROFILE:
		return true;
	case OP_OVER:
		return over(p);
	case OP_OPEN:
		return open_room(p);
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
