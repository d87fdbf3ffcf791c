// SPDX-License-Identifier: GPL-2.0-only
/*
 * report.c - fires our tracepoints.
 *
 * The original hooks the scheduler; this module does not, so that a vCPU was
 * scheduled out and in again shows at its next entry (kvm_vcpu_switch).
 */
#include "report.h"

#include <linux/string.h>

#include "params.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

enum {
	DEPART,
	ARRIVE
};
enum {
	BLOCKED,
	WAITING,
	RUNNING
};

static u64 id_on(const struct host_vm *vm, const struct vamp_vcpu *v)
{
	const struct vamp_task *k = vamp_vcpu_task(vm->core, v);

	return k ? k->id : 0;
}

static int vcpu_id(const struct host_vm *vm, const struct vamp_vcpu *v)
{
	return vm->seat[v - vm->core->vcpu].vcpu_id;
}

static bool runs_background(const struct host_vm *vm, const struct vamp_vcpu *v)
{
	const struct vamp_task *k = vamp_vcpu_task(vm->core, v);

	return k && k->flags & TASK_BACKGROUND;
}

void report_switch_from(const struct host_vm *vm, const struct vamp_vcpu *v,
			struct report_switch *was)
{
	was->task_id = id_on(vm, v);
	was->background = runs_background(vm, v);
	was->system_task = vm->core->system_task;
	was->run_delay = v->acct_delay;
}

static void gthread(const struct host_vm *vm, const struct vamp_vcpu *v, int op,
		    u64 id)
{
	u16 i = vamp_tasks_find(&vm->core->tasks, id);

	if (i == TASK_NONE)
		return;
	trace_kvm_gthread_switch(op, vcpu_id(vm, v), id,
				 v->epoch.number % LOAD_EPOCHS,
				 vm->core->tasks.task[i].exec_ns,
				 vm->core->tasks.task[i].flags);
}

static void vcpu_switch(const struct host_vm *vm, const struct vamp_vcpu *v,
			const struct report_switch *was,
			const struct vamp_observed *o)
{
	if (o->halted)
		trace_kvm_vcpu_switch(DEPART, vcpu_id(vm, v), v->exec_ns,
				      BLOCKED);
	else if (o->run_delay > was->run_delay)
		trace_kvm_vcpu_switch(DEPART, vcpu_id(vm, v), v->exec_ns,
				      WAITING);
	if (o->halted || o->run_delay > was->run_delay)
		trace_kvm_vcpu_switch(ARRIVE, vcpu_id(vm, v), o->run_delay,
				      RUNNING);
}

void report_switch_to(const struct host_vm *vm, const struct vamp_vcpu *v,
		      const struct report_switch *was,
		      const struct vamp_observed *o)
{
	vcpu_switch(vm, v, was, o);
	if (vm->core->system_task != was->system_task)
		trace_kvm_system_task(vcpu_id(vm, v), vm->core->system_task,
				      id_on(vm, v));
	if (was->task_id == id_on(vm, v))
		return;
	gthread(vm, v, DEPART, was->task_id);
	gthread(vm, v, ARRIVE, id_on(vm, v));
	if (vm->core->phase == PHASE_MIXED && was->background &&
	    !runs_background(vm, v))
		trace_kvm_bg2fg(vcpu_id(vm, v), id_on(vm, v));
}

void report_weight(const struct host_vm *vm, u32 i, struct vamp_weight w)
{
	const struct vamp_vcpu *v = &vm->core->vcpu[i];

	if (w.nice == vm->seat[i].wanted)
		return;
	if (w.nice > 0)
		trace_kvm_bg_vcpu(vm->seat[i].vcpu_id, v->ratio_bg,
				  v->ratio_all, w.nice);
	trace_kvm_vamp_weight(vm->vm_id, vm->seat[i].vcpu_id, id_on(vm, v),
			      w.nice, vamp_why_text(w.why));
}

void report_input(const struct host_vm *vm, u32 kind, u32 code)
{
	struct vamp_epoch e = vm->core->epoch;

	if (!trace_kvm_ui_enabled())
		return;
	vamp_epoch_seek(&e, local_clock());
	trace_kvm_ui(vm->vm_id, kind, code, e.number % LOAD_EPOCHS);
}

static void vcpu_loads(const struct host_vm *vm, u32 i)
{
	const struct vamp_vcpu *v = &vm->core->vcpu[i];
	u32 cur = vm->core->epoch.number % LOAD_EPOCHS;
	u32 n;

	trace_kvm_vcpu_stat(vm->vm_id, vm->seat[i].vcpu_id, v->acct_delay);
	for (n = 1; n < LOAD_EPOCHS; n++) {
		u32 idx = (cur + n) % LOAD_EPOCHS;

		trace_kvm_vcpu_load(vm->vm_id, vm->seat[i].vcpu_id, cur, idx,
				    v->load.ns[idx]);
	}
}

