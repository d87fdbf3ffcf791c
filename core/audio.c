// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * audio.c - sound servers, their clients, and the phases that output starts.
 */
#include "audio.h"

#include "policy.h"
#include "vm.h"

/*
 * An occasion is that a task accesses the device, once in SERVED_NS until another
 * task or a device's interrupt comes, or that a handler does, once for each interrupt.
 * A server makes some of them and a noticeable part of those lately: a handler may
 * take so long now and then that it passes for whoever is current.
 */
#define SERVED_NS	(20 * VAMP_NSEC_PER_MSEC)
#define SERVER_CONFIRMED	3
#define SERVER_PART	8	/* one in so many occasions is a server's */
#define OCCASIONS	64	/* then all are halved, so that the old ones fade */

#define SERVER_BUSY_PCT	15	/* of one CPU: it makes the sound itself */

#define CLIENT_CONFIRMED	8	/* wake-ups that make the first dominant one */
#define CLIENT_PART	10	/* one in so many services is woken by the dominant */
#define COUNT_MAX	0xffffu

void vamp_audio_init(struct vamp_audio *a)
{
	memset(a, 0, sizeof(*a));
	a->dominant = TASK_NO_ID;
}

static bool expired(const struct vamp_vm *vm, u64 seen, u64 now)
{
	return vm->policy->audio_expires_ns &&
	       now > seen + vm->policy->audio_expires_ns;
}

/* How many of ->occasions were @k's. */
static u32 served(const struct vamp_vm *vm, const struct vamp_task *k)
{
	u8 halvings = vm->audio.halvings - k->audio_halvings;

	return halvings < 8 ? k->audio_served >> halvings : 0;
}

static bool serves_often(const struct vamp_vm *vm, const struct vamp_task *k)
{
	return !vm->policy->refines_audio ||
	       served(vm, k) * SERVER_PART >= vm->audio.occasions;
}

static bool is_server(const struct vamp_vm *vm, const struct vamp_task *k,
		      u64 now)
{
	return k->flags & TASK_SERVER && !expired(vm, k->audio_seen, now) &&
	       serves_often(vm, k);
}

static bool is_dominant(const struct vamp_vm *vm, const struct vamp_task *k,
			u64 now)
{
	return k->flags & TASK_DOMINANT &&
	       !expired(vm, vm->audio.dominant_seen, now);
}

bool vamp_audio_is(const struct vamp_vm *vm, const struct vamp_task *k, u64 now)
{
	return vm->cfg->wakeup_mode & WAKEUP_BASE &&
	       (is_server(vm, k, now) || is_dominant(vm, k, now));
}

/* It turns out in a phase that @k is no background. */
static bool relieve(struct vamp_vm *vm, struct vamp_task *k)
{
	if (!vm->policy->refines_audio || !(k->flags & TASK_BACKGROUND))
		return false;
	k->flags &= (u8)~TASK_BACKGROUND;
	k->why = WHY_MAKES_AUDIO;
	/* Not counted yet, if a classification is on and did not come so far. */
	if (k - vm->tasks.task < vm->cursor)
		vm->background--;
	return true;
}

static void set_dominant(struct vamp_vm *vm, u16 task)
{
	u16 old = vamp_tasks_find(&vm->tasks, vm->audio.dominant);

	if (old != TASK_NONE)
		vm->tasks.task[old].flags &= (u8)~TASK_DOMINANT;
	vm->tasks.task[task].flags |= TASK_DOMINANT;
	vm->audio.dominant = vm->tasks.task[task].id;
}

/* A task that only happens to run before servers now and then is no client. */
static bool wakes_often(const struct vamp_vm *vm, const struct vamp_task *k)
{
	return !vm->policy->refines_audio ||
	       k->audio_count * CLIENT_PART >= vm->audio.services;
}

/* Until a first one is known nobody should have to wait for the next phase. */
static bool is_first(const struct vamp_vm *vm, const struct vamp_task *k,
		     u64 now)
{
	return vm->policy->refines_audio &&
	       k->audio_count >= CLIENT_CONFIRMED && wakes_often(vm, k) &&
	       (vm->audio.dominant == TASK_NO_ID ||
		expired(vm, vm->audio.dominant_seen, now));
}

