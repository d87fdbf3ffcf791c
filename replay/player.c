// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * player.c - from events to calls of the core.
 */
#include "player.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "what_if.h"

#define WORK_A_STEP	256	/* of format 1 */

typedef bool (*op_fn)(struct player *p, const struct event *e);

static bool __attribute__((format(printf, 2, 3)))
bad(struct player *p, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(p->error, sizeof(p->error), format, args);
	va_end(args);
	return false;
}

/* ---- answers ---- */

static void differs(struct player *p, const struct event *said,
		    const struct event *ours)
{
	if (p->hooks.differs && !p->lost)
		p->hooks.differs(p->arg, p, said, ours);
}

static void answer(struct player *p, enum op kind, u32 vcpu, u64 task, u32 arg)
{
	struct event *more;

	if (p->format == FORMAT_GOLDEN || p->free)
		return;
	if (p->nr_answers == p->room) {
		more = realloc(p->answer, (p->room * 2 + 16) * sizeof(*more));
		if (!more) {
			bad(p, "no memory");
			return;
		}
		p->answer = more;
		p->room = p->room * 2 + 16;
	}
	p->answer[p->nr_answers++] = (struct event){
		.op = kind, .vcpu = vcpu, .arg = arg, .o.task_id = task
	};
}

/* The module's answers to the last call are all told. */
static void close_answers(struct player *p)
{
	while (p->next_answer < p->nr_answers)
		differs(p, NULL, &p->answer[p->next_answer++]);
	p->nr_answers = 0;
	p->next_answer = 0;
}

/* In what answers of this kind have a use for. */
static bool same(const struct event *a, const struct event *b)
{
	u32 fields = op_fields(a->op, FORMAT);

	return a->op == b->op && a->arg == b->arg &&
	       (!(fields & HAS_VCPU) || a->vcpu == b->vcpu) &&
	       (!(fields & HAS_TASK) || a->o.task_id == b->o.task_id);
}

static void compare(struct player *p, const struct event *said)
{
	const struct event *ours = NULL;

	if (p->free)
		return;
	if (p->next_answer < p->nr_answers)
		ours = &p->answer[p->next_answer++];
	if (!ours || !same(said, ours))
		differs(p, said, ours);
}

/* ---- what the core says ---- */

static void decided(struct player *p, const struct decision *d)
{
	if (p->hooks.decided)
		p->hooks.decided(p->arg, p, d);
}

void player_say(struct player *p, enum decision_kind kind, u32 effect)
{
	struct decision d = { .kind = kind, .effect = effect };

	decided(p, &d);
}

void player_give(struct player *p, u32 vcpu, struct vamp_weight w)
{
	struct vamp_weight *was = &p->seat[vcpu].weight;
	struct decision d = { DECIDED_WEIGHT, .vcpu = vcpu, .weight = w };

	if (w.nice == was->nice && w.why == was->why &&
	    w.slice_ns == was->slice_ns)
		return;
	*was = w;
	answer(p, OP_GAVE, vcpu, w.slice_ns, w.why | (u32)(u8)w.nice << 8);
	decided(p, &d);
}

void player_weigh_all(struct player *p)
{
	u32 i;

	for (i = 0; i < p->vm->nr_vcpus; i++)
		player_give(p, i, vamp_vcpu_weight(p->vm, &p->vm->vcpu[i]));
}

static void answer_classes(struct player *p)
{
	const struct vamp_vm *vm = p->vm;
	u32 i;

	answer(p, OP_PHASE, 0, vm->vm_load, vm->phase | vm->background << 8);
	for (i = 0; i < vm->tasks.nr_tasks; i++) {
		const struct vamp_task *k = &vm->tasks.task[i];

		if (k->flags & TASK_USED &&
		    (k->load || k->flags & TASK_BACKGROUND))
			answer(p, OP_CLASS, 0, k->id,
			       k->why | k->bg_conf << 8 | (u32)k->load << 16);
	}
}

void player_classified(struct player *p, bool weigh)
{
	answer_classes(p);
	player_say(p, DECIDED_CLASSES, 0);
	if (weigh)
		player_weigh_all(p);
}

/* ---- the operations ---- */

static bool op_param(struct player *p, const struct event *e)
{
	u32 i = (u32)e->o.task_id;

	if (p->set[i])
		return true;
	if (!vamp_param_set(&p->cfg, i, e->arg))
		return bad(p, "no such value of %s: %u", vamp_params[i].name,
			   e->arg);
	if (p->vm && p->fresh)
		p->vm->policy = p->cfg.policy;
	return true;
}

