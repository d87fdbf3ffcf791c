// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * core.c - any stream of calls of the core that keeps to its rules.
 *
 * The first bytes make a VM; then each operation is a byte and what it needs.
 * Clocks are any: those of threads jump, the one of the host differs from CPU to
 * CPU and may go on by centuries. It stays below its wrap by a phase's length,
 * and so do the threads' (CLOCK_LAST).
 */
#include <stdlib.h>

#include "bytes.h"
#include "core/policy.h"
#include "core/vm.h"
#include "invariant.h"
#include "must.h"

#define CLOCK_LAST	(~0ull - (1ull << 40))
#define MS		VAMP_NSEC_PER_MSEC
#define CHECK_EVERY	256	/* operations */
#define BUDGET		1500	/* entries and exits of one input */
#define IDS		48
#define NEW_IDS		0x10000u	/* ids from here on are seen once */

static const struct vamp_policy *const policies[] = {
	&vamp_policy_vamp,
	&vamp_policy_vee14,
};

/* A vCPU's thread. */
struct thread {
	u64 now;		/* when it was last looked at */
	u64 run_delay, cpu_time;
	u64 exec_ns, acct_time;
	bool loose;		/* what was decided may have changed since */
};

struct life {
	struct bytes in;
	struct vamp_config cfg;
	struct vamp_vm *vm;
	u64 now;
	u64 fresh_id;
	u32 budget;
	u8 phase;		/* that it has to be in */
	bool straight;		/* no clock went back */
	enum {
		NOTHING,
		A_PHASE,
		FOR_ROOM
	} classifying;
	struct thread v[VM_VCPUS_MAX];
};

/* What an administrator can set, and to what (docs/parameters.md). */
static const struct bound {
	size_t field;
	u32 min, max;
	bool or_zero;
} bounds[] = {
#define BOUND(name, ...)                                        \
	{                                                       \
		offsetof(struct vamp_config, name), __VA_ARGS__ \
	}
	BOUND(kvm_vamp, 0, 38),
	BOUND(bg_load_thresh_pct, 1, 100),
	BOUND(max_phase_ms, 100, 60000),
	BOUND(load_window_ns, 1000000, 1000000000),
	BOUND(make_room, 0, 1),
	BOUND(wakeup_mode, 0, 15),
	BOUND(wakeup_latency_ns, 1000, 10000000),
	BOUND(partial_boost, 0, 2),
	BOUND(prof_enabled, 0, 1),
	BOUND(prof_period_ms, 10, 10000),
	BOUND(fast_hold_ns, 1, 1000000000),
	BOUND(hint_hold_ns, 1, 1000000000),
	BOUND(min_run_ns, 1, 1000000000),
	BOUND(fast_slice_ns, 100000, 100000000, true),
	BOUND(load_period_ms, 2, 1024),
};

#define NR_BOUNDS	(sizeof(bounds) / sizeof(bounds[0]))

/* ---- time ---- */

static u64 step_of(u8 code)
{
	static const u64 units[] = { 1000,      50000,	    MS,
				     32 * MS, 1000 * MS, 3600000 * MS };
	u32 unit = code >> 5, n = code & 31;

	if (unit < sizeof(units) / sizeof(units[0]))
		return n * units[unit];
	return 1ull << (31 + n);
}

static u64 clock_add(u64 clock, u64 ns)
{
	u64 left = clock < CLOCK_LAST ? CLOCK_LAST - clock : 0;

	return clock + vamp_min(ns, left);
}

/* Some codes are back in time: the clock of another CPU. */
static void pass(struct life *l)
{
	u8 code = bytes_byte(&l->in);

	if (code >> 5 != 7) {
		l->now = clock_add(l->now, step_of(code));
		return;
	}
	l->now -= vamp_min(l->now, step_of(code & 31 ? code & 0x7f : 0x3f));
	l->straight = false;
}

static u64 clock_start(struct bytes *in)
{
	static const u64 starts[] = {
		3125 * 32 * MS,		/* an epoch begins */
		0,
		1,
		(1ull << 32) * 32 * MS -
			100 * MS, /* epochs have 33 bits soon */
		1ull << 62,
		(1ull << 63) - 5000 * MS,
		CLOCK_LAST - 100000 * MS,
		CLOCK_LAST,
	};

	return starts[bytes_below(in, 8)];
}