static bool credit(struct vamp_vm *vm, u64 id, u64 now)
{
	u16 i = vamp_tasks_find(&vm->tasks, id);
	struct vamp_task *k;

	if (i == TASK_NONE)
		return false;
	k = &vm->tasks.task[i];
	if (is_server(vm, k, now))
		return false;
	k->audio_count += k->audio_count < COUNT_MAX;
	if (is_first(vm, k, now))
		set_dominant(vm, i);
	if (!(k->flags & TASK_DOMINANT))
		return false;
	vm->audio.dominant_seen = now;
	return relieve(vm, k);
}

/*
 * The task that ran before on this vCPU, unless an interrupt came between, or the
 * vCPU was idle.
 */
static u64 local_client(const struct vamp_vm *vm, const struct vamp_vcpu *v)
{
	const struct vamp_thread *h = &vm->tasks.thread[v->previous];

	if (!vm->policy->refines_audio || v->previous == TASK_NONE ||
	    !(vm->cfg->wakeup_mode & WAKEUP_INTERRUPT_RESET) ||
	    v->waker.state & (WAKER_PREEMPTED | WAKER_HALTED))
		return TASK_NO_ID;
	/* Its thread may be freed, and another's by now. */
	if (h->task == TASK_NONE || h->vcpu != v->index ||
	    h->left_clock != v->arrived)
		return TASK_NO_ID;
	return vm->tasks.task[h->task].id;
}

/* A player that takes turns with others comes after any of them: none is its client. */
static bool is_busy(const struct vamp_vm *vm, const struct vamp_vcpu *v)
{
	const struct vamp_task *k = vamp_vcpu_task(vm, v);

	return k && k->load >= SERVER_BUSY_PCT;
}

static u64 client_of(const struct vamp_vm *vm, const struct vamp_vcpu *v)
{
	u64 waker = vamp_waker_of(vm, v);

	if (waker == TASK_NO_ID)
		return is_busy(vm, v) ? TASK_NO_ID : local_client(vm, v);
	return waker == WAKER_ID_INTERRUPT ? TASK_NO_ID : waker;
}

static void count_occasion(struct vamp_audio *a)
{
	if (++a->occasions < OCCASIONS)
		return;
	a->occasions /= 2;
	a->halvings++;
}

static void count_service(struct vamp_vm *vm, struct vamp_vcpu *v,
			  struct vamp_task *k, u64 now)
{
	u64 *at = &v->waker.served_at;

	if (*at && now < *at + SERVED_NS)
		return;
	*at = now;
	vm->audio.services++;
	k->audio_served = (u8)(served(vm, k) + 1);
	k->audio_halvings = vm->audio.halvings;
	count_occasion(&vm->audio);
}

static void count_handler(struct vamp_vm *vm, struct vamp_vcpu *v)
{
	if (!vm->policy->refines_audio || v->waker.state & WAKER_HANDLED)
		return;
	v->waker.state |= WAKER_HANDLED;
	count_occasion(&vm->audio);
}

static bool is_confirmed(const struct vamp_vm *vm, const struct vamp_task *k)
{
	return served(vm, k) >= SERVER_CONFIRMED && serves_often(vm, k);
}

/* True if that relieves it of being background. */
static bool serve(struct vamp_vm *vm, struct vamp_vcpu *v, struct vamp_task *k,
		  u64 client, u64 now)
{
	if (!vm->policy->refines_audio && client == TASK_NO_ID)
		return false;
	k->audio_seen = now;
	if (vm->policy->refines_audio) {
		count_service(vm, v, k, now);
		if (!is_confirmed(vm, k))
			return false;
	}
	k->flags |= TASK_SERVER;
	return relieve(vm, k);
}

/* However often a server that was woken once accesses the device. */
static bool is_counted(const struct vamp_vm *vm, struct vamp_vcpu *v)
{
	bool counted =
		vm->policy->refines_audio && v->waker.state & WAKER_COUNTED;

	v->waker.state |= WAKER_COUNTED;
	return counted;
}