static void thread_loads(const struct host_vm *vm, u64 id,
			 const struct vamp_thread *h)
{
	u32 cur = vm->core->epoch.number % LOAD_EPOCHS;
	u32 n;

	for (n = 1; n < LOAD_EPOCHS; n++) {
		u32 idx = (cur + n) % LOAD_EPOCHS;

		if (h->load.ns[idx])
			trace_kvm_gthread_load(vm->vm_id, id,
					       vm->seat[h->vcpu].vcpu_id, cur,
					       idx, h->load.ns[idx]);
	}
}

static void task(struct host_vm *vm, const struct vamp_task *k)
{
	const struct vamp_tasks *t = &vm->core->tasks;
	u16 i;

	if (!(k->flags & TASK_USED) || !k->load)
		return;
	trace_kvm_gtask_stat(vm->vm_id, vm->core->phase, k->id, k->load,
			     k->flags);
	trace_kvm_vamp_class(vm->vm_id, vm->seat[k->vcpu].vcpu_id, k->id,
			     k->load, k->threshold, k->flags & TASK_BACKGROUND,
			     vamp_why_text(k->why));
	if (!trace_kvm_gthread_load_enabled())
		return;
	for (i = k->threads; i != TASK_NONE; i = t->thread[i].next)
		thread_loads(vm, k->id, &t->thread[i]);
}

static void tasks(struct host_vm *vm)
{
	unsigned long flags;
	u32 i;

	for (i = 0; i < vm->core->tasks.nr_tasks; i++) {
		raw_spin_lock_irqsave(&vm->lock, flags);
		task(vm, &vm->core->tasks.task[i]);
		raw_spin_unlock_irqrestore(&vm->lock, flags);
	}
}

static void vm_loads(const struct host_vm *vm, u32 potential)
{
	const struct vamp_vm *c = vm->core;
	u64 end = c->epoch.start;

	trace_kvm_load_check(1, vm->vm_id, LOAD_WINDOW,
			     c->epoch.length / 1000000,
			     end - (u64)c->epoch.length * LOAD_WINDOW, end,
			     c->audio.output);
	trace_kvm_load_info(vm->vm_id, c->phase, c->vm_load - potential,
			    c->vm_load - potential, c->vm_load, 0);
}

void report_classification(struct host_vm *vm)
{
	u32 i, potential = 0;

	for (i = 0; i < vm->nr_seats; i++)
		potential += vm->core->vcpu[i].potential;
	vm_loads(vm, potential);
	if (trace_kvm_vcpu_load_enabled() || trace_kvm_vcpu_stat_enabled())
		for (i = 0; i < vm->nr_seats; i++)
			if (vm->seat[i].task)
				vcpu_loads(vm, i);
	if (trace_kvm_gtask_stat_enabled() || trace_kvm_vamp_class_enabled() ||
	    trace_kvm_gthread_load_enabled())
		tasks(vm);
}

void report_profile(struct host_vm *vm)
{
	const struct vamp_vm *c = vm->core;

	trace_kvm_load_check(0, vm->vm_id, 0, vamp_config.prof_period_ms, 0,
			     c->profiled, c->audio.output);
	trace_kvm_load_info(vm->vm_id, c->phase, c->vm_load, c->vm_load,
			    c->vm_load, c->reactive_load);
	if (trace_kvm_gtask_stat_enabled() || trace_kvm_vamp_class_enabled())
		tasks(vm);
}

void report_ipi(int from_vcpu_id, int to_vcpu_id, u8 vector)
{
	trace_kvm_ipi(from_vcpu_id, to_vcpu_id, vector);
}

void report_audio_access(int vcpu_id, u64 address)
{
	trace_kvm_audio_access(vcpu_id, address);
}

static const char *const op_names[] = {
	[VAMP_OP_MAKE] = "make",     [VAMP_OP_CONFIG] = "config",
	[VAMP_OP_ENTRY] = "entry",   [VAMP_OP_EXIT] = "exit",
	[VAMP_OP_HALT] = "halt",     [VAMP_OP_PAUSE] = "pause",
	[VAMP_OP_SYNC] = "sync",     [VAMP_OP_IPI] = "ipi",
	[VAMP_OP_INJECT] = "inject", [VAMP_OP_INTERRUPT] = "intr",
	[VAMP_OP_AUDIO] = "audio",   [VAMP_OP_INPUT] = "input",
	[VAMP_OP_OUTPUT] = "output", [VAMP_OP_BEGIN] = "begin",
	[VAMP_OP_STEP] = "step",     [VAMP_OP_END] = "end",
	[VAMP_OP_OVER] = "over",     [VAMP_OP_PROFILE] = "profile",
	[VAMP_OP_PARAM] = "param",   [VAMP_OP_LEARNED] = "learned",
	[VAMP_OP_VECTOR] = "vector", [VAMP_OP_RAISED] = "raised",
	[VAMP_OP_ASK] = "ask",	     [VAMP_OP_WEIGH] = "weigh",
	[VAMP_OP_LOOK] = "look",     [VAMP_OP_ROOM] = "room",
	[VAMP_OP_OPEN] = "open",     [VAMP_OP_CLOSE] = "close",
	[VAMP_OP_PLACE] = "place",     [VAMP_OP_KNOCK] = "knock",
	[VAMP_OP_UNHEARD] = "unheard", [VAMP_OP_GAVE] = "gave",
	[VAMP_OP_RESULT] = "result",   [VAMP_OP_PHASE] = "phase",
	[VAMP_OP_CLASS] = "class",
};

