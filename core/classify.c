// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * classify.c - which guest tasks are background.
 *
 * The pre-monitoring of VEE 2014: over the 31 complete epochs before the input,
 * a vCPU's load is what it ran plus what it would have run but waited for
 * (potential load); a task has its part of both. A VM whose vCPUs together
 * exceed the threshold is MIXED, and there the policy judges each task.
 */
#include "vm.h"

#include "policy.h"

static u32 percent(const struct vamp_vm *vm, u64 ns)
{
	return vamp_load_pct(ns, vm->epoch.length);
}

u32 vamp_vcpu_load(const struct vamp_vm *vm, const struct vamp_vcpu *v,
		   u64 number, u32 *potential)
{
	u64 ran = vamp_load_window(&v->load, number);
	u64 idle = vamp_sub((u64)vm->epoch.length * LOAD_WINDOW, ran);
	u64 waited = vm->policy->potential(v, number);

	*potential = percent(vm, vamp_min(waited, idle));
	return percent(vm, ran);
}

static void load_vcpu(struct vamp_vm *vm, struct vamp_vcpu *v)
{
	u32 potential;

	v->avg = (u16)vamp_vcpu_load(vm, v, vm->epoch.number, &potential);
	v->potential = (u16)potential;
	v->delay_base = v->acct_delay;
	vm->vm_load += v->avg + v->potential;
	vm->vm_ran += v->avg;
}

static void load_vcpus(struct vamp_vm *vm)
{
	u32 i;

	vm->vm_load = 0;
	vm->vm_ran = 0;
	for (i = 0; i < vm->nr_vcpus; i++)
		load_vcpu(vm, &vm->vcpu[i]);
	vamp_crowd_begin(vm);
}

void vamp_classify_begin(struct vamp_vm *vm, u64 now)
{
	vamp_epoch_seek(&vm->epoch, now);
	vm->classify_time = now;
	vm->background = 0;
	vm->threshold = vm->cfg->bg_load_thresh_pct;
	vm->cursor = 0;
	vm->profiled = now;
	vm->quiet_ticks = 0;
	vamp_audio_classify(vm, now);
	load_vcpus(vm);
	vm->next_phase =
		vm->vm_load > vm->threshold ? PHASE_MIXED : PHASE_NON_MIXED;
}

/* A thread's part of its vCPU's potential load, by its part of the load. */
static u32 thread_potential(const struct vamp_vcpu *v, u32 avg)
{
	return v->potential * avg / (v->avg + 1u);
}

static u32 thread_load(const struct vamp_vm *vm, u16 thread, u64 number,
		       u32 *potential)
{
	const struct vamp_thread *h = &vm->tasks.thread[thread];
	u32 avg;

	*potential = 0;
	if (!vamp_load_valid(&h->load, number))
		return 0;
	avg = percent(vm, vamp_load_window(&h->load, number));
	*potential = thread_potential(&vm->vcpu[h->vcpu], avg);
	return avg;
}

u32 vamp_thread_load(const struct vamp_vm *vm, u16 thread)
{
	u32 potential;
	u32 avg = thread_load(vm, thread, vm->epoch.number, &potential);

	return avg + potential;
}

u32 vamp_task_load(const struct vamp_vm *vm, u16 task, u64 number,
		   u32 *potential)
{
	u32 here, sum = 0;
	u16 i;

	*potential = 0;
	for (i = vm->tasks.task[task].threads; i != TASK_NONE;
	     i = vm->tasks.thread[i].next) {
		sum += thread_load(vm, i, number, &here);
		*potential += here;
	}
	return sum;
}

static void set_class(struct vamp_vm *vm, struct vamp_task *k,
		      enum vamp_why why)
{
	k->why = why;
	if (why == WHY_LOAD_ABOVE) {
		k->flags |= TASK_BACKGROUND;
		k->bg_conf += k->bg_conf < BG_CONF_MAX;
		vm->background++;
	} else {
		k->flags &= (u8)~TASK_BACKGROUND;
		k->bg_conf -= k->bg_conf > 0;
	}
}

