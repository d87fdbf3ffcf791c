// SPDX-License-Identifier: GPL-2.0-only
/*
 * phase.c - carries out what the core says of inputs and phases.
 *
 * Locks: a VM's input_lock (outer, sleeps) makes inputs and ends one at a time;
 * its inner lock is taken for each short step, so that vCPUs enter and exit in
 * between even while a thousand tasks are classified.
 */
#include "phase.h"

#include <linux/jiffies.h>

#include "attendant.h"
#include "compat.h"
#include "counters.h"
#include "events.h"
#include "params.h"
#include "registry.h"
#include "report.h"
#include "room.h"

#define WORK_A_STEP	256	/* table slots and guest threads */
#define INPUTS_A_SECOND	1000
#define LOOK_MS		250	/* at who attends */

atomic_t phases_running = ATOMIC_INIT(0);

static void locked_begin(struct host_vm *vm)
{
	unsigned long flags;
	u64 now;

	raw_spin_lock_irqsave(&vm->lock, flags);
	now = local_clock();
	report_begin(vm, now);
	vamp_classify_begin(vm->core, now);
	raw_spin_unlock_irqrestore(&vm->lock, flags);
}

static bool locked_step(struct host_vm *vm)
{
	unsigned long flags;
	bool more;
	u64 start;

	raw_spin_lock_irqsave(&vm->lock, flags);
	start = local_clock();
	report_op(vm, VAMP_OP_LOOK, -1, WORK_A_STEP);
	more = vamp_classify_step(vm->core, WORK_A_STEP);
	if (!more)
		report_op(vm, VAMP_OP_STEP, -1, 0);
	count_max(irqsoff_max_ns, local_clock() - start);
	raw_spin_unlock_irqrestore(&vm->lock, flags);
	return more;
}

static void locked_end(struct host_vm *vm)
{
	unsigned long flags;
	bool began;

	raw_spin_lock_irqsave(&vm->lock, flags);
	began = vm->core->phase == PHASE_NORMAL;
	if (began)
		vm->phase_began = local_clock();
	report_op(vm, VAMP_OP_END, -1, 0);
	vamp_classify_end(vm->core);
	report_classes(vm);
	raw_spin_unlock_irqrestore(&vm->lock, flags);
	if (began)
		atomic_inc(&phases_running);
}

static void classify(struct host_vm *vm)
{
	u64 start = local_clock();

	vm_sync(vm);
	locked_begin(vm);
	while (locked_step(vm))
		cond_resched();
	locked_end(vm);
	vm_apply(vm, WHY_NONE);
	count(classify_runs);
	count_max(classify_max_ns, local_clock() - start);
	report_classification(vm);
}

/* The phase's end, or the next look at how it goes. */
static void arm(struct host_vm *vm)
{
	u64 left = vamp_sub(READ_ONCE(vm->core->phase_ends), local_clock());

	if (READ_ONCE(vamp_config.prof_enabled))
		left = vamp_min(left, READ_ONCE(vamp_config.prof_period_ms) *
					      VAMP_NSEC_PER_MSEC);
	mod_delayed_work(vamp_wq, &vm->phase_work, nsecs_to_jiffies(left) + 1);
}

static void end_locked(struct host_vm *vm, enum vamp_why why)
{
	unsigned long flags;
	u8 was;

	raw_spin_lock_irqsave(&vm->lock, flags);
	was = vm->core->phase;
	report_op(vm, VAMP_OP_OVER, -1, 0);
	vamp_phase_end(vm->core);
	raw_spin_unlock_irqrestore(&vm->lock, flags);
	vm_apply(vm, why);
	if (was == PHASE_NORMAL)
		return;
	if (atomic_dec_and_test(&phases_running))
		room_close_all();
	events_phase(VAMP_EVENT_PHASE_END, vm, was);
}

void phase_end(struct host_vm *vm, enum vamp_why why)
{
	mutex_lock(&vm->input_lock);
	end_locked(vm, why);
	mutex_unlock(&vm->input_lock);
}

static int end_one(struct host_vm *vm, void *why)
{
	phase_end(vm, *(enum vamp_why *)why);
	return 0;
}

void phase_end_all(enum vamp_why why)
{
	registry_each(end_one, &why);
}

/* While there are phases; they end before their attendant's files are closed. */
static void look_after(struct work_struct *work)
{
	if (!phase_any())
		return;
	if (attendants_dying())
		phase_end_all(WHY_UNATTENDED);
	else
		queue_delayed_work(vamp_wq, to_delayed_work(work),
				   msecs_to_jiffies(LOOK_MS));
}

static DECLARE_DELAYED_WORK(looking, look_after);

void phase_exit(void)
{
	cancel_delayed_work_sync(&looking);
}

void phase_retire(struct host_vm *vm, enum vamp_why why)
{
	mutex_lock(&vm->input_lock);
	vm->dead = true;
	end_locked(vm, why);
	mutex_unlock(&vm->input_lock);
}

void phase_cancel(struct host_vm *vm)
{
	cancel_work_sync(&vm->output_work);
	cancel_delayed_work_sync(&vm->phase_work);
}

/* True if the phase should end early. */
static bool profile(struct host_vm *vm)
{
	struct vamp_observed o = {};
	unsigned long flags;
	bool quiet;

	vm_sync(vm);
	raw_spin_lock_irqsave(&vm->lock, flags);
	o.now = local_clock();
	report_event(vm, VAMP_OP_PROFILE, -1, &o, 0);
	quiet = vamp_profile(vm->core, o.now);
	report_result(vm, vm->core->reactive_load << 1 | quiet);
	raw_spin_unlock_irqrestore(&vm->lock, flags);
	report_profile(vm);
	return quiet;
}

