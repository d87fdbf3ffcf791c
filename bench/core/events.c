// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * events.c - the rarer hooks: interrupts between vCPUs, injected interrupts and
 * the entries after them, accesses to a sound device.
 *
 * Only the call itself is counted; what leads to it is done in between. The same
 * with functions that do nothing gives the harness's own instructions.
 */
#include "bench.h"

#define EVENTS		1000
#define CLIENT		1	/* runs on vCPU 0 */
#define OTHER		2	/* runs on vCPU 1 */
#define SERVER		3	/* and wakes up there */
#define CALL		0xfc	/* Linux: call a function; wakes nobody */
#define DEVICE		0x31

struct calls {
	void (*ipi)(struct vamp_vm *vm, const struct vamp_vcpu *src,
		    struct vamp_vcpu *dst, u8 vector,
		    const struct vamp_observed *o);
	void (*inject)(struct vamp_vm *vm, struct vamp_vcpu *v, u8 vector,
		       const struct vamp_observed *o);
	struct vamp_weight (*entry)(struct vamp_vm *vm, struct vamp_vcpu *v,
				    const struct vamp_observed *o);
	enum vamp_audio_effect (*access)(struct vamp_vm *vm,
					 struct vamp_vcpu *v,
					 const struct vamp_observed *o);
};

struct event {
	const char *name;
	u32 wakeup_mode;
	/* All up to the call, which is what is counted. */
	void (*lead)(struct vamp_vm *vm, struct vamp_observed *o);
	void (*call)(const struct calls *c, struct vamp_vm *vm,
		     const struct vamp_observed *o);
};

static __attribute__((noipa)) void no_ipi(struct vamp_vm *vm,
					  const struct vamp_vcpu *src,
					  struct vamp_vcpu *dst, u8 vector,
					  const struct vamp_observed *o)
{
	(void)vm;
	(void)src;
	(void)dst;
	(void)vector;
	(void)o;
}

static __attribute__((noipa)) void no_inject(struct vamp_vm *vm,
					     struct vamp_vcpu *v, u8 vector,
					     const struct vamp_observed *o)
{
	(void)vm;
	(void)v;
	(void)vector;
	(void)o;
}

static __attribute__((noipa)) struct vamp_weight
no_entry(struct vamp_vm *vm, struct vamp_vcpu *v, const struct vamp_observed *o)
{
	(void)vm;
	(void)v;
	(void)o;
	return (struct vamp_weight){ 0 };
}

static __attribute__((noipa)) enum vamp_audio_effect
no_access(struct vamp_vm *vm, struct vamp_vcpu *v,
	  const struct vamp_observed *o)
{
	(void)vm;
	(void)v;
	(void)o;
	return AUDIO_NOTED;
}

static const struct calls core = { vamp_waker_ipi, vamp_waker_inject,
				   vamp_vcpu_entry, vamp_audio_access };
static const struct calls harness = { no_ipi, no_inject, no_entry, no_access };

/* ---- what leads to the call ---- */

/* Task @id is current on vCPU 1 10 us later. */
static void enter(struct vamp_vm *vm, struct vamp_observed *o, u64 id)
{
	o->now += 10 * US;
	o->cpu_time += 10 * US;
	o->task_id = id;
	vamp_vcpu_exit(vm, &vm->vcpu[1], o);
	vamp_vcpu_entry(vm, &vm->vcpu[1], o);
}

static void settled(struct vamp_vm *vm, struct vamp_observed *o)
{
	enter(vm, o, SERVER);
	enter(vm, o, OTHER);
}

static void sent(struct vamp_vm *vm, struct vamp_observed *o)
{
	settled(vm, o);
	vamp_waker_ipi(vm, &vm->vcpu[0], &vm->vcpu[1], WAKER_RESCHEDULE, o);
	vamp_vcpu_exit(vm, &vm->vcpu[1], o);
}

static void injected(struct vamp_vm *vm, struct vamp_observed *o)
{
	sent(vm, o);
	vamp_waker_inject(vm, &vm->vcpu[1], WAKER_RESCHEDULE, o);
	o->now += US;
	o->cpu_time += US;
}

static void nothing_injected(struct vamp_vm *vm, struct vamp_observed *o)
{
	sent(vm, o);
	o->now += US;
	o->cpu_time += US;
}

