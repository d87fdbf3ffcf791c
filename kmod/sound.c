// SPDX-License-Identifier: GPL-2.0-only
/*
 * sound.c - synchronous accesses to sound devices.
 *
 * KVM's events name no vCPU: it is the current thread's. Most VMs have no sound
 * device set, and most accesses are not to one: both are found out before the
 * lock is taken.
 */
#include "sound.h"

#include <linux/kvm_host.h>

#include "compat.h"
#include "counters.h"
#include "params.h"
#include "phase.h"
#include "registry.h"
#include "report.h"
#include "vm.h"

/* KVM's own numbers, in a header of its own. */
#define PIO_IN		0
#define MMIO_READ_UNSATISFIED	0
#define MMIO_WRITE	2

#define PORT_LAST	0xffff
#define VECTOR_FIRST	32
#define VECTOR_LAST	255

static bool range_valid(const struct vamp_sound_range *r)
{
	if (r->first > r->last || !r->access ||
	    r->access & ~(VAMP_SOUND_READ | VAMP_SOUND_WRITE))
		return false;
	if (r->space == VAMP_SOUND_PIO)
		return r->last <= PORT_LAST;
	return r->space == VAMP_SOUND_MMIO;
}

int sound_check(const struct vamp_sound *s)
{
	u32 i;

	if (s->nr_ranges > VAMP_SOUND_RANGES || s->reserved)
		return -EINVAL;
	if (s->vector && (s->vector < VECTOR_FIRST || s->vector > VECTOR_LAST))
		return -EINVAL;
	for (i = 0; i < s->nr_ranges; i++)
		if (!range_valid(&s->range[i]))
			return -EINVAL;
	return 0;
}

void sound_set(struct host_vm *vm, const struct vamp_sound *s)
{
	struct vamp_vectors *x = &vm->core->vectors;
	unsigned long flags;

	raw_spin_lock_irqsave(&vm->lock, flags);
	memcpy(vm->sound.range, s->range, sizeof(s->range));
	WRITE_ONCE(vm->sound.nr, s->nr_ranges);
	if (s->vector || x->fixed) {
		report_op(vm, VAMP_OP_VECTOR, -1, s->vector);
		vamp_vectors_set(x, (u8)s->vector);
	}
	raw_spin_unlock_irqrestore(&vm->lock, flags);
}

/* May be read while it is set: an access more or less does not matter. */
static bool is_sound(const struct sound *s, u64 address, u32 space, u32 access)
{
	u32 i, nr = READ_ONCE(s->nr);

	for (i = 0; i < nr; i++)
		if (s->range[i].space == space && s->range[i].access & access &&
		    address - s->range[i].first <=
			    s->range[i].last - s->range[i].first)
			return true;
	return false;
}

static void note(struct host_vm *vm, struct seat *seat, u64 address)
{
	struct vamp_vcpu *v = &vm->core->vcpu[seat - vm->seat];
	struct vamp_observed o = { .task_id = TASK_NO_ID };
	enum vamp_audio_effect effect;
	struct vamp_weight w;

	vm_observe_own(&o);
	report_event(vm, VAMP_OP_AUDIO, v->index, &o, 0);
	report_audio_access(seat->vcpu_id, address);
	effect = vamp_audio_access(vm->core, v, &o);
	report_result(vm, effect);
	switch (effect) {
	case AUDIO_HANDLER:
		count(audio_handlers);
		return;
	case AUDIO_PHASE:
		phase_output_soon(vm);
		break;
	case AUDIO_WEIGHT:
		report_op(vm, VAMP_OP_WEIGH, v->index, 0);
		w = vamp_vcpu_weight(vm->core, v);
		report_weighed(vm, v->index, w);
		vm_follow(vm, seat, w);
		break;
	case AUDIO_NOTED:
		break;
	}
	count(audio_accesses);
}

static void access(u64 address, u32 space, u32 access)
{
	const struct host_vm *vm;

	vamp_probe_begin();
	vm = registry_find_own();
	if (vm && is_sound(&vm->sound, address, space, access))
		registry_with_own(note, address);
	vamp_probe_end();
}

void sound_pio(void *data, unsigned int rw, unsigned int port,
	       unsigned int size, unsigned int n, const void *val)
{
	access(port, VAMP_SOUND_PIO,
	       rw == PIO_IN ? VAMP_SOUND_READ : VAMP_SOUND_WRITE);
}

/* A read that QEMU answers shows twice: the first time is when it happens. */
void sound_mmio(void *data, int type, int len, u64 gpa, void *val)
{
	if (type == MMIO_WRITE)
		access(gpa, VAMP_SOUND_MMIO, VAMP_SOUND_WRITE);
	else if (type == MMIO_READ_UNSATISFIED)
		access(gpa, VAMP_SOUND_MMIO, VAMP_SOUND_READ);
}

/* A doorbell that KVM answers without looking at the value. */
void sound_fast_mmio(void *data, u64 gpa)
{
	access(gpa, VAMP_SOUND_MMIO, VAMP_SOUND_WRITE);
}