static bool op_config(struct player *p, const struct event *e)
{
	u32 vamp = e->arg & 0xff, mode = e->arg >> 8 & 0xff;
	u32 threshold = e->arg >> 16;

	if (vamp > CONFIG_VAMP_MAX)
		return bad(p, "kvm_vamp is not 0..%u: %u", CONFIG_VAMP_MAX,
			   vamp);
	if (mode > WAKEUP_ALL)
		return bad(p, "no such mode of tracking wake-ups: %u", mode);
	if (!threshold || threshold > 100)
		return bad(p, "the threshold is not 1..100 percent: %u",
			   threshold);
	if (!e->o.task_id || e->o.task_id > 60000)
		return bad(p, "a phase does not last 1..60000 ms: %llu",
			   (unsigned long long)e->o.task_id);
	if (!p->set[vamp_param_find("kvm_vamp")])
		p->cfg.kvm_vamp = vamp;
	if (!p->set[vamp_param_find("remote_wakeup_track_mode")])
		p->cfg.wakeup_mode = mode;
	if (!p->set[vamp_param_find("bg_load_thresh_pct")])
		p->cfg.bg_load_thresh_pct = threshold;
	if (!p->set[vamp_param_find("max_interactive_phase_msec")])
		p->cfg.max_phase_ms = (u32)e->o.task_id;
	return true;
}

/* The epochs' length is that of the making, unless it was set otherwise. */
static bool take_period(struct player *p, const struct event *e)
{
	if (p->format == FORMAT_GOLDEN ||
	    p->set[vamp_param_find("load_period_msec")])
		return true;
	if (!e->o.task_id || e->o.task_id > LOAD_PERIOD_MAX_MS)
		return bad(p, "an epoch does not last 1..%u ms: %llu",
			   LOAD_PERIOD_MAX_MS,
			   (unsigned long long)e->o.task_id);
	p->cfg.load_period_ms = (u32)e->o.task_id;
	return true;
}

static bool op_make(struct player *p, const struct event *e)
{
	u32 nr = e->arg & 0xffff;
	void *mem;

	if (!take_period(p, e))
		return false;
	p->seat = calloc(nr, sizeof(p->seat[0]));
	mem = calloc(1, vamp_vm_size(nr));
	if (!p->seat || !mem) {
		free(mem);
		return bad(p, "no memory");
	}
	p->vm = vamp_vm_init(mem, nr, &p->cfg, e->arg >> 16, e->o.now);
	p->fresh = true;
	return true;
}

static struct vamp_vcpu *vcpu_of(const struct player *p, const struct event *e)
{
	return &p->vm->vcpu[e->vcpu];
}

static bool op_entry(struct player *p, const struct event *e)
{
	struct vamp_observed o = e->o;

	if (e->arg > 3)
		return bad(p, "an entry has no such flags: %u", e->arg);
	o.halted = e->arg & 1;
	player_give(p, e->vcpu, vamp_vcpu_entry(p->vm, vcpu_of(p, e), &o));
	p->vm->track = e->arg & 2 ? TRACK_TRAP : TRACK_SAMPLE;
	return true;
}

static bool op_exit(struct player *p, const struct event *e)
{
	player_give(p, e->vcpu, vamp_vcpu_exit(p->vm, vcpu_of(p, e), &e->o));
	return true;
}

static bool op_halt(struct player *p, const struct event *e)
{
	player_give(p, e->vcpu, vamp_vcpu_halt(p->vm, vcpu_of(p, e)));
	return true;
}

static bool op_pause(struct player *p, const struct event *e)
{
	vamp_vcpu_pause(p->vm, vcpu_of(p, e));
	return true;
}

static bool op_sync(struct player *p, const struct event *e)
{
	vamp_vcpu_sync(p->vm, vcpu_of(p, e), &e->o);
	return true;
}

static bool op_ipi(struct player *p, const struct event *e)
{
	if (e->arg >> 8 >= p->vm->nr_vcpus)
		return bad(p, "there is no vCPU %u", e->arg >> 8);
	vamp_waker_ipi(p->vm, vcpu_of(p, e), &p->vm->vcpu[e->arg >> 8],
		       e->arg & 0xff, &e->o);
	return true;
}

static bool op_inject(struct player *p, const struct event *e)
{
	if (e->arg > 0xff)
		return bad(p, "there is no vector %u", e->arg);
	vamp_waker_inject(p->vm, vcpu_of(p, e), (u8)e->arg, &e->o);
	return true;
}

