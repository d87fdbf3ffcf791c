// SPDX-License-Identifier: GPL-2.0-only
/*
 * room.c - asking for room on a CPU, and making it.
 *
 * Both are short-lived and per CPU: an ask holds for ASK_NS and is renewed at
 * the fast vCPU's entries. Who makes room is noted so that whoever next runs on
 * the CPU can ease it when the ask is over; it may itself be waiting for long.
 * A lost race costs a few milliseconds of a weight, never more: every entry of
 * the vCPU itself, and the end of the phase, set it right.
 */
#include "room.h"

#include <linux/percpu.h>

#include "counters.h"
#include "params.h"
#include "registry.h"
#include "report.h"
#include "phase.h"

#define ASK_NS		(12 * NSEC_PER_MSEC)
#define MAKERS		4	/* noted on a CPU */
#define WORK_A_STEP	256	/* table slots and guest threads */

struct maker {
	struct host_vm *vm;	/* NULL: free */
	u32 index;
};

struct place {
	const struct host_vm *asker;	/* compared, never dereferenced */
	u64 until;
	struct maker maker[MAKERS];	/* set by this CPU's probes only */
};

static DEFINE_PER_CPU(struct place, places);

static void scan_work(struct work_struct *work);
static void close_work(struct work_struct *work);
static DECLARE_WORK(scan, scan_work);
static DECLARE_WORK(closing, close_work);

static bool makes_another(const struct place *p, const struct host_vm *vm)
{
	u32 i;

	for (i = 0; i < MAKERS; i++) {
		const struct host_vm *maker = READ_ONCE(p->maker[i].vm);

		if (maker && maker != vm)
			return true;
	}
	return false;
}

/*
 * One neighbour's room is about what the asking VM has left to it elsewhere; with
 * that of all its neighbours it would have more than its share.
 */
bool room_asked(const struct host_vm *vm, u64 now)
{
	const struct place *p = this_cpu_ptr(&places);

	return READ_ONCE(p->until) > now && READ_ONCE(p->asker) != vm &&
	       !makes_another(p, vm);
}

static void ask(const struct host_vm *vm, int cpu, u64 now)
{
	struct place *p = per_cpu_ptr(&places, cpu);

	WRITE_ONCE(p->asker, vm);
	WRITE_ONCE(p->until, now + ASK_NS);
}

static void withdraw(const struct host_vm *vm, int cpu)
{
	struct place *p = per_cpu_ptr(&places, cpu);

	if (READ_ONCE(p->asker) == vm)
		WRITE_ONCE(p->until, 0);
}

static bool runs_background(const struct host_vm *vm, u32 i)
{
	const struct vamp_vcpu *v = &vm->core->vcpu[i];
	const struct vamp_task *k = vamp_vcpu_task(vm->core, v);

	return k && !v->halted && k->flags & TASK_BACKGROUND;
}

/*
 * Room is of use only where the VM's other vCPUs leave some elsewhere. An idle one
 * leaves none, whatever its guest says of it, and a guest that calls vCPUs with
 * background fast keeps it for itself.
 */
static bool leaves_room(const struct host_vm *vm)
{
	bool slow = false;
	u32 i;

	for (i = 0; i < vm->nr_seats; i++) {
		if (!runs_background(vm, i))
			continue;
		if (vm->core->vcpu[i].placed == PLACED_FAST)
			return false;
		slow |= vm->seat[i].wanted > 0;
	}
	return slow;
}

static void note_maker(struct host_vm *vm, u32 index)
{
	struct place *p = this_cpu_ptr(&places);
	struct maker *free = NULL;
	u32 i;

	for (i = 0; i < MAKERS; i++) {
		struct maker *m = &p->maker[i];

		if (m->vm == vm && m->index == index)
			return;
		if (!m->vm)
			free = m;
	}
	if (!free)
		return;
	free->index = index;
	WRITE_ONCE(free->vm, vm);
}

/* What a guest says of its vCPUs gives it no right to others' room. */
static bool runs_interactive(const struct vamp_vm *vm,
			     const struct vamp_vcpu *v)
{
	const struct vamp_task *k = vamp_vcpu_task(vm, v);

	return k && !v->halted && !(k->flags & TASK_BACKGROUND);
}

static bool answers(const struct host_vm *vm, u32 i, enum vamp_why why)
{
	if (why == WHY_PLACED_FAST)
		return runs_interactive(vm->core, &vm->core->vcpu[i]);
	return why == WHY_RUNS_INTERACTIVE || why == WHY_RAN_INTERACTIVE ||
	       why == WHY_INTERRUPT;
}

static bool runs_alone(const struct host_vm *vm, u32 i)
{
	u32 j;

	for (j = 0; j < vm->nr_seats; j++)
		if (j != i && !vm->core->vcpu[j].halted)
			return false;
	return runs_background(vm, i);
}

/*
 * Where all background is on a slow vCPU and the fast ones have nothing to do, the
 * VM could not use its share: its neighbours' vCPUs have the other CPUs, and half
 * of this one.
 */
static bool needs_room(const struct host_vm *vm, u32 i, enum vamp_why why)
{
	if (why == WHY_PLACED_SLOW)
		return runs_alone(vm, i);
	return answers(vm, i, why) && leaves_room(vm);
}

/*
 * A fast vCPU that has something to do for a moment takes nothing back: what was asked
 * for the slow one lapses unless the moment lasts. Else its neighbour would have a slice
 * for each.
 */
static bool may_lapse(const struct host_vm *vm, u32 i, enum vamp_why why)
{
	return why == WHY_PLACED_SLOW && runs_background(vm, i);
}