static void trace_op(struct host_vm *vm, enum vamp_op op, int vcpu,
		     const struct vamp_observed *o, u32 arg)
{
	trace_kvm_vamp_event(vm->vm_id, vm->events++, op_names[op], vcpu, o,
			     arg);
}

/* A change in the very moment of a call may show one event late. */
static void tell_params(struct host_vm *vm)
{
	u32 i;

	for (i = 0; i < VAMP_PARAMS; i++) {
		struct vamp_observed o = { .task_id = i };
		u32 value = vamp_param_get(&vamp_config, i);

		if (value == vm->param[i])
			continue;
		vm->param[i] = value;
		trace_op(vm, VAMP_OP_PARAM, -1, &o, value);
	}
}

void report_event_traced(struct host_vm *vm, enum vamp_op op, int vcpu,
			 const struct vamp_observed *o, u32 arg)
{
	if (op != VAMP_OP_MAKE)
		tell_params(vm);
	trace_op(vm, op, vcpu, o, arg);
}

void report_op_traced(struct host_vm *vm, enum vamp_op op, int vcpu, u32 arg)
{
	static const struct vamp_observed nothing;

	report_event(vm, op, vcpu, &nothing, arg);
}

static void report_config(struct host_vm *vm)
{
	const struct vamp_config *c = &vamp_config;
	struct vamp_observed o = { .task_id = c->max_phase_ms };

	report_event(vm, VAMP_OP_CONFIG, -1, &o,
		     c->kvm_vamp | c->wakeup_mode << 8 |
			     c->bg_load_thresh_pct << 16);
}

void report_made(struct host_vm *vm)
{
	const struct vamp_observed o = {
		.now = vm->core->vcpu[0].acct_time,
		.task_id = vamp_load_period(vamp_config.load_period_ms),
	};

	memset(vm->param, 0xff, sizeof(vm->param)); /* none was told */
	report_event(vm, VAMP_OP_MAKE, -1, &o,
		     vm->nr_seats | (u32)vm->core->track << 16);
	report_config(vm);
}

void report_learned(struct host_vm *vm)
{
	const struct vamp_vectors *x = &vm->core->vectors;
	u32 i;

	if (x->fixed)
		report_op(vm, VAMP_OP_VECTOR, -1, x->fixed);
	for (i = 0; i < WAKER_VECTORS; i++) {
		struct vamp_observed o = {
			.task_id = (u32)x->hits[i] << 16 | x->tries[i],
		};

		if (o.task_id || x->own[i])
			report_event(vm, VAMP_OP_LEARNED, -1, &o,
				     i | (u32)(u8)x->own[i] << 8);
	}
}

void report_weighed_traced(struct host_vm *vm, u32 i, struct vamp_weight w)
{
	struct vamp_weight *told = &vm->seat[i].told;
	struct vamp_observed o = { .task_id = w.slice_ns };

	if (w.nice == told->nice && w.why == told->why &&
	    w.slice_ns == told->slice_ns)
		return;
	*told = w;
	report_event(vm, VAMP_OP_GAVE, i, &o, w.why | (u32)(u8)w.nice << 8);
}

void report_result(struct host_vm *vm, u32 result)
{
	if (report_recorded())
		report_op(vm, VAMP_OP_RESULT, -1, result);
}

static void report_class(struct host_vm *vm, const struct vamp_task *k)
{
	struct vamp_observed o = { .task_id = k->id };

	if (k->flags & TASK_USED && (k->load || k->flags & TASK_BACKGROUND))
		report_event(vm, VAMP_OP_CLASS, -1, &o,
			     k->why | k->bg_conf << 8 | (u32)k->load << 16);
}

void report_classes(struct host_vm *vm)
{
	const struct vamp_vm *c = vm->core;
	struct vamp_observed o = { .task_id = c->vm_load };
	u32 i;

	if (!report_recorded())
		return;
	report_event(vm, VAMP_OP_PHASE, -1, &o, c->phase | c->background << 8);
	for (i = 0; i < c->tasks.nr_tasks; i++)
		report_class(vm, &c->tasks.task[i]);
}

void report_begin(struct host_vm *vm, u64 now)
{
	const struct vamp_observed o = { .now = now };

	report_config(vm);
	report_event(vm, VAMP_OP_BEGIN, -1, &o, 0);
}