static bool op_intr(struct player *p, const struct event *e)
{
	const struct vamp_vcpu *source = NULL;

	if (e->arg > p->vm->nr_vcpus)
		return bad(p, "there is no vCPU %u", e->arg - 1);
	if (e->arg)
		source = &p->vm->vcpu[e->arg - 1];
	player_give(p, e->vcpu,
		    vamp_vcpu_interrupt(p->vm, vcpu_of(p, e), source,
					e->o.now));
	return true;
}

static bool op_audio(struct player *p, const struct event *e)
{
	enum vamp_audio_effect effect;

	effect = vamp_audio_access(p->vm, vcpu_of(p, e), &e->o);
	answer(p, OP_RESULT, 0, TASK_NO_ID, effect);
	player_say(p, DECIDED_AUDIO, effect);
	if (p->free && effect == AUDIO_PHASE)
		what_if_heard(p);
	if (p->free && effect == AUDIO_WEIGHT)
		player_give(p, e->vcpu, vamp_vcpu_weight(p->vm, vcpu_of(p, e)));
	return true;
}

static bool op_input(struct player *p, const struct event *e)
{
	enum vamp_input_effect effect;
	bool classify;

	if (e->arg >> 16 >= INPUT_KINDS)
		return bad(p, "there is no input of kind %u", e->arg >> 16);
	effect = vamp_input(p->vm, e->o.now, e->arg >> 16, e->arg & 0xffff,
			    &classify);
	answer(p, OP_RESULT, 0, TASK_NO_ID, effect | (u32)classify << 8);
	player_say(p, DECIDED_INPUT, effect);
	if (classify)
		what_if_wanted(p);
	return true;
}

static bool op_output(struct player *p, const struct event *e)
{
	enum vamp_input_effect effect = vamp_output(p->vm, e->o.now);

	answer(p, OP_RESULT, 0, TASK_NO_ID, effect);
	player_say(p, DECIDED_OUTPUT, effect);
	if (effect != EFFECT_IGNORED)
		what_if_wanted(p);
	return true;
}

static bool op_begin(struct player *p, const struct event *e)
{
	p->state = BEGUN;
	p->looked = false;
	vamp_classify_begin(p->vm, e->o.now);
	return true;
}

static bool op_look(struct player *p, const struct event *e)
{
	if (p->state != BEGUN)
		return bad(p, "a part of no classification");
	p->looked = true;
	vamp_classify_step(p->vm, e->arg);
	return true;
}

static bool op_step(struct player *p, const struct event *e)
{
	(void)e;
	if (p->state != BEGUN)
		return bad(p, "a step of no classification");
	p->state = JUDGED;
	if (!p->looked)
		while (vamp_classify_step(p->vm, WORK_A_STEP))
			;
	return true;
}

static bool op_end(struct player *p, const struct event *e)
{
	(void)e;
	if (p->state != JUDGED)
		return bad(p, "the end of no classification");
	p->state = CLASSIFIED;
	vamp_classify_end(p->vm);
	player_classified(p, p->format == FORMAT_GOLDEN);
	return true;
}

static bool op_over(struct player *p, const struct event *e)
{
	(void)e;
	vamp_phase_end(p->vm);
	player_say(p, DECIDED_OVER, 0);
	if (p->format == FORMAT_GOLDEN)
		player_weigh_all(p);
	return true;
}

static bool op_profile(struct player *p, const struct event *e)
{
	bool quiet = vamp_profile(p->vm, e->o.now);

	answer(p, OP_RESULT, 0, TASK_NO_ID, p->vm->reactive_load << 1 | quiet);
	player_say(p, DECIDED_PROFILE, quiet);
	return true;
}

static bool op_learned(struct player *p, const struct event *e)
{
	struct vamp_vectors *x = &p->vm->vectors;
	u32 i = e->arg & 0xff;

	if (e->arg >> 16 || e->o.task_id > ~0u)
		return bad(p, "nothing that can be known of a vector");
	x->hits[i] = (u16)(e->o.task_id >> 16);
	x->tries[i] = (u16)e->o.task_id;
	x->own[i] = (s8)(e->arg >> 8);
	return true;
}

static bool op_vector(struct player *p, const struct event *e)
{
	if (e->arg > 0xff)
		return bad(p, "there is no vector %u", e->arg);
	vamp_vectors_set(&p->vm->vectors, (u8)e->arg);
	return true;
}