static void ask_or_withdraw(struct host_vm *vm, u32 i, enum vamp_why why,
			    int cpu, u64 now)
{
	bool needs = needs_room(vm, i, why);

	if ((!needs && !may_lapse(vm, i, why)) || !vamp_config.make_room ||
	    !vamp_room_due(vm->core, now))
		withdraw(vm, cpu);
	else if (needs)
		ask(vm, cpu, now);
}

void room_follow(struct host_vm *vm, u32 i, struct vamp_weight w, int cpu,
		 u64 now)
{
	if (w.why == WHY_MAKES_ROOM)
		note_maker(vm, i);
	else if (vm->core->phase == PHASE_MIXED)
		ask_or_withdraw(vm, i, w.why, cpu, now);
}

void room_tell_core(struct host_vm *vm, struct vamp_vcpu *v, bool asked)
{
	report_op(vm, VAMP_OP_ASK, v->index, asked);
	vamp_vcpu_ask(v, asked);
}

static void ease(struct host_vm *vm, u32 i)
{
	struct vamp_vcpu *v = &vm->core->vcpu[i];
	unsigned long flags;
	struct vamp_weight w;

	raw_spin_lock_irqsave(&vm->lock, flags);
	room_tell(vm, v, false);
	report_op(vm, VAMP_OP_WEIGH, i, 0);
	w = vamp_vcpu_weight(vm->core, v);
	report_weighed(vm, i, w);
	report_weight(vm, i, w);
	seat_apply(&vm->seat[i], w);
	raw_spin_unlock_irqrestore(&vm->lock, flags);
}

static void settle(struct place *p)
{
	u32 i;

	for (i = 0; i < MAKERS; i++) {
		struct host_vm *vm = READ_ONCE(p->maker[i].vm);

		if (!vm)
			continue;
		ease(vm, p->maker[i].index);
		cmpxchg(&p->maker[i].vm, vm, NULL);
	}
}

static bool any_maker(const struct place *p)
{
	u32 i;

	for (i = 0; i < MAKERS; i++)
		if (READ_ONCE(p->maker[i].vm))
			return true;
	return false;
}

void room_settle(void)
{
	struct place *p = this_cpu_ptr(&places);

	if (any_maker(p) && READ_ONCE(p->until) <= local_clock())
		settle(p);
}

static bool begin_scan(struct host_vm *vm)
{
	struct vamp_observed o = {};
	unsigned long flags;
	bool wanted;

	raw_spin_lock_irqsave(&vm->lock, flags);
	o.now = local_clock();
	report_event(vm, VAMP_OP_ROOM, -1, &o, 0);
	wanted = vamp_room_wanted(vm->core, o.now);
	report_result(vm, wanted);
	if (wanted) {
		report_begin(vm, o.now);
		vamp_classify_begin(vm->core, o.now);
	}
	raw_spin_unlock_irqrestore(&vm->lock, flags);
	return wanted;
}

static bool step_scan(struct host_vm *vm)
{
	unsigned long flags;
	bool more;

	raw_spin_lock_irqsave(&vm->lock, flags);
	report_op(vm, VAMP_OP_LOOK, -1, WORK_A_STEP);
	more = vamp_classify_step(vm->core, WORK_A_STEP);
	raw_spin_unlock_irqrestore(&vm->lock, flags);
	return more;
}

static void end_scan(struct host_vm *vm)
{
	u64 length = vamp_config.max_phase_ms * VAMP_NSEC_PER_MSEC;
	struct vamp_observed o = {};
	unsigned long flags;

	raw_spin_lock_irqsave(&vm->lock, flags);
	o.task_id = local_clock() + length;
	report_event(vm, VAMP_OP_OPEN, -1, &o, 0);
	vamp_room_open(vm->core, o.task_id);
	raw_spin_unlock_irqrestore(&vm->lock, flags);
}

static int scan_vm(struct host_vm *vm, void *unused)
{
	mutex_lock(&vm->input_lock);
	vm_sync(vm);
	if (begin_scan(vm)) {
		while (step_scan(vm))
			cond_resched();
		end_scan(vm);
	}
	mutex_unlock(&vm->input_lock);
	return 0;
}

static void scan_work(struct work_struct *work)
{
	registry_each(scan_vm, NULL);
}

static int close_vm(struct host_vm *vm, void *unused)
{
	unsigned long flags;

	mutex_lock(&vm->input_lock);
	raw_spin_lock_irqsave(&vm->lock, flags);
	report_op(vm, VAMP_OP_CLOSE, -1, 0);
	vamp_room_close(vm->core);
	raw_spin_unlock_irqrestore(&vm->lock, flags);
	vm_apply(vm, WHY_NONE);
	mutex_unlock(&vm->input_lock);
	return 0;
}

static void close_work(struct work_struct *work)
{
	if (!phase_any())
		registry_each(close_vm, NULL);
}

void room_scan(void)
{
	if (READ_ONCE(vamp_config.make_room))
		schedule_work(&scan);
}

void room_close_all(void)
{
	schedule_work(&closing);
}

void room_forget(struct host_vm *vm)
{
	int cpu;
	u32 i;

	for_each_possible_cpu(cpu)
		for (i = 0; i < MAKERS; i++)
			cmpxchg(&per_cpu_ptr(&places, cpu)->maker[i].vm, vm,
				NULL);
	synchronize_rcu();
}

void room_exit(void)
{
	cancel_work_sync(&scan);
	cancel_work_sync(&closing);
}