/* How the thread spent the time since it was last looked at. */
static void spend(struct life *l, u32 v, u8 how)
{
	struct thread *x = &l->v[v];
	u64 wall = vamp_sub(l->now, x->now);

	x->now = l->now;
	switch (how & 7) {
	case 0: /* it ran */
	case 1:
		x->cpu_time = clock_add(x->cpu_time, wall);
		break;
	case 2: /* waited */
		x->run_delay = clock_add(x->run_delay, wall);
		break;
	case 3: /* both */
		x->run_delay = clock_add(x->run_delay, wall / 2);
		x->cpu_time = clock_add(x->cpu_time, wall - wall / 2);
		break;
	case 4: /* slept */
		break;
	case 5: /* more of either than time went by */
		x->run_delay = clock_add(x->run_delay, wall + 7 * MS);
		x->cpu_time = clock_add(x->cpu_time, wall + 7 * MS);
		break;
	case 6: /* it is another thread */
		x->run_delay /= 2;
		x->cpu_time /= 2;
		break;
	default:
		x->run_delay = CLOCK_LAST - (how & 0xf0);
		x->cpu_time = CLOCK_LAST - (how & 0xf0);
	}
}

/* ---- what the core is told ---- */

static u32 any_vcpu(struct life *l)
{
	return bytes_below(&l->in, l->vm->nr_vcpus);
}

static u64 any_id(struct life *l)
{
	u8 code = bytes_byte(&l->in);

	if (code == 0xff)
		return TASK_NO_ID;
	return code < 0xf0 ? 1 + code % IDS : NEW_IDS + l->fresh_id++;
}

static struct vamp_observed observe(struct life *l, u32 v, u64 id)
{
	return (struct vamp_observed){
		.now = l->now,
		.run_delay = l->v[v].run_delay,
		.cpu_time = l->v[v].cpu_time,
		.task_id = id,
	};
}

/* Settings take effect at the next decision, classes when all are judged. */
static void loosen(struct life *l)
{
	u32 i;

	for (i = 0; i < l->vm->nr_vcpus; i++)
		l->v[i].loose = true;
}

static void decided(struct life *l, u32 v, struct vamp_weight w)
{
	invariant_weight(l->vm, &l->vm->vcpu[v], w);
	l->v[v].loose = l->classifying != NOTHING;
}

static void apply(struct life *l)
{
	u32 i;

	for (i = 0; i < l->vm->nr_vcpus; i++)
		decided(l, i, vamp_vcpu_weight(l->vm, &l->vm->vcpu[i]));
}

/* The core may answer as it did before, as long as that is right. */
static void check_settled(struct life *l, u32 v, struct vamp_weight w)
{
	struct vamp_vcpu copy = l->vm->vcpu[v];
	struct vamp_weight now = vamp_vcpu_weight(l->vm, &copy);

	must(w.why == now.why && w.slice_ns == now.slice_ns);
	must(w.nice == now.nice || l->cfg.kvm_vamp > CONFIG_NICE_MAX);
}

static void enter(struct life *l, u32 v, u64 id, bool halted)
{
	struct vamp_vcpu *x = &l->vm->vcpu[v];
	struct vamp_observed o = observe(l, v, id);
	bool settled = id == x->task_id && l->now < x->settle_by && !halted;
	struct vamp_weight w;

	o.halted = halted;
	w = vamp_vcpu_entry(l->vm, x, &o);
	if (!settled)
		decided(l, v, w);
	else if (!l->v[v].loose)
		check_settled(l, v, w);
	l->budget -= l->budget > 0;
}

static void leave(struct life *l, u32 v, u64 id)
{
	struct vamp_vcpu *x = &l->vm->vcpu[v];
	struct vamp_observed o = observe(l, v, id);
	struct vamp_weight was = x->given;
	struct vamp_weight w = vamp_vcpu_exit(l->vm, x, &o);

	if (w.why != was.why || w.nice != was.nice)
		decided(l, v, w);
	l->budget -= l->budget > 0;
}

static void op_entry(struct life *l)
{
	u32 v = any_vcpu(l);
	u8 how = bytes_byte(&l->in);
	u64 id = any_id(l);

	pass(l);
	spend(l, v, how);
	enter(l, v, id, how & 0x80);
}