static void entered(struct vamp_vm *vm, struct vamp_observed *o)
{
	injected(vm, o);
	vamp_vcpu_entry(vm, &vm->vcpu[1], o);
	o->now += 10 * US;
	o->cpu_time += 10 * US;
	o->task_id = SERVER;
	vamp_vcpu_exit(vm, &vm->vcpu[1], o);
}

static void woken(struct vamp_vm *vm, struct vamp_observed *o)
{
	entered(vm, o);
	vamp_vcpu_entry(vm, &vm->vcpu[1], o);
	vamp_vcpu_exit(vm, &vm->vcpu[1], o);
}

static void arrived(struct vamp_vm *vm, struct vamp_observed *o)
{
	settled(vm, o);
	enter(vm, o, SERVER);
}

static void interrupted(struct vamp_vm *vm, struct vamp_observed *o)
{
	settled(vm, o);
	vamp_waker_inject(vm, &vm->vcpu[1], DEVICE, o);
	vamp_vcpu_entry(vm, &vm->vcpu[1], o);
	o->now += US;
}

/* ---- the calls ---- */

static void ipi(const struct calls *c, struct vamp_vm *vm,
		const struct vamp_observed *o)
{
	c->ipi(vm, &vm->vcpu[0], &vm->vcpu[1], WAKER_RESCHEDULE, o);
}

static void ipi_other(const struct calls *c, struct vamp_vm *vm,
		      const struct vamp_observed *o)
{
	c->ipi(vm, &vm->vcpu[0], &vm->vcpu[1], CALL, o);
}

static void inject(const struct calls *c, struct vamp_vm *vm,
		   const struct vamp_observed *o)
{
	c->inject(vm, &vm->vcpu[1], WAKER_RESCHEDULE, o);
}

static void inject_device(const struct calls *c, struct vamp_vm *vm,
			  const struct vamp_observed *o)
{
	c->inject(vm, &vm->vcpu[1], DEVICE, o);
}

static void entry(const struct calls *c, struct vamp_vm *vm,
		  const struct vamp_observed *o)
{
	c->entry(vm, &vm->vcpu[1], o);
}

static void access(const struct calls *c, struct vamp_vm *vm,
		   const struct vamp_observed *o)
{
	c->access(vm, &vm->vcpu[1], o);
}

static const struct event events[] = {
	{ "ipi", WAKEUP_ALL, settled, ipi },
	{ "ipi-other", WAKEUP_ALL, settled, ipi_other },
	{ "inject", WAKEUP_ALL, sent, inject },
	{ "inject-device", WAKEUP_ALL, settled, inject_device },
	{ "entry", WAKEUP_ALL, nothing_injected, entry },
	{ "entry-injected", WAKEUP_ALL, injected, entry },
	{ "entry-woken", WAKEUP_ALL, entered, entry },
	{ "audio-server", WAKEUP_ALL, woken, access },
	{ "audio-local", WAKEUP_ALL, arrived, access },
	{ "audio-handler", WAKEUP_ALL, interrupted, access },
	{ "audio-untracked", 0, arrived, access },
};

static void measure(const struct event *e, const struct calls *c,
		    const char *calls, const struct vamp_policy *policy,
		    bool mixed)
{
	struct vamp_observed o;
	struct vamp_vm *vm = bench_busy_vm(policy, TRACK_TRAP, mixed, &o);
	u32 i;

	((struct vamp_config *)vm->cfg)->wakeup_mode = e->wakeup_mode;
	vamp_waker_ipi(vm, &vm->vcpu[0], &vm->vcpu[1], CALL, &o);
	section_begin();
	for (i = 0; i < EVENTS; i++) {
		section_pause();
		e->lead(vm, &o);
		section_resume();
		e->call(c, vm, &o);
	}
	section_end("event/%s/%s/%s %s %u", policy->name,
		    mixed ? "mixed" : "normal", e->name, calls, EVENTS);
}

void bench_events(void)
{
	size_t i;
	u32 p, m;

	for (p = 0; p < 2; p++)
		for (m = 0; m < 2; m++)
			for (i = 0; i < sizeof(events) / sizeof(*events); i++) {
				measure(&events[i], &core, "core",
					bench_policies[p], m);
				measure(&events[i], &harness, "harness",
					bench_policies[p], m);
			}
}
