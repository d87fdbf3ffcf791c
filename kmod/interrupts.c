// SPDX-License-Identifier: GPL-2.0-only
/*
 * interrupts.c - what interrupts tell: who wakes whom, and which vCPU should
 * have its weight back before it handles one.
 *
 * KVM names an accepting vCPU by id alone; its VM is that of the process that
 * raises the interrupt. Those raised by kernel threads (vhost, irqfd) are not
 * seen here.
 */
#include "interrupts.h"

#include <linux/kvm_host.h>

#include "compat.h"
#include "counters.h"
#include "params.h"
#include "phase.h"
#include "registry.h"
#include "report.h"
#include "steady.h"
#include "vendor.h"
#include "vm.h"

static bool is_seat(const struct seat *seat, int vcpu_id)
{
	return seat->task && seat->vcpu_id == vcpu_id;
}

/* Ids are mostly the places. */
static struct seat *find_seat(struct host_vm *vm, u32 vcpu_id)
{
	u32 i;

	if (vcpu_id < vm->nr_seats && is_seat(&vm->seat[vcpu_id], vcpu_id))
		return &vm->seat[vcpu_id];
	for (i = 0; i < vm->nr_seats; i++)
		if (is_seat(&vm->seat[i], vcpu_id))
			return &vm->seat[i];
	return NULL;
}

/*
 * The core may not know yet that the current thread left the guest: older kernels
 * send from their fast path, before the kvm_exit event, and ours tells nothing.
 */
static void look_again(struct host_vm *vm, struct seat *seat,
		       const struct vamp_observed *seen)
{
	struct vamp_vcpu *v = seat->vcpu;
	struct vamp_observed o = *seen;
	struct vamp_weight w;

	if (!v->in_guest || !seat->kvcpu)
		return;
	steady_tell(seat);
	o.task_id = vendor_task_id(vm, seat, seat->kvcpu, false);
	report_event(vm, VAMP_OP_EXIT, v->index, &o, 0);
	w = vamp_vcpu_exit(vm->core, v, &o);
	report_weighed(vm, v->index, w);
	vm_follow(vm, seat, w);
}

static void sent(struct host_vm *vm, struct seat *seat, u64 vector)
{
	struct vamp_observed o = { .task_id = TASK_NO_ID };

	vm_observe_own(&o);
	look_again(vm, seat, &o);
	seat->ipi = (int)vector;
}

void interrupts_sent(void *data, u32 icr_low, u32 dest)
{
	vamp_probe_begin();
	registry_with_own(sent, icr_low & APIC_VECTOR_MASK);
	vamp_probe_end();
}

static void wake(struct host_vm *vm, struct seat *from, struct seat *to,
		 u8 vector)
{
	struct vamp_observed o = { .task_id = TASK_NO_ID };

	vm_observe_own(&o);
	report_event(vm, VAMP_OP_IPI, from - vm->seat, &o,
		     (u32)(to - vm->seat) << 8 | vector);
	report_ipi(from->vcpu_id, to->vcpu_id, vector);
	vamp_waker_ipi(vm->core, from->vcpu, to->vcpu, vector, &o);
	count(ipis);
}

/* The weight that the vCPU should have when it handles the interrupt. */
static void ease(struct host_vm *vm, struct seat *from, struct seat *to)
{
	const struct vamp_vcpu *source = from ? from->vcpu : NULL;
	struct vamp_observed o = { .now = local_clock() };
	u32 sender = from ? from - vm->seat + 1 : 0;
	struct vamp_weight w;

	report_event(vm, VAMP_OP_INTERRUPT, to - vm->seat, &o, sender);
	w = vamp_vcpu_interrupt(vm->core, to->vcpu, source, o.now);
	report_weighed(vm, to - vm->seat, w);
	if (w.why == WHY_INTERRUPT && to->wanted > 0)
		count(interrupt_hints);
	if (w.slice_ns == WEIGHT_BOOST_SLICE_NS)
		count(boosts);
	vm_follow(vm, to, w);
}