static void op_exit(struct life *l)
{
	u32 v = any_vcpu(l);
	u8 how = bytes_byte(&l->in);
	u64 id = how & 0x80 ? any_id(l) : l->vm->vcpu[v].task_id;

	pass(l);
	spend(l, v, how);
	leave(l, v, id);
}

static void op_halt(struct life *l)
{
	u32 v = any_vcpu(l);

	decided(l, v, vamp_vcpu_halt(l->vm, &l->vm->vcpu[v]));
}

static void op_pause(struct life *l)
{
	vamp_vcpu_pause(l->vm, &l->vm->vcpu[any_vcpu(l)]);
}

/* As the module's fast path: nothing has happened that would be told. */
static void op_see(struct life *l)
{
	u32 v = any_vcpu(l);
	struct vamp_vcpu *x = &l->vm->vcpu[v];
	u8 how = bytes_byte(&l->in);
	struct vamp_observed o;

	pass(l);
	if (x->thread == TASK_NONE || !x->in_guest || x->halted ||
	    l->now >= x->settle_by || x->waker.state & WAKER_PENDING)
		return;
	spend(l, v, how);
	o = observe(l, v, x->task_id);
	vamp_vcpu_see(x, &o);
}

static void sync(struct life *l, u32 v)
{
	struct vamp_observed o = observe(l, v, TASK_NO_ID);

	vamp_vcpu_sync(l->vm, &l->vm->vcpu[v], &o);
}

static void sync_all(struct life *l)
{
	u32 i;

	for (i = 0; i < l->vm->nr_vcpus; i++)
		sync(l, i);
}

static void op_sync(struct life *l)
{
	u32 v = any_vcpu(l);
	u8 how = bytes_byte(&l->in);

	if (how & 0x80) {
		sync_all(l);
		return;
	}
	pass(l);
	spend(l, v, how);
	sync(l, v);
}

static void op_ipi(struct life *l)
{
	u32 from = any_vcpu(l), to = any_vcpu(l);
	struct vamp_observed o = observe(l, from, TASK_NO_ID);

	vamp_waker_ipi(l->vm, &l->vm->vcpu[from], &l->vm->vcpu[to],
		       bytes_byte(&l->in), &o);
}

static void op_inject(struct life *l)
{
	u32 v = any_vcpu(l);
	struct vamp_observed o = observe(l, v, TASK_NO_ID);

	vamp_waker_inject(l->vm, &l->vm->vcpu[v], bytes_byte(&l->in), &o);
}

static void op_interrupt(struct life *l)
{
	u32 v = any_vcpu(l), source = bytes_byte(&l->in);
	struct vamp_vcpu *from = NULL;

	if (source & 0x80)
		from = &l->vm->vcpu[source % l->vm->nr_vcpus];
	decided(l, v,
		vamp_vcpu_interrupt(l->vm, &l->vm->vcpu[v], from, l->now));
}

/* Accepted, and the processor injects it by itself. */
static void op_posted(struct life *l)
{
	u32 v = any_vcpu(l);
	u8 vector = bytes_byte(&l->in);
	struct vamp_observed o = observe(l, v, TASK_NO_ID);

	vamp_vectors_raised(&l->vm->vectors, vector, false);
	vamp_waker_inject(l->vm, &l->vm->vcpu[v], vector, &o);
	op_interrupt(l);
}

static void op_raised(struct life *l)
{
	u8 how = bytes_byte(&l->in);

	vamp_vectors_raised(&l->vm->vectors, bytes_byte(&l->in), how & 1);
}

static void op_vectors(struct life *l)
{
	u8 vector = bytes_byte(&l->in);

	vamp_vectors_set(&l->vm->vectors, vector < 32 ? 0 : vector);
	if (vector >= 32)
		must(vamp_vectors_main(&l->vm->vectors) == vector);
}

static void step(struct life *l, u32 work);
static void finish(struct life *l);

/* Classifies now, or lets other things happen between the steps. */
static void classify(struct life *l, u8 how)
{
	l->classifying = A_PHASE;
	loosen(l);
	sync_all(l);
	vamp_classify_begin(l->vm, l->now);
	if (how & 1)
		finish(l);
}

