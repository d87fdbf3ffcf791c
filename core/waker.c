// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * waker.c - following wake-ups from vCPU to vCPU.
 */
#include "waker.h"

#include "policy.h"
#include "vm.h"

/*
 * So many tries are evidence, and one hit in so many makes a waking vector. A
 * vCPU that wakes up with the address space that it had is no hit, and Linux
 * kicks idle vCPUs with the vector that wakes tasks: its two need few hits.
 */
#define ENOUGH_TRIES	64
#define HIT_IN		8
#define HIT_IN_LINUX	128
#define TRIES_MAX	4096

/* Who else raises a vector says more: a timer's never come from elsewhere. */
#define OWN_AGAINST	16
#define OWN_ENOUGH	16
#define OWN_MAX		127

static u64 active(const struct vamp_observed *o)
{
	return vamp_sub(o->now, o->run_delay);
}

static bool tracks(const struct vamp_vm *vm)
{
	return vm->cfg->wakeup_mode & WAKEUP_BASE;
}

void vamp_vectors_set(struct vamp_vectors *x, u8 vector)
{
	memset(x, 0, sizeof(*x));
	x->fixed = vector;
}

bool vamp_vectors_wakes(const struct vamp_vectors *x, u8 vector)
{
	bool linux_wakes;

	if (x->fixed)
		return vector == x->fixed;
	linux_wakes = vector == WAKER_RESCHEDULE || vector == WAKER_CALL_SINGLE;
	if (x->tries[vector] < ENOUGH_TRIES)
		return linux_wakes;
	return x->hits[vector] * (linux_wakes ? HIT_IN_LINUX : HIT_IN) >=
	       x->tries[vector];
}

bool vamp_vectors_sent(const struct vamp_vectors *x, u8 vector)
{
	return x->tries[vector] || vamp_vectors_wakes(x, vector);
}

u8 vamp_vectors_main(const struct vamp_vectors *x)
{
	u32 v, best = WAKER_RESCHEDULE;

	if (x->fixed)
		return x->fixed;
	for (v = 0; v < WAKER_VECTORS; v++)
		if (x->hits[v] > x->hits[best])
			best = v;
	return (u8)best;
}

void vamp_vectors_raised(struct vamp_vectors *x, u8 vector, bool own)
{
	if (own)
		x->own[vector] += x->own[vector] < OWN_MAX;
	else if (x->own[vector] > -OWN_MAX + OWN_AGAINST)
		x->own[vector] -= OWN_AGAINST;
}

static bool is_timer(const struct vamp_vectors *x, u8 vector)
{
	return x->own[vector] >= OWN_ENOUGH;
}

/* Halved together, so that a guest that reboots into another is learned anew. */
static void score(struct vamp_vectors *x, u8 vector, bool hit)
{
	x->tries[vector]++;
	x->hits[vector] += hit;
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
	return v->waker.state & WAKER_CHAINED ? v->waker.woken_by : v->task_id;
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
	if (!vamp_vectors_wakes(&vm->vectors, vector))
		return;
	waker = local_waker(vm, src, o);
	if (waker == TASK_NO_ID || dst->task_id == TASK_NO_ID ||
	    (w->state & WAKER_INTERRUPT && vm->policy->interrupts_last))
		return;
	w->remote = waker;
	w->state &= (u16) ~(WAKER_PENDING | WAKER_WAKES | WAKER_TIMED);
	w->state |= WAKER_REMOTE;
}

/*
 * The original forgets who may have woken a task when any other interrupt
 * comes. So often as a timer ticks, little would be left.
 */
static void interrupt(struct vamp_vm *vm, struct vamp_waker *w, u8 vector,
		      u64 when)
{
	if (!(vm->cfg->wakeup_mode & WAKEUP_INTERRUPT_RESET))
		return;
	w->interrupted = when;
	w->state |= WAKER_INTERRUPT;
	if (vm->policy->interrupts_last)
		w->state &= WAKER_INTERRUPT | WAKER_VALID;
	if (is_timer(&vm->vectors, vector))
		return;
	w->device_at = when;
	w->state &= (u16)~WAKER_HANDLED;
	w->served_at = 0;
	w->state |= WAKER_DEVICE;
}

/* The guest cannot have acted on it before; the clock starts here. */
static void enter_injected(struct vamp_vcpu *v, const struct vamp_observed *o)
{
	struct vamp_waker *w = &v->waker;
	bool wakes = w->state & WAKER_WAKES && w->state & WAKER_REMOTE;

	w->state &= (u16) ~(WAKER_PENDING | WAKER_WAKES);
	if (!(w->state & WAKER_TIMED))
		w->injected = active(o);
	if (!wakes)
		return;
	w->state &= (u16) ~(WAKER_COUNTED | WAKER_WAS_IDLE);
	w->state |= WAKER_TIMED;
	if (v->halted)
		w->state |= WAKER_WAS_IDLE;
}

static void go_on(struct vamp_waker *w, const struct vamp_observed *o)
{
	w->interrupted = active(o);
	w->device_at = w->interrupted;
}

