/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * steady.h - the fast path: a vCPU that leaves the guest and enters it again with
 * the same guest task, outside of all phases, its account not due yet.
 *
 * There the core would be told nothing that it does not know, but for when the
 * task was last seen. That is kept in the seat, by the vCPU's own thread alone and
 * without the VM's lock, and told when anything else happens. An exit of this
 * kind is not told at all: until the next slow path the core believes the vCPU
 * to be in the guest, and what KVM and QEMU do meanwhile is charged to the
 * task, as it is at entries.
 *
 * Another CPU that wants the vCPU looked at sets the core's settle_by to 0, as it
 * does for the core itself. Nothing is skipped while kvm_vamp_event or a tracepoint
 * of switches is enabled; it takes VM_SETTLE_NS until that is noticed.
 */
#ifndef VAMP_STEADY_H
#define VAMP_STEADY_H

#include <linux/percpu.h>

#include "phase.h"
#include "report.h"
#include "vendor.h"
#include "vm.h"

/* The vCPU that last took the slow path on this CPU. */
struct steady_here {
	const struct kvm_vcpu *kvcpu;
	struct host_vm *vm;
	struct seat *seat;
	u32 generation;
};

DECLARE_PER_CPU(struct steady_here, steady_here);
extern u32 steady_generation;

/* A VM is not found any more: call before waiting for RCU, registry locked. */
void steady_forget(void);

/* The seat of @kvcpu if this CPU knows it, and its own thread runs. */
static __always_inline struct seat *steady_seat(const struct kvm_vcpu *kvcpu)
{
	const struct steady_here *h = this_cpu_ptr(&steady_here);
	struct seat *seat;

	if (h->kvcpu != kvcpu || h->generation != READ_ONCE(steady_generation))
		return NULL;
	seat = h->seat;
	return seat->task == current && seat->steady ? seat : NULL;
}

/* What is known of the current thread on this CPU, or NULL; preemption off. */
static inline const struct steady_here *steady_own(void)
{
	const struct steady_here *h = this_cpu_ptr(&steady_here);

	if (!h->kvcpu || h->generation != READ_ONCE(steady_generation))
		return NULL;
	return h->seat->task == current ? h : NULL;
}

/* At an entry, preemption off: true if there is nothing more to do. */
static __always_inline bool steady_entry(const struct kvm_vcpu *kvcpu)
{
	struct seat *seat = steady_seat(kvcpu);
	const struct vamp_vcpu *v;
	u64 now;

	if (!seat || phase_any())
		return false;
	v = seat->vcpu;
	if (!vendor_is_same(seat, kvcpu) || !READ_ONCE(v->in_guest) ||
	    kvcpu->stat.halt_exits != seat->halts)
		return false;
	now = local_clock();
	if (now >= READ_ONCE(v->settle_by))
		return false;
	seat->seen.now = now;
	seat->seen.run_delay = current->sched_info.run_delay;
	seat->seen.cpu_time = current->se.sum_exec_runtime;
	WRITE_ONCE(seat->out, false);
	return true;
}

/* At an exit, as above. */
static __always_inline bool steady_exit(const struct kvm_vcpu *kvcpu)
{
	struct seat *seat = steady_seat(kvcpu);

	if (!seat || phase_any() || vendor_left_by_halt(kvcpu) ||
	    !vendor_is_same(seat, kvcpu))
		return false;
	WRITE_ONCE(seat->out, true);
	return true;
}

/* Before the core is told of the current thread's vCPU; lock held. */
static inline void steady_tell(struct seat *seat)
{
	if (seat->steady)
		vamp_vcpu_see(seat->vcpu, &seat->seen);
}

/* The slow path begins: before the VM is looked for. */
static inline void steady_end(void)
{
	struct steady_here *h = this_cpu_ptr(&steady_here);

	h->kvcpu = NULL;
	h->generation = READ_ONCE(steady_generation);
	smp_rmb(); /* pairs with steady_forget(): the VM may be gone */
}

/*
 * It is over, lock held: may what follows be the fast one? @w is the vCPU's
 * weight.
 */
static inline void steady_begin(struct host_vm *vm, struct seat *seat,
				const struct kvm_vcpu *kvcpu,
				struct vamp_weight w)
{
	struct steady_here *h = this_cpu_ptr(&steady_here);

	seat->out = false;
	seat->seen.now = 0;
	seat->steady = vm->core->track == TRACK_SAMPLE && seat->cr3_bits &&
		       !seat->delta && !seat->slice && !w.nice && !w.slice_ns &&
		       !report_traced();
	h->vm = vm;
	h->seat = seat;
	h->kvcpu = kvcpu;
}

#endif /* VAMP_STEADY_H */
