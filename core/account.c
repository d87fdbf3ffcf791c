// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * account.c - who ran on a vCPU, and for how long.
 *
 * The time between two entries, less the time that the vCPU's thread waited for
 * a CPU and never more than it used one (plus the tick by which that counter
 * may be late), was a guest task's. Exit handling in KVM and QEMU is thus the
 * task's, as in the original: it asked for it. A halt ends at the exit.
 *
 * While the same task goes on, accounts are settled every VM_SETTLE_NS only,
 * or sooner if its vCPU's weight may change by then: sums do not depend on how
 * an interval is split, so most entries have nothing to do.
 */
#include "vm.h"

/* Adds [from, to) to one or two rings of @v, split where epochs end. */
static void account(struct vamp_vcpu *v, struct vamp_load *a,
		    struct vamp_load *b, u64 from, u64 to)
{
	u64 history = (u64)v->epoch.length * LOAD_EPOCHS;

	if (to - from > history)
		from = to - history;
	while (from < to) {
		u64 end;

		if (!vamp_epoch_holds(&v->epoch, from))
			vamp_epoch_seek(&v->epoch, from);
		end = vamp_min(to, v->epoch.start + v->epoch.length);
		vamp_load_put(a, v->epoch.number, (u32)(end - from));
		if (b)
			vamp_load_put(b, v->epoch.number, (u32)(end - from));
		from = end;
	}
}

/* For the dynamic nice: halved together, so that old execution fades. */
static VAMP_SELDOM void count_ratio(const struct vamp_vm *vm,
				    struct vamp_vcpu *v,
				    const struct vamp_task *k, u64 ran)
{
	v->ratio_all += ran;
	if (k->flags & TASK_BACKGROUND)
		v->ratio_bg += ran;
	while (v->ratio_all > vm->cfg->load_window_ns) {
		v->ratio_all /= 2;
		v->ratio_bg /= 2;
	}
}

/* All but the rings; @to is when the run of @ran ended. */
static inline void charge(const struct vamp_vm *vm, struct vamp_vcpu *v,
			  struct vamp_task *k, u64 to, u64 ran)
{
	v->exec_ns += ran;
	k->exec_ns += ran;
	k->last_ran = vamp_max(k->last_ran, to);
	if (vm->phase == PHASE_MIXED && vm->cfg->kvm_vamp > CONFIG_NICE_MAX)
		count_ratio(vm, v, k, ran);
}

/* The whole of [acct_time, end) was run, in the epoch of both rings. */
static bool is_plain(const struct vamp_vcpu *v, const struct vamp_thread *h,
		     u64 end, u64 delay)
{
	return delay == v->acct_delay && v->acct_time >= v->epoch.start &&
	       end >= v->acct_time && vamp_epoch_holds(&v->epoch, end) &&
	       v->load.last == v->epoch.number &&
	       h->load.last == v->epoch.number;
}

static inline void charge_plain(const struct vamp_vm *vm, struct vamp_vcpu *v,
				struct vamp_thread *h, struct vamp_task *k,
				u64 end)
{
	u32 ran = (u32)(end - v->acct_time);
	u32 slot = v->epoch.number % LOAD_EPOCHS;

	v->load.ns[slot] += ran;
	h->load.ns[slot] += ran;
	charge(vm, v, k, end, ran);
}

/* A hold ends no sooner than after as much time as execution is left of it. */
static void set_settle_by(const struct vamp_vm *vm, struct vamp_vcpu *v)
{
	u64 left = VM_SETTLE_NS;

	if (v->exec_ns < v->fast_until && vamp_vm_weighs(vm, v->acct_time))
		left = vamp_min(left, v->fast_until - v->exec_ns);
	v->settle_by = v->acct_time + left;
	if (v->asked && v->settle_by > vm->room_until)
		v->settle_by = vm->room_until;
	if (v->boost_until > v->acct_time)
		v->settle_by = vamp_min(v->settle_by, v->boost_until);
}

/*
 * Settles the account up to @end, when the thread's run delay was @delay.
 * Where in the interval it waited is not known: the run is put at its end.
 */
static void charge_split(struct vamp_vm *vm, struct vamp_vcpu *v,
			 struct vamp_thread *h, u64 end, u64 delay, u64 used)
{
	u64 wall = vamp_sub(end, v->acct_time);
	u64 waited = vamp_min(vamp_sub(delay, v->acct_delay), wall);
	u64 ran = vamp_min(wall - waited, used);

	if (waited)
		account(v, &v->delay, NULL, v->acct_time,
			v->acct_time + waited);
	if (!ran)
		return;
	account(v, &v->load, &h->load, end - ran, end);
	charge(vm, v, &vm->tasks.task[v->task], end, ran);
}

