// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * waker.c - following wake-ups from vCPU to vCPU.
 */
#include "waker.h"

#include "policy.h"
#include "vm.h"

/* A vector is believed to wake tasks after that many hits. */
#define ENOUGH_HITS	16
#define TRIES_MAX	4096

static u64 active(const struct vamp_observed *o)
{
	return vamp_sub(o->now, o->run_delay);
}

static bool tracks(const struct vamp_vm *vm)
{
	return vm->cfg->wakeup_mode & WAKEUP_BASE;
}

void vamp_vectors_init(struct vamp_vectors *x)
{
	memset(x, 0, sizeof(*x));
	x->reschedule = WAKER_LINUX_VECTOR;
}

void vamp_vectors_set(struct vamp_vectors *x, u8 vector)
{
	vamp_vectors_init(x);
	if (!vector)
		return;
	x->reschedule = vector;
	x->fixed = true;
}

/* More than half of its tries are hits, and it has more of them. */
static bool is_better(const struct vamp_vectors *x, u8 vector)
{
	return x->hits[vector] >= ENOUGH_HITS &&
	       x->hits[vector] * 2 > x->tries[vector] &&
	       x->hits[vector] > x->hits[x->reschedule];
}

/* Halved together, so that a guest that reboots into another is learned anew. */
static void score(struct vamp_vectors *x, u8 vector, bool hit)
{
	x->tries[vector]++;
	x->hits[vector] += hit;
	if (!x->fixed && is_better(x, vector))
		x->reschedule = vector;
	if (x->tries[vector] < TRIES_MAX)
		return;
	x->tries[vector] /= 2;
	x->hits[vector] /= 2;
}

static u64 local_waker(const struct vamp_vm *vm, const struct vamp_vcpu *v,
		       const struct vamp_observed *o)
{
	if (vamp_waker_interrupted(vm, v, o))
		return WAKER_ID_INTERRUPT;
	return v->waker.state & WAKER_CHAINED ? v->waker.remote : v->task_id;
}

void vamp_waker_ipi(struct vamp_vm *vm, const struct vamp_vcpu *src,
		    struct vamp_vcpu *dst, u8 vector,
		    const struct vamp_observed *o)
{
	struct vamp_waker *w = &dst->waker;
	u64 waker;

	if (!tracks(vm))
		return;
	if (!vm->vectors.tries[vector])
		vm->vectors.tries[vector] = 1;
	if (vector != vm->vectors.reschedule)
		return;
	waker = local_waker(vm, src, o);
	if (waker == TASK_NO_ID || dst->task_id == TASK_NO_ID ||
	    (w->state & WAKER_INTERRUPT && vm->policy->interrupts_last))
		return;
	w->remote = waker;
	w->state &= (u16) ~(WAKER_PENDING | WAKER_TIMED | WAKER_VALID |
			    WAKER_CHAINED);
	w->state |= WAKER_REMOTE;
}

static void interrupt(struct vamp_vm *vm, struct vamp_waker *w, u64 when)
{
	if (!(vm->cfg->wakeup_mode & WAKEUP_INTERRUPT_RESET))
		return;
	w->interrupted = when;
	w->state = WAKER_INTERRUPT;
}

void vamp_waker_inject(struct vamp_vm *vm, struct vamp_vcpu *v, u8 vector,
		       const struct vamp_observed *o)
{
	struct vamp_waker *w = &v->waker;

	if (!tracks(vm))
		return;
	if (w->state & WAKER_TRYING)
		score(&vm->vectors, w->tried, false);
	w->state &= (u16)~WAKER_TRYING;
	if (vector != vm->vectors.reschedule && !vm->vectors.tries[vector]) {
		interrupt(vm, w, active(o));
		return;
	}
	w->tried = vector;
	w->state |= WAKER_PENDING | WAKER_TRYING;
}

/* The guest cannot have acted on it before; the clock starts here. */
void vamp_waker_enter(struct vamp_vcpu *v, const struct vamp_observed *o)
{
	struct vamp_waker *w = &v->waker;

	w->state &= (u16)~WAKER_PENDING;
	w->injected = active(o);
	if (w->state & WAKER_REMOTE)
		w->state |= WAKER_TIMED;
	if (v->halted)
		w->state |= WAKER_WAS_IDLE;
}

/* When the task before was last seen current: active ns. */
static u64 last_seen(const struct vamp_vcpu *v)
{
	return vamp_sub(v->seen_time, v->seen_delay);
}

/* Who was woken runs at once, or at the first look after that. */
static bool is_prompt(const struct vamp_vm *vm, const struct vamp_vcpu *v)
{
	return last_seen(v) <= v->waker.injected + vm->cfg->wakeup_latency_ns;
}

static u64 handler_ends(const struct vamp_vm *vm, const struct vamp_waker *w)
{
	return w->interrupted + 2ull * vm->cfg->wakeup_latency_ns;
}

static bool is_preempted(const struct vamp_vm *vm, const struct vamp_vcpu *v)
{
	return v->waker.state & WAKER_INTERRUPT &&
	       last_seen(v) <= handler_ends(vm, &v->waker);
}

/* The state of a vCPU whose task its remote waker woke. */
static u16 woken(const struct vamp_vm *vm, const struct vamp_waker *w)
{
	if (vm->cfg->wakeup_mode & WAKEUP_TRANSITIVE &&
	    w->remote != WAKER_ID_INTERRUPT)
		return WAKER_REMOTE | WAKER_TIMED | WAKER_VALID | WAKER_CHAINED;
	return WAKER_REMOTE | WAKER_TIMED | WAKER_VALID;
}

void vamp_waker_arrive(struct vamp_vm *vm, struct vamp_vcpu *v)
{
	struct vamp_waker *w = &v->waker;
	bool prompt = is_prompt(vm, v);
	u16 preempted = is_preempted(vm, v) ? WAKER_PREEMPTED : 0;

	if (w->state & WAKER_TRYING)
		score(&vm->vectors, w->tried, prompt);
	if (w->state & WAKER_VALID)
		w->state = 0;
	w->state &= WAKER_REMOTE | WAKER_PENDING | WAKER_TIMED;
	if (w->state & WAKER_TIMED)
		w->state = prompt ? woken(vm, w) : 0;
	w->state |= preempted;
}

/* What was injected was acted upon; what was only sent is yet to come. */
void vamp_waker_halt(struct vamp_vcpu *v)
{
	struct vamp_waker *w = &v->waker;

	if (w->state & WAKER_TIMED)
		w->state = 0;
	w->state &= WAKER_REMOTE | WAKER_PENDING;
}

bool vamp_waker_known(const struct vamp_vm *vm, const struct vamp_vcpu *v)
{
	u16 idle = WAKER_TIMED | WAKER_WAS_IDLE;

	if (v->waker.state & WAKER_VALID)
		return true;
	return vm->policy->refines_audio && (v->waker.state & idle) == idle;
}

/*
 * An interrupt's handler is over soon. The original holds it responsible until
 * another task arrives: whoever runs longer than a timer tick then never counts
 * as waker.
 */
bool vamp_waker_interrupted(const struct vamp_vm *vm, const struct vamp_vcpu *v,
			    const struct vamp_observed *o)
{
	const struct vamp_waker *w = &v->waker;

	if (!(w->state & WAKER_INTERRUPT))
		return false;
	return vm->policy->interrupts_last || active(o) <= handler_ends(vm, w);
}
