// SPDX-License-Identifier: GPL-2.0-only
/*
 * placement.c - on which vCPUs a guest has placed its background work.
 */
#include "placement.h"

#include "counters.h"
#include "report.h"
#include "vm.h"

static bool has(const __u64 *set, int id)
{
	return id >= 0 && id / 64 < VAMP_PLACE_WORDS &&
	       set[id / 64] >> id % 64 & 1;
}

static bool is_empty(const struct vamp_place *p)
{
	u32 i;

	for (i = 0; i < VAMP_PLACE_WORDS; i++)
		if (p->slow[i] | p->fast[i])
			return false;
	return true;
}

int placement_check(const struct vamp_place *p)
{
	u32 i;

	if (p->reserved)
		return -EINVAL;
	for (i = 0; i < VAMP_PLACE_WORDS; i++)
		if (p->slow[i] & p->fast[i])
			return -EINVAL;
	return 0;
}

static enum vamp_placed placed_of(const struct vamp_place *p, int id)
{
	if (has(p->slow, id))
		return PLACED_SLOW;
	return has(p->fast, id) ? PLACED_FAST : PLACED_NOT;
}

/* False outside of phases: they may end at any time. */
static bool place(struct host_vm *vm, u32 i, const struct vamp_place *p)
{
	const struct seat *seat = &vm->seat[i];
	enum vamp_placed placed = PLACED_NOT;
	unsigned long flags;
	bool mixed;

	raw_spin_lock_irqsave(&vm->lock, flags);
	mixed = vm->core->phase == PHASE_MIXED;
	if (seat->task)
		placed = placed_of(p, seat->vcpu_id);
	if (mixed && seat->vcpu->placed != placed) {
		report_op(vm, VAMP_OP_PLACE, (int)i, placed);
		vamp_vcpu_place(seat->vcpu, placed);
	}
	raw_spin_unlock_irqrestore(&vm->lock, flags);
	return mixed;
}

int placement_set(struct host_vm *vm, const struct vamp_place *p)
{
	u32 i;

	for (i = 0; i < vm->nr_seats; i++)
		if (!place(vm, i, p) && !is_empty(p)) {
			count(placements_late);
			return -EAGAIN;
		}
	count(placements);
	vm_apply(vm, WHY_NONE);
	return 0;
}