static void settle(struct vamp_vm *vm, struct vamp_vcpu *v, u64 end, u64 delay,
		   u64 cpu_time)
{
	struct vamp_thread *h = &vm->tasks.thread[v->thread];
	u64 used = vamp_sub(cpu_time, v->acct_cpu) + vm->cfg->tick_ns;

	if (is_plain(v, h, end, delay) && end - v->acct_time <= used)
		charge_plain(vm, v, h, &vm->tasks.task[v->task], end);
	else
		charge_split(vm, v, h, end, delay, used);
	v->acct_time = vamp_max(v->acct_time, end);
	v->acct_delay = vamp_max(v->acct_delay, delay);
	v->acct_cpu = vamp_max(v->acct_cpu, cpu_time);
	set_settle_by(vm, v);
}

/* What it waited between its wake-up from a halt and the entry. */
static void settle_halt(struct vamp_vcpu *v, const struct vamp_observed *o)
{
	u64 wall = vamp_sub(o->now, v->acct_time);
	u64 waited = vamp_min(vamp_sub(o->run_delay, v->acct_delay), wall);

	if (waited)
		account(v, &v->delay, NULL, o->now - waited, o->now);
	v->acct_time = vamp_max(v->acct_time, o->now);
	v->acct_delay = vamp_max(v->acct_delay, o->run_delay);
	v->acct_cpu = vamp_max(v->acct_cpu, o->cpu_time);
}

static inline void depart(const struct vamp_vm *vm, struct vamp_vcpu *v,
			  struct vamp_thread *h, struct vamp_task *k)
{
	v->previous = v->thread;
	h->left_clock = v->exec_ns;
	h->left_delay = v->acct_delay;
	k->running--;
	k->vcpu = v->index;
	if (!vamp_vm_weighs(vm, v->acct_time) || k->flags & TASK_BACKGROUND)
		return;
	v->hinted = false;
	v->empty_hints = 0;
	if (v->exec_ns - v->arrived >= vm->cfg->min_run_ns) {
		v->fast_until = v->exec_ns + vm->cfg->fast_hold_ns;
		v->fast_why = WHY_RAN_INTERACTIVE;
		v->fast_for = k->id;
	}
}

/*
 * A spell of activity begins when a task arrives after it did nothing for least_silence(),
 * not counting what it could not do as its vCPU had no CPU. Who answered an input still
 * does in a phase's time from it: a display waits for the application that the input
 * started, and then draws for it.
 */
static void begin_spell(const struct vamp_vm *vm, struct vamp_task *k, u64 at)
{
	k->busy_since = at;
	if (vamp_vm_may_answer(vm, at))
		vamp_task_answers(k, vm->last_input);
	else if (at >= k->answered + vamp_vm_phase_ns(vm))
		k->answered = 0;
}

/* Who answered one key answers the next, but no longer than half a phase's execution. */
static void go_on(const struct vamp_vm *vm, struct vamp_task *k, u64 at)
{
	if (k->answered && vamp_vm_may_answer(vm, at) &&
	    vamp_vm_answer_lasts(vm, k))
		k->answered = vm->last_input;
}

/*
 * Where the vCPU that a task left was never idle since, it may have waited for its turn
 * among others there, and longer yet as background that yields inside the guest.
 */
static u64 least_silence(const struct vamp_vm *vm, const struct vamp_vcpu *v,
			 const struct vamp_task *k)
{
	if (v->placed == PLACED_FAST && k->flags & TASK_BACKGROUND)
		return VM_YIELDS_NS;
	if (vm->vcpu[k->vcpu].idle_since > k->last_ran)
		return VM_INACTIVE_NS;
	return VM_TURNS_NS;
}

/*
 * It was not seen for @gap. If it did nothing for a whole window, it may be another's id
 * by now; on a slow vCPU it may as well have waited for so long.
 */
static VAMP_SELDOM void end_silence(struct vamp_vm *vm,
				    const struct vamp_vcpu *v, u64 at, u64 gap)
{
	const struct vamp_thread *h = &vm->tasks.thread[v->thread];
	struct vamp_task *k = &vm->tasks.task[v->task];
	u64 window = (u64)v->epoch.length * LOAD_EPOCHS;

	if (h->left_clock)
		gap = vamp_sub(gap, vamp_sub(v->acct_delay, h->left_delay));
	if (gap > window)
		vamp_task_refresh(&vm->tasks, v->task, &v->epoch);
	if (gap >= least_silence(vm, v, k))
		begin_spell(vm, k, at);
	else if (gap >= VM_INACTIVE_NS)
		go_on(vm, k, at);
}

