// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * room.c - making room for a neighbour's interactive vCPU.
 *
 * A fast vCPU has its VM's whole share on its CPU, but shares that CPU with the
 * neighbours' vCPUs: with two VMs on two CPUs it gets two thirds, until the
 * host's load balancer moves the neighbour away, which takes longer than most
 * answers. What the balancer would bring about, weights can at once: a
 * neighbour's vCPU that runs nothing but background is slow while asked, so
 * its VM's share moves to the VM's vCPUs on other CPUs, where the asking VM
 * left room as its own are slow there. Each VM's total stays about what it was:
 * with many VMs only one of them makes room on a CPU (kmod/room.c).
 *
 * With the guest's help all background is on slow vCPUs, the fast ones idle between
 * inputs. Where then a single vCPU has all of a VM's share, a neighbour makes room
 * for it as well, or the VM would lose up to a third of what it is entitled to.
 *
 * What a VM is entitled to depends on weights of cgroups, on CPUs and on neighbours,
 * and none of that is known here. What it ran in the second before the phase is: it
 * may ask for room as long as it does not run more than that. Phases that follow each
 * other have the share of the first, or a VM could have a little more each time. A second
 * in which it had less to do than in an earlier one says little: the earlier share fades
 * with each phase then. One in which it wanted as much says what it has by now, also where
 * that is less: neighbours that left it their CPUs may want them again.
 */
#include "vm.h"

#include "policy.h"

#define SHARE_FADES	8	/* by one part in so many */

bool vamp_room_wanted(struct vamp_vm *vm, u64 now)
{
	if (vm->phase != PHASE_NORMAL || !vm->cfg->make_room ||
	    !vm->cfg->policy->makes_room)
		return false;
	if (vm->room_sorted && now < vm->room_sorted + VM_DOUBLE_CLICK_NS)
		return false;
	vm->policy = vm->cfg->policy;
	vm->room_sorted = now;
	vm->audio.output = false;
	return true;
}

void vamp_room_open(struct vamp_vm *vm, u64 until)
{
	vm->room_until = vm->next_phase == PHASE_MIXED ? until : 0;
}

void vamp_room_close(struct vamp_vm *vm)
{
	u32 i;

	vm->room_until = 0;
	for (i = 0; i < vm->nr_vcpus; i++)
		vamp_vcpu_ask(&vm->vcpu[i], false);
}

static u64 ran(const struct vamp_vm *vm)
{
	u64 ns = 0;
	u32 i;

	for (i = 0; i < vm->nr_vcpus; i++)
		ns += vm->vcpu[i].exec_ns;
	return ns;
}

static void learn_share(struct vamp_vm *vm)
{
	vm->share -= vm->share / SHARE_FADES;
	vm->share_load -= vm->share_load / SHARE_FADES;
	if (vm->vm_load < vm->share_load && vm->vm_ran < vm->share)
		return;
	vm->share = vm->vm_ran;
	vm->share_load = vm->vm_load;
}

/*
 * In a phase it waits less: for its slow vCPU there is room. So it waited for as much as it
 * did before, and for more if it does now.
 */
static void learn_waited(struct vamp_vm *vm, bool afresh)
{
	u32 waited = (vm->vm_load - vm->vm_ran) * 100 / vm->vm_load;

	vm->waited = afresh ? waited : vamp_max(waited, vm->waited);
}

void vamp_room_begin(struct vamp_vm *vm)
{
	u64 window = (u64)vm->epoch.length * LOAD_EPOCHS;
	bool afresh = vm->phase != PHASE_MIXED &&
		      vm->classify_time >= vm->mixed_until + window;

	learn_waited(vm, afresh);
	if (afresh) {
		vm->share_since = vm->classify_time;
		vm->share_ran = ran(vm);
		learn_share(vm);
	}
	vm->mixed_until = vm->phase_ends;
}

bool vamp_room_due(const struct vamp_vm *vm, u64 now)
{
	u64 time = vamp_sub(now, vm->share_since) + VM_CREDIT_NS;

	return ran(vm) - vm->share_ran < time / 100 * vm->share;
}