void vamp_waker_enter(struct vamp_vcpu *v, const struct vamp_observed *o)
{
	struct vamp_waker *w = &v->waker;

	if (w->state & WAKER_AWAY)
		go_on(w, o);
	w->state &= (u16)~WAKER_AWAY;
	if (w->state & WAKER_PENDING)
		enter_injected(v, o);
}

void vamp_waker_handler_accesses(struct vamp_vm *vm, struct vamp_vcpu *v,
				 const struct vamp_observed *o)
{
	go_on(&v->waker, o);
	if (!vm->policy->refines_audio)
		return;
	v->waker.state |= WAKER_AWAY;
	v->settle_by = 0;
}

void vamp_waker_inject(struct vamp_vm *vm, struct vamp_vcpu *v, u8 vector,
		       const struct vamp_observed *o)
{
	struct vamp_waker *w = &v->waker;

	if (!tracks(vm))
		return;
	if (!vamp_vectors_sent(&vm->vectors, vector)) {
		interrupt(vm, w, vector, active(o));
		return;
	}
	if (w->state & WAKER_TRYING)
		score(&vm->vectors, w->tried, false);
	w->tried = vector;
	w->state |= WAKER_TRYING | WAKER_PENDING;
	if (vamp_vectors_wakes(&vm->vectors, vector))
		w->state |= WAKER_WAKES;
	/* The processor injected it by itself. */
	if (v->in_guest)
		enter_injected(v, o);
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

static u64 handler_ends(const struct vamp_vm *vm, u64 interrupted)
{
	return interrupted + 2ull * vm->cfg->wakeup_latency_ns;
}

static bool is_preempted(const struct vamp_vm *vm, const struct vamp_vcpu *v)
{
	return v->waker.state & WAKER_INTERRUPT &&
	       last_seen(v) <= handler_ends(vm, v->waker.interrupted);
}

/* The original's remote waker is used up when the task goes, ours at once. */
static void woken(const struct vamp_vm *vm, struct vamp_waker *w)
{
	w->woken_by = w->remote;
	w->state |= WAKER_VALID;
	if (vm->cfg->wakeup_mode & WAKEUP_TRANSITIVE &&
	    w->remote != WAKER_ID_INTERRUPT)
		w->state |= WAKER_CHAINED;
	if (!vm->policy->interrupts_last)
		w->state &= (u16) ~(WAKER_REMOTE | WAKER_TIMED);
}

/* What is left when the current task goes. */
static void depart(const struct vamp_vm *vm, struct vamp_waker *w)
{
	u16 keep = WAKER_REMOTE | WAKER_PENDING | WAKER_TIMED | WAKER_WAKES;

	if (w->state & WAKER_VALID && vm->policy->interrupts_last)
		keep = WAKER_PENDING | WAKER_WAKES;
	w->state &= keep;
	w->served_at = 0;
}

void vamp_waker_arrive(struct vamp_vm *vm, struct vamp_vcpu *v)
{
	struct vamp_waker *w = &v->waker;
	bool prompt = is_prompt(vm, v);
	bool preempted = is_preempted(vm, v);

	if (w->state & WAKER_TRYING)
		score(&vm->vectors, w->tried, prompt);
	depart(vm, w);
	if (w->state & WAKER_TIMED && prompt)
		woken(vm, w);
	else if (w->state & WAKER_TIMED)
		w->state &= (u16) ~(WAKER_REMOTE | WAKER_TIMED);
	if (preempted)
		w->state |= WAKER_PREEMPTED;
}

/* What was injected was acted upon; what was only sent is yet to come. */
void vamp_waker_halt(const struct vamp_vm *vm, struct vamp_vcpu *v)
{
	struct vamp_waker *w = &v->waker;

	depart(vm, w);
	if (w->state & WAKER_TIMED)
		w->state &= (u16) ~(WAKER_REMOTE | WAKER_TIMED);
	w->state |= WAKER_HALTED;
}

bool vamp_waker_handling(const struct vamp_vm *vm, const struct vamp_vcpu *v,
			 const struct vamp_observed *o)
{
	return v->waker.state & WAKER_INTERRUPT &&
	       active(o) <= handler_ends(vm, v->waker.interrupted);
}

bool vamp_waker_handling_device(const struct vamp_vm *vm,
				const struct vamp_vcpu *v,
				const struct vamp_observed *o)
{
	if (!vm->policy->refines_audio)
		return vamp_waker_handling(vm, v, o);
	return v->waker.state & WAKER_DEVICE &&
	       active(o) <= handler_ends(vm, v->waker.device_at);
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
	return vm->policy->interrupts_last || vamp_waker_handling(vm, v, o);
}

u64 vamp_waker_of(const struct vamp_vm *vm, const struct vamp_vcpu *v)
{
	u16 original = WAKER_VALID | WAKER_REMOTE | WAKER_TIMED;
	u16 idle = WAKER_REMOTE | WAKER_TIMED | WAKER_WAS_IDLE;
	const struct vamp_waker *w = &v->waker;

	if (!vm->policy->refines_audio)
		return (w->state & (original | WAKER_INTERRUPT)) == original ?
			       w->remote :
			       TASK_NO_ID;
	if (w->state & WAKER_VALID)
		return w->woken_by;
	return (w->state & idle) == idle ? w->remote : TASK_NO_ID;
}