static enum vamp_input_effect ask_of_output(struct host_vm *vm)
{
	struct vamp_observed o = {};
	enum vamp_input_effect effect;
	unsigned long flags;

	raw_spin_lock_irqsave(&vm->lock, flags);
	o.now = local_clock();
	report_event(vm, VAMP_OP_OUTPUT, -1, &o, 0);
	effect = vamp_output(vm->core, o.now);
	report_result(vm, effect);
	raw_spin_unlock_irqrestore(&vm->lock, flags);
	return effect;
}

static bool output_prolongs(struct host_vm *vm)
{
	if (ask_of_output(vm) != EFFECT_EXTENDED)
		return false;
	classify(vm);
	room_scan();
	arm(vm);
	return true;
}

static void go_on(struct host_vm *vm)
{
	if (vamp_phase_over(vm->core, local_clock())) {
		if (output_prolongs(vm))
			return;
		end_locked(vm, WHY_PHASE_END);
	} else if (READ_ONCE(vamp_config.prof_enabled) && profile(vm)) {
		end_locked(vm, WHY_QUIET);
		count(phases_quiet);
	} else {
		arm(vm);
	}
}

void phase_work(struct work_struct *work)
{
	struct host_vm *vm =
		container_of(to_delayed_work(work), struct host_vm, phase_work);

	mutex_lock(&vm->input_lock);
	if (vm->core->phase != PHASE_NORMAL)
		go_on(vm);
	mutex_unlock(&vm->input_lock);
}

static bool too_many(struct host_vm *vm)
{
	u64 second = ktime_get_seconds();

	if (vm->input_second != second) {
		vm->input_second = second;
		vm->inputs = 0;
	}
	return vm->inputs++ >= INPUTS_A_SECOND;
}

static enum vamp_input_effect
ask_core(struct host_vm *vm, enum vamp_input_kind kind, u32 code, bool *again)
{
	struct vamp_observed o = {};
	enum vamp_input_effect effect;
	unsigned long flags;
	u8 was;

	raw_spin_lock_irqsave(&vm->lock, flags);
	was = vm->core->phase;
	o.now = local_clock();
	report_event(vm, VAMP_OP_INPUT, -1, &o, kind << 16 | code);
	effect = vamp_input(vm->core, o.now, kind, code, again);
	report_result(vm, effect | (u32)*again << 8);
	raw_spin_unlock_irqrestore(&vm->lock, flags);
	if (effect == EFFECT_RESTARTED) {
		atomic_dec(&phases_running);
		events_phase(VAMP_EVENT_PHASE_END, vm, was);
	}
	return effect;
}

static void begin_phase(struct host_vm *vm)
{
	count(phases);
	if (vm->core->phase == PHASE_MIXED)
		count(phases_mixed);
	if (vm->core->audio.output)
		count(phases_output);
	if (attendants())
		queue_delayed_work(vamp_wq, &looking,
				   msecs_to_jiffies(LOOK_MS));
	events_phase(VAMP_EVENT_PHASE_START, vm, vm->core->phase);
}

static bool is_on(const struct host_vm *vm)
{
	return READ_ONCE(vamp_config.kvm_vamp) &&
	       READ_ONCE(vamp_load_monitor) && !vm->dead;
}

/* The core is off; who replays may want to see what it would have done. */
static void report_unheard(struct host_vm *vm, enum vamp_input_kind kind,
			   u32 code)
{
	struct vamp_observed o = {};
	unsigned long flags;

	raw_spin_lock_irqsave(&vm->lock, flags);
	o.now = local_clock();
	report_event(vm, VAMP_OP_UNHEARD, -1, &o, kind << 16 | code);
	raw_spin_unlock_irqrestore(&vm->lock, flags);
}

static int input_locked(struct host_vm *vm, enum vamp_input_kind kind, u32 code)
{
	enum vamp_input_effect effect;
	bool again;

	report_input(vm, kind, code);
	if (!is_on(vm)) {
		report_unheard(vm, kind, code);
		return -EOPNOTSUPP;
	}
	if (too_many(vm))
		return -EBUSY;
	effect = ask_core(vm, kind, code, &again);
	if (again) {
		classify(vm);
		room_scan();
	}
	if (effect == EFFECT_STARTED || effect == EFFECT_RESTARTED)
		begin_phase(vm);
	if (effect != EFFECT_IGNORED && effect != EFFECT_REPEATED)
		arm(vm);
	return effect;
}

int phase_input(struct host_vm *vm, enum vamp_input_kind kind, u32 code)
{
	int ret;

	mutex_lock(&vm->input_lock);
	ret = input_locked(vm, kind, code);
	mutex_unlock(&vm->input_lock);
	count(inputs);
	if (ret < 0)
		count(inputs_refused);
	return ret;
}

void phase_output_work(struct work_struct *work)
{
	struct host_vm *vm = container_of(work, struct host_vm, output_work);

	mutex_lock(&vm->input_lock);
	if (is_on(vm) && ask_of_output(vm) == EFFECT_STARTED) {
		classify(vm);
		room_scan();
		begin_phase(vm);
		arm(vm);
	}
	mutex_unlock(&vm->input_lock);
}

void phase_output_soon(struct host_vm *vm)
{
	schedule_work(&vm->output_work);
}