/* True if a task is background no more. */
static bool note(struct vamp_vm *vm, struct vamp_vcpu *v, u64 now)
{
	struct vamp_task *k = vamp_vcpu_task(vm, v);
	u64 client = client_of(vm, v);
	bool changed;

	if (!k)
		return false;
	changed = serve(vm, v, k, client, now);
	if (client != TASK_NO_ID && client != k->id && !is_counted(vm, v))
		changed |= credit(vm, client, now);
	if (changed)
		vamp_vm_unsettle(vm);
	return changed;
}

/* Not a single beep. */
static bool has_settled(const struct vamp_vm *vm, u64 now)
{
	return now >= vm->audio.began + vm->policy->audio_settle_ns;
}

bool vamp_audio_goes_on(const struct vamp_vm *vm, u64 now)
{
	const struct vamp_audio *a = &vm->audio;

	return a->accesses && has_settled(vm, a->last) &&
	       now <= a->last + AUDIO_SPELL_NS;
}

static bool wants_phase(const struct vamp_vm *vm, u64 now)
{
	return vm->phase == PHASE_NORMAL && vm->cfg->kvm_vamp &&
	       has_settled(vm, now);
}

enum vamp_audio_effect vamp_audio_access(struct vamp_vm *vm,
					 struct vamp_vcpu *v,
					 const struct vamp_observed *o)
{
	struct vamp_audio *a = &vm->audio;
	bool changed = false;

	if (vm->phase == PHASE_NORMAL)
		vm->policy = vm->cfg->policy;
	if (vamp_waker_handling_device(vm, v, o)) {
		vamp_waker_handler_accesses(vm, v, o);
		count_handler(vm, v);
		return AUDIO_HANDLER;
	}
	if (!a->began || o->now > a->last + AUDIO_SPELL_NS)
		a->began = o->now;
	a->last = o->now;
	a->accesses++;
	a->vcpu = v->index;
	if (vm->cfg->wakeup_mode & WAKEUP_BASE)
		changed = note(vm, v, o->now);
	if (changed)
		return AUDIO_WEIGHT;
	return wants_phase(vm, o->now) ? AUDIO_PHASE : AUDIO_NOTED;
}

/* What a candidate's wake-ups are worth; they are used up. */
static u32 take_count(const struct vamp_vm *vm, struct vamp_task *k)
{
	u32 count = k->audio_count;

	if (vm->cfg->wakeup_mode & WAKEUP_WEIGHTED_AUDIO && k->bg_conf)
		count /= k->bg_conf;
	k->audio_avg = (u16)(k->audio_avg / 2 + count / 2);
	k->audio_count = 0;
	return count;
}

/* An exponential average of the counts decides (VEE 2014). */
static void find_dominant(struct vamp_vm *vm, u64 now)
{
	u64 window = (u64)vm->epoch.length * LOAD_EPOCHS;
	u16 i, best = TASK_NONE;
	bool often;

	for (i = vm->tasks.newest; i != TASK_NONE;
	     i = vm->tasks.task[i].older) {
		struct vamp_task *k = &vm->tasks.task[i];

		if (vamp_sub(now, k->last_ran) > window ||
		    is_server(vm, k, now))
			continue;
		often = wakes_often(vm, k);
		if (!take_count(vm, k) || !often)
			continue;
		if (best == TASK_NONE ||
		    k->audio_avg > vm->tasks.task[best].audio_avg)
			best = i;
	}
	vm->audio.services = 0;
	if (best == TASK_NONE)
		return;
	set_dominant(vm, best);
	vm->audio.dominant_seen = now;
}

static void forget_counts(struct vamp_vm *vm)
{
	u32 i;

	for (i = 0; i < vm->tasks.nr_tasks; i++)
		vm->tasks.task[i].audio_count = 0;
}

void vamp_audio_classify(struct vamp_vm *vm, u64 now)
{
	if (vm->audio.output && vm->cfg->wakeup_mode & WAKEUP_BASE)
		find_dominant(vm, now);
	if (!vm->policy->refines_audio)
		forget_counts(vm);
}