/* True if there is a phase now that sound began, or prolonged. */
static bool output(struct life *l)
{
	if (l->classifying != NOTHING || !l->cfg.kvm_vamp ||
	    vamp_output(l->vm, l->now) == EFFECT_IGNORED)
		return false;
	classify(l, bytes_byte(&l->in));
	return true;
}

static void op_audio(struct life *l)
{
	u32 v = any_vcpu(l);
	struct vamp_vcpu *x = &l->vm->vcpu[v];
	struct vamp_observed o;

	spend(l, v, bytes_byte(&l->in));
	if (l->phase == PHASE_NORMAL && l->vm->policy != l->cfg.policy)
		loosen(l);
	o = observe(l, v, TASK_NO_ID);
	switch (vamp_audio_access(l->vm, x, &o)) {
	case AUDIO_PHASE:
		must(l->phase == PHASE_NORMAL);
		output(l);
		break;
	case AUDIO_WEIGHT:
		decided(l, v, vamp_vcpu_weight(l->vm, x));
		break;
	default:
		break;
	}
}

static void op_output(struct life *l)
{
	output(l);
}

static void op_input(struct life *l)
{
	u8 how = bytes_byte(&l->in), code = bytes_byte(&l->in);
	enum vamp_input_effect effect;
	u8 was = l->phase;
	bool again;

	if (l->classifying != NOTHING || !l->cfg.kvm_vamp)
		return;
	if (how & 0x40)
		code = INPUT_ENTER;
	effect = vamp_input(l->vm, l->now, how % INPUT_KINDS, code, &again);
	must(effect < EFFECT_COUNT);
	if (effect == EFFECT_STARTED)
		must(was == PHASE_NORMAL && again);
	if (effect == EFFECT_EXTENDED || effect == EFFECT_RESTARTED)
		must(was != PHASE_NORMAL);
	if (effect == EFFECT_RESTARTED) {
		must(again);
		l->phase = PHASE_NORMAL;
	}
	if (effect == EFFECT_IGNORED || effect == EFFECT_REPEATED)
		must(!again);
	else
		must(l->vm->phase_ends > l->now);
	if (again)
		classify(l, how >> 7);
}

/* ---- classifications ---- */

static u32 looked_at(const struct vamp_tasks *t, u32 slot)
{
	u32 n = 1;
	u16 i;

	if (!(t->task[slot].flags & TASK_USED))
		return n;
	for (i = t->task[slot].threads; i != TASK_NONE; i = t->thread[i].next)
		n++;
	return n;
}

/* No more than was asked for, but for the last task's threads. */
static void step(struct life *l, u32 work)
{
	u32 slot = l->vm->cursor, member = l->vm->crowd.seen, done = 0;
	bool more = vamp_classify_step(l->vm, work);

	for (; slot < l->vm->cursor; slot++) {
		must(done < work);
		done += looked_at(&l->vm->tasks, slot);
	}
	for (; member < l->vm->crowd.seen; member++) {
		must(done < work);
		done += looked_at(&l->vm->tasks,
				  l->vm->crowd.member[member].task);
	}
	must(more == (l->vm->cursor < l->vm->tasks.nr_tasks ||
		      l->vm->crowd.seen < l->vm->crowd.nr_members));
	must(!more || done >= work);
}

static void finish(struct life *l)
{
	struct vamp_vm *vm = l->vm;
	u32 was;

	while (vm->cursor < vm->tasks.nr_tasks ||
	       vm->crowd.seen < vm->crowd.nr_members)
		step(l, 256);
	if (l->classifying == A_PHASE) {
		vamp_classify_end(vm);
		must(vm->phase != PHASE_NORMAL);
		must(vm->phase == PHASE_NON_MIXED || vm->vm_load > 0);
		l->phase = vm->phase;
	} else {
		vamp_room_open(vm, clock_add(l->now, l->cfg.max_phase_ms * MS));
		must(!vm->room_until || vm->next_phase == PHASE_MIXED);
	}
	was = l->classifying;
	l->classifying = NOTHING;
	if (was == A_PHASE)
		apply(l);
}

static void op_step(struct life *l)
{
	u8 work = bytes_byte(&l->in);

	if (l->classifying != NOTHING)
		step(l, 1 + 4 * work);
}

static void op_finish(struct life *l)
{
	if (l->classifying != NOTHING)
		finish(l);
}

