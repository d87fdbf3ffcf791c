// SPDX-License-Identifier: GPL-2.0-only
/*
 * hooks.c - what happens at KVM's tracepoints.
 *
 * The probes run with preemption off (vamp_probe_begin()), in the vCPU's thread or
 * in whatever raises an interrupt. They take the VM's lock, feed the core and do
 * what it answers. None sleeps, faults or allocates. KVM fires none of these events
 * with a run queue locked, so changing a nice is allowed. Entries and exits are
 * dealt with here, the others in interrupts.c and sound.c.
 */
#include "hooks.h"

#include <linux/delay.h>
#include <linux/kvm_host.h>
#include <linux/tracepoint.h>

#include "compat.h"
#include "counters.h"
#include "interrupts.h"
#include "params.h"
#include "phase.h"
#include "registry.h"
#include "report.h"
#include "room.h"
#include "seat.h"
#include "sound.h"
#include "steady.h"
#include "vendor.h"

/* All probes are attached: VMs get known, and traps are set. */
static bool ready;

static void observe(struct host_vm *vm, struct seat *seat,
		    struct kvm_vcpu *kvcpu, bool entry, struct vamp_observed *o)
{
	vm_observe_own(o);
	o->task_id = vendor_task_id(vm, seat, kvcpu, entry);
	o->halted = kvcpu->stat.halt_exits != seat->halts;
}

/* A thread that already has a seat in this VM would confuse the two nices. */
static bool has_seat(const struct host_vm *vm, const struct task_struct *p)
{
	u32 i;

	for (i = 0; i < vm->nr_seats; i++)
		if (vm->seat[i].task == p)
			return true;
	return false;
}

static struct seat *sit_down(struct host_vm *vm, struct kvm_vcpu *kvcpu)
{
	struct seat *seat = &vm->seat[kvcpu->vcpu_idx];

	if (unlikely(seat->task != current || seat->kvcpu != kvcpu)) {
		report_op(vm, VAMP_OP_PAUSE, kvcpu->vcpu_idx, 0);
		vamp_vcpu_pause(vm->core, &vm->core->vcpu[kvcpu->vcpu_idx]);
		seat_bind(seat, kvcpu, has_seat(vm, current));
	}
	return seat;
}

static struct host_vm *find_or_ask(struct kvm_vcpu *kvcpu)
{
	struct host_vm *vm = registry_find(kvcpu->kvm);

	if (likely(vm && kvcpu->vcpu_idx < vm->nr_seats))
		return vm;
	if (READ_ONCE(ready))
		registry_request(kvcpu->kvm,
				 max(atomic_read(&kvcpu->kvm->online_vcpus),
				     kvcpu->vcpu_idx + 1));
	return NULL;
}

static void set_trap(struct host_vm *vm, struct seat *seat,
		     struct kvm_vcpu *kvcpu)
{
	bool on = seat->kvm_traps;

	if (!on && READ_ONCE(ready) && READ_ONCE(vamp_track_cr3))
		on = vendor_trap_on(vm, seat, kvcpu);

	vm->core->track = on ? TRACK_TRAP : TRACK_SAMPLE;
}

static void enter(struct host_vm *vm, struct kvm_vcpu *kvcpu)
{
	struct seat *seat = sit_down(vm, kvcpu);
	struct vamp_vcpu *v = &vm->core->vcpu[kvcpu->vcpu_idx];
	struct vamp_observed o;
	struct report_switch was;
	struct vamp_weight w;
	u64 task;

	steady_tell(seat);
	observe(vm, seat, kvcpu, true, &o);
	seat->ipi = -1;
	room_tell(vm, v, phase_any() && room_asked(vm, o.now));
	report_switch_begin(vm, v, &was);
	task = v->task_id;
	w = vamp_vcpu_entry(vm->core, v, &o);
	if (v->task_id != task)
		count(task_switches);
	report_switch_end(vm, v, &was, &o);
	seat->halts = kvcpu->stat.halt_exits;
	set_trap(vm, seat, kvcpu);
	report_event(vm, VAMP_OP_ENTRY, v->index, &o,
		     o.halted | vm->core->track << 1);
	report_weighed(vm, v->index, w);
	vm_follow(vm, seat, w);
	steady_begin(vm, seat, kvcpu, w);
}

/* Apart, so that the fast path has no registers to save. */
static noinline void entry_slow(struct kvm_vcpu *kvcpu)
{
	struct host_vm *vm;
	unsigned long flags;

	steady_end();
	vm = find_or_ask(kvcpu);
	if (unlikely(!vm))
		return;
	raw_spin_lock_irqsave(&vm->lock, flags);
	enter(vm, kvcpu);
	raw_spin_unlock_irqrestore(&vm->lock, flags);
	if (unlikely(phase_any()))
		room_settle();
}

static void probe_entry(void *data, struct kvm_vcpu *kvcpu)
{
	if (!READ_ONCE(vamp_load_monitor))
		return;
	vamp_probe_begin();
	count(entries);
	if (!steady_entry(kvcpu))
		entry_slow(kvcpu);
	vamp_probe_end();
}