/* Nobody has a weight to get back; who replays may want to know. */
static void knock(struct host_vm *vm, struct seat *from, struct seat *to)
{
	struct vamp_observed o = { .now = local_clock() };

	report_event(vm, VAMP_OP_KNOCK, to - vm->seat, &o,
		     from ? from - vm->seat + 1 : 0);
}

/* It left the guest, and the core was not told. */
static void note_out(struct host_vm *vm, struct seat *to,
		     const struct vamp_observed *o)
{
	struct vamp_weight w;

	report_event(vm, VAMP_OP_EXIT, to - vm->seat, o, 0);
	w = vamp_vcpu_exit(vm->core, to->vcpu, o);
	report_weighed(vm, to - vm->seat, w);
}

/* Into a running guest, or a vCPU that takes it along at its next entry. */
static void post(struct host_vm *vm, struct seat *to, u8 vector)
{
	struct vamp_observed o = { .task_id = TASK_NO_ID };

	vm_observe(to, local_clock(), &o);
	if (READ_ONCE(to->out))
		note_out(vm, to, &o);
	report_event(vm, VAMP_OP_INJECT, to - vm->seat, &o, vector);
	vamp_waker_inject(vm->core, to->vcpu, vector, &o);
}

static void raised(struct host_vm *vm, u8 vector, bool own)
{
	report_op(vm, VAMP_OP_RAISED, -1, vector | (u32)own << 8);
	vamp_vectors_raised(&vm->core->vectors, vector, own);
}

static void accept(struct host_vm *vm, struct seat *to, u8 vector, bool posted)
{
	struct seat *from = vm_own_seat(vm);

	if (!from || from->ipi != vector)
		raised(vm, vector, from == to);
	else if (from != to)
		wake(vm, from, to, vector);
	if (posted)
		post(vm, to, vector);
	/* A vCPU's own timer wakes background as often as anything else. */
	if (from == to)
		return;
	if (phase_any())
		ease(vm, from, to);
	else if (report_recorded())
		knock(vm, from, to);
}

static void accept_own(u32 vcpu_id, u8 vector, bool posted)
{
	struct host_vm *vm = registry_find_own();
	struct seat *to;
	unsigned long flags;

	if (!vm)
		return;
	raw_spin_lock_irqsave(&vm->lock, flags);
	to = find_seat(vm, vcpu_id);
	if (to)
		accept(vm, to, vector, posted);
	raw_spin_unlock_irqrestore(&vm->lock, flags);
}

static void accepted(u32 vcpu_id, u8 vector, bool posted)
{
	if (!READ_ONCE(vamp_load_monitor))
		return;
	vamp_probe_begin();
	accept_own(vcpu_id, vector, posted);
	vamp_probe_end();
}

void interrupts_accepted(void *data, u32 vcpu_id, u16 dm, u16 tm, u8 vector)
{
	accepted(vcpu_id, vector, false);
}

void interrupts_posted(void *data, u32 vcpu_id, u16 dm, u16 tm, u8 vector)
{
	accepted(vcpu_id, vector, true);
}

static void injected(struct host_vm *vm, struct seat *seat, u64 vector)
{
	struct vamp_observed o = { .task_id = TASK_NO_ID };

	vm_observe_own(&o);
	if (vamp_vectors_sent(&vm->core->vectors, (u8)vector))
		look_again(vm, seat, &o);
	report_event(vm, VAMP_OP_INJECT, seat - vm->seat, &o, (u32)vector);
	vamp_waker_inject(vm->core, seat->vcpu, (u8)vector, &o);
	count(injections);
}

void interrupts_injected(void *data, unsigned int vector, bool soft,
			 bool reinjected)
{
	if (reinjected || soft)
		return;
	vamp_probe_begin();
	registry_with_own(injected, vector);
	vamp_probe_end();
}