static void op_over(struct life *l)
{
	if (l->classifying != NOTHING)
		return;
	vamp_phase_end(l->vm);
	l->phase = PHASE_NORMAL;
	apply(l);
}

static void op_profile(struct life *l)
{
	if (l->classifying != NOTHING || l->phase == PHASE_NORMAL)
		return;
	sync_all(l);
	if (!vamp_profile(l->vm, l->now))
		return;
	must(l->vm->policy == &vamp_policy_vamp);
	op_over(l);
}

static void op_room(struct life *l)
{
	u8 how = bytes_byte(&l->in);

	if (l->classifying != NOTHING)
		return;
	sync_all(l);
	if (!vamp_room_wanted(l->vm, l->now))
		return;
	must(l->phase == PHASE_NORMAL && l->cfg.make_room);
	l->classifying = FOR_ROOM;
	loosen(l);
	vamp_classify_begin(l->vm, l->now);
	if (how & 1)
		finish(l);
}

static void op_room_close(struct life *l)
{
	if (l->classifying != NOTHING)
		return;
	vamp_room_close(l->vm);
	apply(l);
}

/* As the guest says, which the module passes on in MIXED phases alone. */
static void place(struct life *l, u32 v, enum vamp_placed placed)
{
	if (l->vm->phase != PHASE_MIXED)
		return;
	vamp_vcpu_place(&l->vm->vcpu[v], placed);
	l->v[v].loose = true;
	decided(l, v, vamp_vcpu_weight(l->vm, &l->vm->vcpu[v]));
}

static void op_ask(struct life *l)
{
	u32 v = any_vcpu(l);
	u8 how = bytes_byte(&l->in);

	if (how >= 0xf0)
		place(l, v, how % PLACED_COUNT);
	else
		vamp_vcpu_ask(&l->vm->vcpu[v], how & 1);
}

/* ---- the rest ---- */

static void set(struct vamp_config *cfg, u32 i, u32 raw)
{
	const struct bound *b = &bounds[i];
	u32 *field = (u32 *)((char *)cfg + b->field);

	*field = b->min + (u32)((u64)(b->max - b->min) * raw / 0xffff);
	if (b->max - b->min < 256)
		*field = b->min + raw % (b->max - b->min + 1);
	if (b->or_zero && raw == 1)
		*field = 0;
}

static void set_any(struct life *l)
{
	u32 which = bytes_below(&l->in, NR_BOUNDS + 1);
	u32 raw = (u32)bytes_number(&l->in, 2);

	if (which < NR_BOUNDS)
		set(&l->cfg, which, raw);
	else
		l->cfg.policy = policies[raw % 2];
}

static void op_config(struct life *l)
{
	set_any(l);
	loosen(l);
}

static void op_pass(struct life *l)
{
	pass(l);
	if (l->classifying == NOTHING && vamp_phase_over(l->vm, l->now) &&
	    !output(l))
		op_over(l);
}

/* All vCPUs run what they ran, or a task of their own, for a while. */
static void op_run(struct life *l)
{
	u32 n = bytes_byte(&l->in), i;

	for (; n && l->budget; n--) {
		l->now = clock_add(l->now, 16 * MS);
		for (i = 0; i < l->vm->nr_vcpus && l->budget; i++) {
			u64 id = l->vm->vcpu[i].task_id;

			spend(l, i, 0);
			enter(l, i, id == TASK_NO_ID ? i + 1 : id, false);
		}
	}
}

/* More tasks than there is room for, each for a moment. */
static void op_flood(struct life *l)
{
	u32 v = any_vcpu(l), n = 4 * bytes_byte(&l->in);
	u64 ns = step_of(bytes_byte(&l->in) & 0x3f);

	for (; n && l->budget; n--) {
		l->now = clock_add(l->now, ns);
		spend(l, v, 0);
		enter(l, v, NEW_IDS + l->fresh_id++, false);
	}
}

/* One task on each vCPU in turn, for as long as is asked. */
static void op_roam(struct life *l)
{
	u64 id = any_id(l), ns = step_of(bytes_byte(&l->in) & 0x5f);
	u32 i;

	for (i = 0; i < l->vm->nr_vcpus && l->budget; i++) {
		l->now = clock_add(l->now, ns);
		spend(l, i, 0);
		enter(l, i, id, false);
	}
}