/*
 * Who answers the input has come, on @here: what other vCPUs were given for the
 * interrupts that may have woken it is not needed any more.
 */
static VAMP_SELDOM void end_hints(struct vamp_vm *vm,
				  const struct vamp_vcpu *here)
{
	u32 i;

	vm->hints = false;
	for (i = 0; i < vm->nr_vcpus; i++) {
		struct vamp_vcpu *v = &vm->vcpu[i];

		if (v == here || !v->hinted || v->fast_why != WHY_INTERRUPT)
			continue;
		v->hinted = false;
		v->fast_until = 0;
		v->settle_by = 0;
	}
}

/*
 * It came from another vCPU, and not from having run on both of late: it does
 * not wait there for its next turn, so what it earned there is not needed.
 */
static VAMP_SELDOM void end_hold(struct vamp_vm *vm,
				 const struct vamp_vcpu *here,
				 const struct vamp_task *k)
{
	struct vamp_vcpu *v = &vm->vcpu[k->vcpu];

	if (v->fast_for != k->id || v->fast_why != WHY_RAN_INTERACTIVE ||
	    (here->fast_for == k->id && here->exec_ns < here->fast_until))
		return;
	v->fast_until = 0;
	v->settle_by = 0;
}

static void arrive(struct vamp_vm *vm, struct vamp_vcpu *v, u64 id, u16 guess)
{
	u64 gap, at = v->acct_time;
	struct vamp_task *k;

	if (!vamp_tasks_guess(&vm->tasks, guess, id, v->index, &v->epoch))
		guess = vamp_tasks_arrive(&vm->tasks, id, v->index, &v->epoch);
	v->thread = guess;
	v->task_id = guess != TASK_NONE ? id : TASK_NO_ID;
	if (guess == TASK_NONE)
		return;
	v->task = vm->tasks.thread[guess].task;
	v->arrived = v->exec_ns;
	if (v->waker.state)
		vamp_waker_arrive(vm, v);
	k = &vm->tasks.task[v->task];
	if (k->running++)
		return;
	gap = vamp_sub(at, k->last_ran);
	if (gap >= VM_INACTIVE_NS)
		end_silence(vm, v, at, gap);
	k->last_ran += gap;
	if (k->vcpu != v->index)
		end_hold(vm, v, k);
	if (vm->hints && k->answered && !(k->flags & TASK_BACKGROUND))
		end_hints(vm, v);
}

/* Charges what is known, but for the last entry's tick not looked at. */
static inline void catch_up(struct vamp_vm *vm, struct vamp_vcpu *v,
			    struct vamp_thread *h, struct vamp_task *k)
{
	if (v->seen_time <= v->acct_time)
		return;
	if (!is_plain(v, h, v->seen_time, v->seen_delay)) {
		settle(vm, v, v->seen_time, v->seen_delay, v->seen_cpu);
		return;
	}
	charge_plain(vm, v, h, k, v->seen_time);
	v->acct_time = v->seen_time;
}

/* Charges the current task, which goes. */
static inline void leave(struct vamp_vm *vm, struct vamp_vcpu *v)
{
	struct vamp_thread *h = &vm->tasks.thread[v->thread];
	struct vamp_task *k = &vm->tasks.task[v->task];

	catch_up(vm, v, h, k);
	depart(vm, v, h, k);
}

void vamp_vcpu_catch_up(struct vamp_vm *vm, struct vamp_vcpu *v)
{
	struct vamp_thread *h = &vm->tasks.thread[v->thread];

	if (v->thread != TASK_NONE)
		catch_up(vm, v, h, &vm->tasks.task[v->task]);
}

static void change_task(struct vamp_vm *vm, struct vamp_vcpu *v, u64 id)
{
	u16 guess = v->previous;

	if (v->thread != TASK_NONE)
		leave(vm, v);
	arrive(vm, v, id, guess);
}

/* Of Windows the idle loop runs in the System process, always the same. */
static void note_halt(struct vamp_vm *vm, struct vamp_vcpu *v)
{
	const struct vamp_task *k = vamp_vcpu_task(vm, v);

	v->delay_base = v->exit_delay;
	if (!k)
		return;
	if (vm->system_task == TASK_NO_ID)
		vm->system_task = k->id;
	else if (vm->system_task != k->id)
		vm->system_task = SYSTEM_NONE;
}

/* A vCPU that wakes from a halt may run anything: a hint of its own. */
static void end_halt(struct vamp_vm *vm, struct vamp_vcpu *v,
		     const struct vamp_observed *o)
{
	note_halt(vm, v);
	settle_halt(v, o);
	if (vamp_vm_weighs(vm, o->now) &&
	    v->fast_until < v->exec_ns + vm->cfg->hint_hold_ns) {
		v->fast_until = v->exec_ns + vm->cfg->hint_hold_ns;
		v->fast_why = WHY_INTERRUPT;
	}
}