static void leave(struct host_vm *vm, struct seat *seat, struct kvm_vcpu *kvcpu)
{
	struct vamp_vcpu *v = &vm->core->vcpu[kvcpu->vcpu_idx];
	struct vamp_observed o;
	struct report_switch was;
	struct vamp_weight w;
	u64 task;

	if (unlikely(seat->trapped))
		vendor_trap_off(seat, kvcpu);
	steady_tell(seat);
	observe(vm, seat, kvcpu, false, &o);
	report_event(vm, VAMP_OP_EXIT, v->index, &o, 0);
	report_switch_begin(vm, v, &was);
	task = v->task_id;
	w = vamp_vcpu_exit(vm->core, v, &o);
	if (v->task_id != task)
		count(task_switches);
	report_switch_end(vm, v, &was, &o);
	report_weighed(vm, v->index, w);
	if (vendor_halting(seat, kvcpu)) {
		report_event(vm, VAMP_OP_HALT, v->index, &o, 0);
		w = vamp_vcpu_halt(vm->core, v);
		report_weighed(vm, v->index, w);
	}
	vm_follow(vm, seat, w);
}

static noinline void exit_slow(struct kvm_vcpu *kvcpu)
{
	struct host_vm *vm = registry_find(kvcpu->kvm);
	struct seat *seat;
	unsigned long flags;

	if (unlikely(!vm || kvcpu->vcpu_idx >= vm->nr_seats))
		return;
	seat = &vm->seat[kvcpu->vcpu_idx];
	raw_spin_lock_irqsave(&vm->lock, flags);
	if (likely(seat->task == current && seat->kvcpu == kvcpu))
		leave(vm, seat, kvcpu);
	raw_spin_unlock_irqrestore(&vm->lock, flags);
}

/* Runs even when monitoring was just switched off: a trap must not stay. */
static void probe_exit(void *data, struct kvm_vcpu *kvcpu)
{
	vamp_probe_begin();
	if (!steady_exit(kvcpu))
		exit_slow(kvcpu);
	vamp_probe_end();
}

static struct hook {
	const char *name;
	void *probe;
	bool optional;		/* not every kernel has it */
	struct tracepoint *tp;
} hooks[] = {
	{ "kvm_entry", probe_entry },
	{ "kvm_exit", probe_exit },
	{ "kvm_apic_ipi", interrupts_sent },
	{ "kvm_apic_accept_irq", interrupts_accepted },
	{ "kvm_apicv_accept_irq", interrupts_posted, true },
	{ "kvm_inj_virq", interrupts_injected },
	{ "kvm_pio", sound_pio },
	{ "kvm_mmio", sound_mmio },
	{ "kvm_fast_mmio", sound_fast_mmio, true },
};

static void note_tracepoint(struct tracepoint *tp, void *unused)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		if (!strcmp(tp->name, hooks[i].name))
			hooks[i].tp = tp;
}

/* Called at once for each module that is already there. */
static int note_module(struct notifier_block *nb, unsigned long event,
		       void *data)
{
	struct tp_module *tp_mod = data;
	struct module *mod = tp_mod->mod;
	int i;

	if (event != MODULE_STATE_COMING || strcmp(mod->name, "kvm"))
		return NOTIFY_DONE;
	for (i = 0; i < mod->num_tracepoints; i++)
		note_tracepoint(tracepoint_ptr_deref(&mod->tracepoints_ptrs[i]),
				NULL);
	return NOTIFY_OK;
}

static struct notifier_block finder = { .notifier_call = note_module };

/* main.c holds a reference on kvm: what is found stays. */
static void find_tracepoints(void)
{
	for_each_kernel_tracepoint(note_tracepoint, NULL);
	if (!register_tracepoint_module_notifier(&finder))
		unregister_tracepoint_module_notifier(&finder);
}

static void detach_first(size_t n)
{
	while (n--)
		if (hooks[n].tp)
			tracepoint_probe_unregister(hooks[n].tp, hooks[n].probe,
						    NULL);
	tracepoint_synchronize_unregister();
}

static int attach_one(struct hook *h)
{
	int err = -ENODEV;

	if (h->tp)
		err = tracepoint_probe_register(h->tp, h->probe, NULL);
	else if (h->optional)
		return 0;
	if (err)
		pr_err("vamp: cannot attach to KVM's tracepoint %s: is kvm loaded?\n",
		       h->name);
	return err;
}

int hooks_attach(void)
{
	size_t i;
	int err;

	find_tracepoints();
	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		err = attach_one(&hooks[i]);
		if (!err)
			continue;
		detach_first(i);
		return err;
	}
	WRITE_ONCE(ready, true);
	return 0;
}

static int any_trapped(struct host_vm *vm, void *unused)
{
	u32 i;

	for (i = 0; i < vm->nr_seats; i++)
		if (READ_ONCE(vm->seat[i].trapped))
			return 1;
	return 0;
}

/* The trap ends with the next exit, which any host interrupt brings about. */
static void wait_for_traps(void)
{
	int tries = 100;

	WRITE_ONCE(ready, false);
	while (registry_each(any_trapped, NULL) && tries--)
		msleep(20);
}

void hooks_detach(void)
{
	wait_for_traps();
	detach_first(ARRAY_SIZE(hooks));
}