/* The vCPUs where an interactive task ran begin the phase with full weight. */
static void note_interactive(struct vamp_vm *vm, const struct vamp_task *k)
{
	u16 i;

	for (i = k->threads; i != TASK_NONE; i = vm->tasks.thread[i].next) {
		const struct vamp_thread *h = &vm->tasks.thread[i];
		struct vamp_vcpu *v = &vm->vcpu[h->vcpu];
		u64 left = v->exec_ns;

		if (vamp_load_window(&h->load, vm->epoch.number) <
		    vm->cfg->min_run_ns)
			continue;
		if (v->thread != i)
			left = h->left_clock;
		if (v->fast_until < left + vm->cfg->fast_hold_ns) {
			v->fast_until = left + vm->cfg->fast_hold_ns;
			v->fast_why = WHY_RAN_INTERACTIVE;
			v->fast_for = k->id;
		}
	}
}

/* When it began, the input may not have been heard of yet. */
static void note_answer(const struct vamp_vm *vm, struct vamp_task *k)
{
	if (!k->answered && k->busy_since &&
	    vamp_vm_may_answer(vm, k->busy_since))
		vamp_task_answers(k, vm->last_input);
}

static void judge(struct vamp_vm *vm, struct vamp_task *k)
{
	enum vamp_why why = WHY_NOT_MIXED;

	if (vm->next_phase == PHASE_MIXED)
		why = vm->policy->judge(vm, k);
	set_class(vm, k, why);
	k->profiled = k->exec_ns;
}

static void look_at(struct vamp_vm *vm, u16 i)
{
	struct vamp_task *k = &vm->tasks.task[i];
	u8 conf = k->bg_conf;
	bool again;
	u32 potential;

	note_answer(vm, k);
	k->load = (u16)vamp_task_load(vm, i, vm->epoch.number, &potential);
	k->load += (u16)potential;
	k->threshold = (u8)vm->threshold;
	judge(vm, k);
	again = vamp_crowd_add(vm, i, conf);
	if (!again && !(k->flags & TASK_BACKGROUND))
		note_interactive(vm, k);
}

/*
 * What began in a phase may well be what the user waits for, or draws it, as long as it
 * takes no more than others.
 */
static bool is_newcomer(const struct vamp_vm *vm, const struct vamp_task *k)
{
	u64 windows = (u64)vm->epoch.length * LOAD_WINDOW * CROWD_WINDOWS;

	return vm->phase == PHASE_MIXED &&
	       vm->classify_time < k->busy_since + windows;
}

/* With its threshold, that is known now. */
static void look_again(struct vamp_vm *vm, const struct vamp_crowd_member *m)
{
	struct vamp_task *k = &vm->tasks.task[m->task];

	if (!(k->flags & TASK_USED) || k->flags & TASK_BACKGROUND)
		return;
	if (m->bg_conf || !is_newcomer(vm, k))
		k->threshold = (u8)vamp_crowd_threshold(vm, m->task);
	if (k->load > k->threshold) {
		k->bg_conf = m->bg_conf;
		judge(vm, k);
	}
	if (!(k->flags & TASK_BACKGROUND))
		note_interactive(vm, k);
}

static u32 nr_threads(const struct vamp_tasks *t, u16 task)
{
	u32 n = 0;
	u16 i;

	for (i = t->task[task].threads; i != TASK_NONE; i = t->thread[i].next)
		n++;
	return n;
}

/* After all others; true if more is left. */
static bool look_at_crowd(struct vamp_vm *vm, u32 done, u32 work)
{
	struct vamp_crowd *c = &vm->crowd;

	for (; c->seen < c->nr_members && done < work; done++) {
		const struct vamp_crowd_member *m = &c->member[c->seen++];

		look_again(vm, m);
		done += nr_threads(&vm->tasks, m->task);
	}
	return c->seen < c->nr_members;
}

bool vamp_classify_step(struct vamp_vm *vm, u32 work)
{
	u32 done;

	for (done = 0; vm->cursor < vm->tasks.nr_tasks && done < work; done++) {
		if (vm->tasks.task[vm->cursor].flags & TASK_USED) {
			look_at(vm, vm->cursor);
			done += nr_threads(&vm->tasks, vm->cursor);
		}
		vm->cursor++;
	}
	return vm->cursor < vm->tasks.nr_tasks || look_at_crowd(vm, done, work);
}

void vamp_classify_end(struct vamp_vm *vm)
{
	if (vm->next_phase == PHASE_MIXED)
		vamp_room_begin(vm);
	vm->phase = vm->next_phase;
	vm->fast_slice_ns = 0;
	if (vm->phase == PHASE_MIXED && vm->policy->slices)
		vm->fast_slice_ns = vm->cfg->fast_slice_ns;
	vamp_vm_unsettle(vm);
}