/* A run ends at the entry, exit handling and all, or where a halt began. */
static void settle_run(struct vamp_vm *vm, struct vamp_vcpu *v, bool at_exit,
		       const struct vamp_observed *o)
{
	if (at_exit)
		settle(vm, v, v->exit_time, v->exit_delay, o->cpu_time);
	else
		settle(vm, v, o->now, o->run_delay, o->cpu_time);
}

static bool other_task(const struct vamp_vcpu *v, u64 id)
{
	return id != v->task_id && id != TASK_NO_ID;
}

static void begin_first(struct vamp_vcpu *v, const struct vamp_observed *o)
{
	v->acct_time = o->now;
	v->acct_delay = o->run_delay;
	v->acct_cpu = o->cpu_time;
	v->delay_base = o->run_delay;
}

void vamp_vcpu_see(struct vamp_vcpu *v, const struct vamp_observed *o)
{
	if (o->now <= v->seen_time)
		return;
	v->seen_time = o->now;
	v->seen_delay = o->run_delay;
	v->seen_cpu = o->cpu_time;
}

struct vamp_weight vamp_vcpu_exit(struct vamp_vm *vm, struct vamp_vcpu *v,
				  const struct vamp_observed *o)
{
	v->exit_time = o->now;
	v->exit_delay = o->run_delay;
	v->in_guest = false;
	if (!other_task(v, o->task_id) || vm->track == TRACK_TRAP ||
	    v->thread == TASK_NONE)
		return v->given;
	change_task(vm, v, o->task_id);
	vamp_vcpu_see(v, o);
	return vamp_vcpu_weight(vm, v);
}

static void settle_entry(struct vamp_vm *vm, struct vamp_vcpu *v,
			 const struct vamp_observed *o)
{
	bool other = other_task(v, o->task_id);
	bool halted = o->halted && !v->in_guest && v->exit_time;

	if (other && vm->track == TRACK_TRAP && !halted &&
	    v->thread != TASK_NONE) {
		vamp_vcpu_see(v, o);
		change_task(vm, v, o->task_id);
		return;
	}
	if (v->thread == TASK_NONE)
		begin_first(v, o);
	else if (o->now < v->seen_time)
		vamp_vcpu_catch_up(vm, v);
	if (other && vm->track == TRACK_SAMPLE)
		change_task(vm, v, o->task_id);
	if (v->thread != TASK_NONE && (halted || !other))
		settle_run(vm, v, halted, o);
	if (!halted)
		vamp_vcpu_see(v, o);
	if (other && vm->track == TRACK_TRAP)
		change_task(vm, v, o->task_id);
	if (halted)
		end_halt(vm, v, o);
}

struct vamp_weight vamp_vcpu_entry(struct vamp_vm *vm, struct vamp_vcpu *v,
				   const struct vamp_observed *o)
{
	bool settled =
		o->task_id == v->task_id && o->now < v->settle_by && !o->halted;

	if (!settled)
		settle_entry(vm, v, o);
	if (v->waker.state & (WAKER_PENDING | WAKER_AWAY))
		vamp_waker_enter(v, o);
	vamp_vcpu_see(v, o);
	v->in_guest = true;
	if (settled)
		return v->given;
	v->halted = false;
	return vamp_vcpu_weight(vm, v);
}

void vamp_vcpu_sync(struct vamp_vm *vm, struct vamp_vcpu *v,
		    const struct vamp_observed *o)
{
	u64 settle_by = v->settle_by;

	if (v->thread == TASK_NONE)
		return;
	vamp_vcpu_catch_up(vm, v);
	settle_run(vm, v, !v->in_guest, o);
	/* The account is settled, but the weight is as it was decided before. */
	v->settle_by = vamp_min(v->settle_by, settle_by);
	if (v->acct_time >= v->settle_by)
		v->settle_by = 0;	/* even if the clock goes back */
	if (v->in_guest)
		return;
	if (o->run_delay > v->acct_delay)
		settle_halt(v, o);
	v->exit_time = vamp_max(v->exit_time, v->acct_time);
	v->exit_delay = vamp_max(v->exit_delay, v->acct_delay);
}

void vamp_vcpu_pause(struct vamp_vm *vm, struct vamp_vcpu *v)
{
	if (v->thread != TASK_NONE)
		leave(vm, v);
	v->thread = TASK_NONE;
	v->task_id = TASK_NO_ID;
	v->settle_by = 0;
	v->waker.state = 0;
	v->in_guest = false;
	v->exit_time = 0;
}