static void op_track(struct life *l)
{
	l->vm->track = bytes_byte(&l->in) & 1 ? TRACK_TRAP : TRACK_SAMPLE;
}

static void op_weight(struct life *l)
{
	u32 v = any_vcpu(l);

	decided(l, v, vamp_vcpu_weight(l->vm, &l->vm->vcpu[v]));
}

/* What the lists of /dev/vamp show. */
static void op_list(struct life *l)
{
	struct vamp_epoch e = l->vm->epoch;
	u32 potential, slot = (u32)bytes_number(&l->in, 2) % VM_TASKS;
	u32 v = any_vcpu(l);

	vamp_epoch_seek(&e, l->now);
	must(vamp_vcpu_load(l->vm, &l->vm->vcpu[v], e.number, &potential) <=
	     100);
	must(potential <= 100);
	if (l->vm->tasks.task[slot].flags & TASK_USED)
		must(vamp_task_load(l->vm, (u16)slot, e.number, &potential) <=
		     100u * l->vm->nr_vcpus);
}

static void (*const ops[])(struct life *l) = {
	op_entry, op_entry, op_entry,	op_exit,      op_exit,	  op_halt,
	op_pause, op_see,   op_sync,	op_ipi,	      op_inject,  op_interrupt,
	op_posted, op_raised, op_vectors, op_audio,   op_output,  op_input,
	op_step,  op_finish, op_over,	op_profile,   op_room,	  op_room_close,
	op_ask,	  op_config, op_pass,	op_run,	      op_flood,	  op_roam,
	op_track, op_weight, op_list,
};

#define NR_OPS	(sizeof(ops) / sizeof(ops[0]))

/* A vCPU's own clock is its account's, and never goes faster. */
static void check_clock(struct life *l, u32 v)
{
	const struct vamp_vcpu *x = &l->vm->vcpu[v];
	struct thread *t = &l->v[v];

	must(x->exec_ns >= t->exec_ns);
	if (l->straight)
		must(x->exec_ns - t->exec_ns <=
		     vamp_sub(x->acct_time, t->acct_time));
	t->exec_ns = x->exec_ns;
	t->acct_time = x->acct_time;
}

static void check(struct life *l)
{
	u32 i;

	must(l->vm->phase == l->phase);
	for (i = 0; i < l->vm->nr_vcpus; i++) {
		invariant_vcpu(l->vm, &l->vm->vcpu[i]);
		check_clock(l, i);
	}
}

static void check_all(struct life *l)
{
	invariant_vm(l->vm);
	if (l->straight)
		invariant_loads(l->vm);
}

/* Few vCPUs are the rule; the limits are tried as well. */
static u32 nr_vcpus(struct bytes *in)
{
	u8 code = bytes_byte(in);

	if (code == 0xff)
		return VM_VCPUS_MAX;
	return code < 0xf0 ? 1 + code % 8 : 1 + code % 64;
}

static void make(struct life *l)
{
	u32 nr = nr_vcpus(&l->in), i;
	u8 how = bytes_byte(&l->in);

	l->now = clock_start(&l->in);
	l->cfg = (struct vamp_config){ VAMP_CONFIG_DEFAULTS };
	l->cfg.policy = policies[how >> 1 & 1];
	l->cfg.tick_ns = (how & 4 ? 11 : 5) * MS;
	l->cfg.kvm_vamp = 13;
	for (i = how >> 4; i; i--)
		set_any(l);
	l->vm = vamp_vm_init(calloc(1, vamp_vm_size(nr)), nr, &l->cfg,
			     how & 1 ? TRACK_TRAP : TRACK_SAMPLE, l->now);
	for (i = 0; i < nr; i++) {
		l->v[i].now = l->now;
		l->v[i].acct_time = l->now;
	}
	l->straight = true;
	l->budget = BUDGET;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct life l;
	u32 n;

	memset(&l, 0, sizeof(l));
	l.in = (struct bytes){ data, data + size };
	make(&l);
	for (n = 1; bytes_left(&l.in) && l.budget; n++) {
		ops[bytes_below(&l.in, NR_OPS)](&l);
		check(&l);
		if (n % CHECK_EVERY == 0)
			check_all(&l);
	}
	check_all(&l);
	op_finish(&l);
	op_over(&l);
	check(&l);
	free(l.vm);
	return 0;
}
