// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * invariant.c - lists that are lists, counts that are right, weights that have
 * a reason.
 */
#include "invariant.h"

#include "core/policy.h"
#include "must.h"

#define TRIES_END	4096

static void check_ages(const struct vamp_tasks *t)
{
	u32 up = 0, down = 0;
	u16 i, before = TASK_NONE;

	for (i = t->oldest; i != TASK_NONE; i = t->task[i].newer) {
		must(i < t->nr_tasks && up++ < t->used);
		must(t->task[i].flags & TASK_USED);
		must(t->task[i].older == before);
		before = i;
	}
	must(t->newest == before);
	for (i = t->newest; i != TASK_NONE; i = t->task[i].older)
		must(i < t->nr_tasks && down++ < t->used);
	must(up == t->used && down == t->used);
}

static u32 count_threads(const struct vamp_vm *vm, u16 task)
{
	const struct vamp_tasks *t = &vm->tasks;
	u64 seen[(VM_VCPUS_MAX + 63) / 64] = { 0 };
	u32 n = 0;
	u16 h;

	for (h = t->task[task].threads; h != TASK_NONE; h = t->thread[h].next) {
		u16 v;

		must(h < t->nr_threads);
		v = t->thread[h].vcpu;
		must(v < vm->nr_vcpus);
		must(t->thread[h].task == task);
		must(!(seen[v / 64] >> v % 64 & 1));
		seen[v / 64] |= 1ull << v % 64;
		n++;
	}
	return n;
}

static void check_task(const struct vamp_vm *vm, u16 i)
{
	const struct vamp_task *k = &vm->tasks.task[i];

	must(vamp_tasks_find(&vm->tasks, k->id) == i);
	must(k->bg_conf <= BG_CONF_MAX);
	must(k->why < WHY_COUNT);
	must(k->running <= vm->nr_vcpus);
	must(k->vcpu < vm->nr_vcpus);
	must(!(k->flags & TASK_DOMINANT) || k->id == vm->audio.dominant);
	must(!(k->flags & TASK_BACKGROUND) || k->why == WHY_LOAD_ABOVE);
}

static void check_used(const struct vamp_vm *vm)
{
	const struct vamp_tasks *t = &vm->tasks;
	u32 used = 0, threads = 0, background = 0, free = 0;
	u16 i;

	for (i = 0; i < t->nr_tasks; i++) {
		const struct vamp_task *k = &t->task[i];

		must(k->flags & TASK_USED || !k->flags);
		if (!k->flags)
			continue;
		check_task(vm, i);
		background += k->flags & TASK_BACKGROUND && i < vm->cursor;
		threads += count_threads(vm, i);
		used++;
	}
	must(used == t->used);
	must(background <= vm->background);
	for (i = t->free_thread; i != TASK_NONE; i = t->thread[i].next) {
		must(i < t->nr_threads && free++ < t->nr_threads);
		must(t->thread[i].task == TASK_NONE);
	}
	must(threads + free == t->nr_threads);
	free = 0;
	for (i = t->free_task; i != TASK_NONE; i = t->task[i].hash_next)
		must(i < t->nr_tasks && free++ < t->nr_tasks);
	must(used + free == t->nr_tasks);
}

static void check_running(const struct vamp_vm *vm)
{
	u32 running = 0;
	u16 i;

	for (i = 0; i < vm->nr_vcpus; i++) {
		invariant_vcpu(vm, &vm->vcpu[i]);
		running += vm->vcpu[i].thread != TASK_NONE;
	}
	for (i = 0; i < vm->tasks.nr_tasks; i++)
		running -= vm->tasks.task[i].running;
	must(running == 0);
}

static void check_vectors(const struct vamp_vectors *x)
{
	u32 i;

	for (i = 0; i < WAKER_VECTORS; i++)
		must(x->hits[i] <= x->tries[i] && x->tries[i] < TRIES_END);
}

void invariant_vm(const struct vamp_vm *vm)
{
	check_ages(&vm->tasks);
	check_used(vm);
	check_running(vm);
	check_vectors(&vm->vectors);
	must(vm->vm_load <= 200u * vm->nr_vcpus);
	must(vm->audio.vcpu < vm->nr_vcpus);
}