static bool op_raised(struct player *p, const struct event *e)
{
	if (e->arg >> 9)
		return bad(p, "there is no vector %u", e->arg);
	vamp_vectors_raised(&p->vm->vectors, (u8)e->arg, e->arg >> 8);
	return true;
}

static bool op_ask(struct player *p, const struct event *e)
{
	vamp_vcpu_ask(vcpu_of(p, e), e->arg);
	return true;
}

static bool op_weigh(struct player *p, const struct event *e)
{
	player_give(p, e->vcpu, vamp_vcpu_weight(p->vm, vcpu_of(p, e)));
	return true;
}

static bool op_room(struct player *p, const struct event *e)
{
	answer(p, OP_RESULT, 0, TASK_NO_ID, vamp_room_wanted(p->vm, e->o.now));
	return true;
}

static bool op_open(struct player *p, const struct event *e)
{
	vamp_room_open(p->vm, e->o.task_id);
	return true;
}

static bool op_close(struct player *p, const struct event *e)
{
	(void)e;
	vamp_room_close(p->vm);
	return true;
}

static bool op_place(struct player *p, const struct event *e)
{
	if (e->arg >= PLACED_COUNT)
		return bad(p, "there is no placement %u", e->arg);
	vamp_vcpu_place(vcpu_of(p, e), e->arg);
	return true;
}

static bool op_lost(struct player *p, const struct event *e)
{
	(void)e;
	p->lost = true;
	return true;
}

static const op_fn ops[OP_COUNT] = {
	[OP_MAKE] = op_make,	   [OP_CONFIG] = op_config,
	[OP_ENTRY] = op_entry,	   [OP_EXIT] = op_exit,
	[OP_HALT] = op_halt,	   [OP_PAUSE] = op_pause,
	[OP_SYNC] = op_sync,	   [OP_IPI] = op_ipi,
	[OP_INJECT] = op_inject,   [OP_INTR] = op_intr,
	[OP_AUDIO] = op_audio,	   [OP_INPUT] = op_input,
	[OP_OUTPUT] = op_output,   [OP_BEGIN] = op_begin,
	[OP_STEP] = op_step,	   [OP_END] = op_end,
	[OP_OVER] = op_over,	   [OP_PROFILE] = op_profile,
	[OP_LEARNED] = op_learned, [OP_VECTOR] = op_vector,
	[OP_RAISED] = op_raised,   [OP_ASK] = op_ask,
	[OP_WEIGH] = op_weigh,	   [OP_LOOK] = op_look,
	[OP_ROOM] = op_room,	   [OP_OPEN] = op_open,
	[OP_CLOSE] = op_close,	   [OP_PARAM] = op_param,
	[OP_PLACE] = op_place,	   [OP_LOST] = op_lost,
};

/* ---- the whole ---- */

void player_init(struct player *p, u32 format, const struct vamp_config *cfg,
		 const struct player_hooks *hooks, void *arg)
{
	*p = (struct player){
		.cfg = *cfg, .format = format, .hooks = *hooks, .arg = arg
	};
}

bool player_set(struct player *p, u32 i, u32 value)
{
	if (!vamp_param_set(&p->cfg, i, value))
		return false;
	p->set[i] = true;
	p->free = true;
	return true;
}

static void note_clocks(struct player *p, const struct event *e)
{
	u32 fields = op_fields(e->op, p->format);

	if (fields & HAS_NOW)
		p->now = e->o.now;
	if (!(fields & HAS_TIMES))
		return;
	p->seat[e->vcpu].now = e->o.now;
	p->seat[e->vcpu].run_delay = e->o.run_delay;
	p->seat[e->vcpu].cpu_time = e->o.cpu_time;
}

static bool play_call(struct player *p, const struct event *e)
{
	if (p->vm)
		note_clocks(p, e);
	if (op_is_call(e->op) && e->op != OP_MAKE)
		p->fresh = false;
	if (op_is_call(e->op))
		close_answers(p);
	if (p->free && p->vm && what_if(p, e))
		return !*p->error;
	return !ops[e->op] || (ops[e->op](p, e) && !*p->error);
}

bool player_play(struct player *p, const struct event *e)
{
	bool good = true;

	p->seq = p->played++;
	if (op_is_answer(e->op))
		compare(p, e);
	else
		good = play_call(p, e);
	return good;
}

void player_end(struct player *p)
{
	close_answers(p);
}

void player_free(struct player *p)
{
	free(p->vm);
	free(p->seat);
	free(p->answer);
	p->vm = NULL;
	p->seat = NULL;
	p->answer = NULL;
}
