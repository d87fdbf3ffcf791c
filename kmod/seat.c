// SPDX-License-Identifier: GPL-2.0-only
/*
 * seat.c - binding vCPU threads and setting their nice values.
 *
 * A change from outside is known by the thread's nice not being what vAMP set:
 * it is the administrator's new value, and vAMP adds to that. A change to just
 * the value that vAMP had set cannot be told from none.
 */
#include "seat.h"

#include <linux/kvm_host.h>
#include <linux/sched/clock.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "compat.h"
#include "counters.h"

void seat_bind(struct seat *seat, struct kvm_vcpu *kvcpu, bool shared)
{
	seat_release(seat, WHY_VM_END);
	*seat = (struct seat){
		.task = get_task_struct(current),
		.kvcpu = kvcpu,
		.vcpu = seat->vcpu,
		.told = seat->told,
		.vcpu_id = kvcpu->vcpu_id,
		.halts = kvcpu->stat.halt_exits,
		.since = local_clock(),
		.ipi = -1,
		.left_alone = shared,
	};
}

static bool is_fair(const struct task_struct *p)
{
	return p->policy == SCHED_NORMAL;
}

/* The administrator's nice: what it is now, unless we made it so. */
static s8 base_nice(struct seat *seat)
{
	int now = task_nice(seat->task);

	if (!seat->delta)
		return (s8)now;
	if (now == seat->shown)
		return seat->base;
	count(nice_outside);
	return (s8)now;
}

/* QEMU's own threads must never weigh less than a vCPU. */
static int boosted(const struct seat *seat, s8 base, s8 nice)
{
	int floor = min_t(int, base, task_nice(seat->task->group_leader));

	return max(base + nice, floor);
}

/* True if that changed it. */
static bool set_nice(struct seat *seat, s8 nice)
{
	s8 base = base_nice(seat);
	s8 target = (s8)(nice < 0 ? boosted(seat, base, nice) :
				    min(base + nice, MAX_NICE));
	bool changes = task_nice(seat->task) != target;

	if (changes) {
		set_user_nice(seat->task, target);
		count(nice_set);
		if (target == base)
			count(nice_restored);
	}
	if (!seat->delta != (target == base))
		seat->since = local_clock();
	seat->base = base;
	seat->shown = target;
	seat->delta = (s8)(target - base);
	return changes;
}

/* A slice from outside that replaced ours is the administrator's: it stays. */
static void set_slice(struct seat *seat, u32 ns)
{
	if (seat->slice && vamp_slice(seat->task) != seat->slice)
		seat->slice = 0;
	if (ns == seat->slice)
		return;
	if (!seat->slice)
		seat->base_slice = vamp_slice(seat->task);
	vamp_set_slice(seat->task, ns ? ns : seat->base_slice);
	seat->slice = vamp_has_slice() ? ns : 0;
}

static bool may_slow(struct seat *seat)
{
	bool fair = is_fair(seat->task);

	if (!fair && !seat->left_alone)
		count(not_fair);
	seat->left_alone = seat->left_alone || !fair;
	return !seat->left_alone;
}

bool seat_apply(struct seat *seat, struct vamp_weight w)
{
	bool changes = false;

	seat->wanted = w.nice;
	seat->wanted_slice = w.slice_ns;
	if (!seat->task || seat->task->flags & PF_EXITING)
		return false;
	if ((w.nice || w.slice_ns) && !may_slow(seat))
		w = (struct vamp_weight){ .why = w.why };
	set_slice(seat, w.slice_ns);
	if (w.nice || seat->delta) {
		changes = set_nice(seat, w.nice);
		count(reasons[w.why]);
	}
	return changes;
}

/* A change of nice queues it anew; the same value would do nothing. */
void seat_refresh(const struct seat *seat)
{
	if (seat->delta <= 0 || seat->task->flags & PF_EXITING ||
	    task_nice(seat->task) != seat->shown)
		return;
	set_user_nice(seat->task, seat->shown - 1);
	set_user_nice(seat->task, seat->shown);
}

void seat_release(struct seat *seat, enum vamp_why why)
{
	if (!seat->task)
		return;
	seat_apply(seat, (struct vamp_weight){ .nice = 0, .why = why });
	put_task_struct(seat->task);
	seat->task = NULL;
	seat->kvcpu = NULL;
}