void invariant_vcpu(const struct vamp_vm *vm, const struct vamp_vcpu *v)
{
	const struct vamp_tasks *t = &vm->tasks;

	must(vm->phase <= PHASE_MIXED && vm->next_phase <= PHASE_MIXED);
	must(vm->cursor <= t->nr_tasks && vm->background <= t->nr_tasks);
	must(vm->crowd.nr_members <= CROWD_MEMBERS);
	must(vm->crowd.seen <= vm->crowd.nr_members);
	must(v->ratio_bg <= v->ratio_all);
	must(v->previous == TASK_NONE || v->previous < t->nr_threads);
	must(v->fast_why < WHY_COUNT);
	if (v->thread == TASK_NONE) {
		must(v->task_id == TASK_NO_ID);
		return;
	}
	must(v->thread < t->nr_threads);
	must(t->thread[v->thread].vcpu == v->index);
	must(t->thread[v->thread].task == v->task);
	must(v->task < t->nr_tasks);
	must(t->task[v->task].flags & TASK_USED);
	must(t->task[v->task].id == v->task_id);
	must(t->task[v->task].running);
}

static void check_slow(const struct vamp_vm *vm, const struct vamp_vcpu *v,
		       struct vamp_weight w)
{
	const struct vamp_task *k = vamp_vcpu_task(vm, v);

	must(w.nice <= CONFIG_NICE_MAX && vm->cfg->kvm_vamp);
	must(w.slice_ns == 0);
	if (w.why == WHY_PLACED_SLOW) {
		must(vm->phase == PHASE_MIXED && v->placed == PLACED_SLOW);
		return;
	}
	must(k && k->flags & TASK_BACKGROUND);
	if (w.why == WHY_MAKES_ROOM)
		must(vm->phase == PHASE_NORMAL && v->asked);
	else
		must(vm->phase == PHASE_MIXED && w.why == WHY_RUNS_BACKGROUND);
}

static void check_boost(const struct vamp_vm *vm, const struct vamp_vcpu *v,
			struct vamp_weight w)
{
	const struct vamp_task *k = vamp_vcpu_task(vm, v);

	must(v->acct_time < v->boost_until && vm->phase != PHASE_NORMAL);
	must(v->halted || (k && !(k->flags & TASK_BACKGROUND)));
	must(w.slice_ns == WEIGHT_BOOST_SLICE_NS);
	must(w.nice == (vm->cfg->partial_boost == 2 ? -WEIGHT_BOOST_NICE : 0));
}

void invariant_weight(const struct vamp_vm *vm, const struct vamp_vcpu *v,
		      struct vamp_weight w)
{
	must(w.nice >= -20 && w.nice <= 19);
	must((w.why >= WHY_NO_PHASE && w.why <= WHY_MAKES_ROOM) ||
	     w.why == WHY_PLACED_SLOW || w.why == WHY_PLACED_FAST);
	must(v->placed == PLACED_NOT || vm->phase != PHASE_NORMAL);
	if (w.nice > 0)
		check_slow(vm, v, w);
	else if (v->boosted)
		check_boost(vm, v, w);
	else
		must(w.nice == 0);
	if (vm->phase != PHASE_MIXED && !v->boosted)
		must(w.slice_ns == 0);
}

static void check_ring(const struct vamp_load *l, u32 length)
{
	u32 i;

	for (i = 0; i < LOAD_EPOCHS; i++)
		must(l->ns[i] <= length);
}

void invariant_loads(const struct vamp_vm *vm)
{
	u32 i;

	for (i = 0; i < vm->nr_vcpus; i++) {
		check_ring(&vm->vcpu[i].load, vm->epoch.length);
		check_ring(&vm->vcpu[i].delay, vm->epoch.length);
	}
	for (i = 0; i < vm->tasks.nr_threads; i++)
		if (vm->tasks.thread[i].task != TASK_NONE)
			check_ring(&vm->tasks.thread[i].load, vm->epoch.length);
}
