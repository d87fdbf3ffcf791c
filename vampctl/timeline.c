// SPDX-License-Identifier: GPL-2.0-or-later
/* timeline.c - collects what happened in a phase. */
#include "timeline.h"

#include <stdlib.h>

#define GAPS		8000	/* a gap worth seeing is longer than window / GAPS */
#define SPANS_MAX	400000	/* of a vCPU */
#define WEIGHTS_MAX	200000
#define MARKS_MAX	20000
#define TASKS_MAX	2048

/* A vCPU, while it is watched. */
struct run {
	u64 since;		/* last event of its thread */
	u64 run_delay;
	bool seen, in_guest;
};

/* Room for one more behind @n; false without memory. */
static bool grow(void **list, u32 n, u32 *room, size_t size)
{
	void *more;

	if (n < *room)
		return true;
	more = realloc(*list, (*room * 2 + 64) * size);
	if (!more)
		return false;
	*list = more;
	*room = *room * 2 + 64;
	return true;
}

/* ---- phases ---- */

static bool begins(const struct decision *d)
{
	return (d->kind == DECIDED_INPUT || d->kind == DECIDED_OUTPUT) &&
	       (d->effect == EFFECT_STARTED || d->effect == EFFECT_RESTARTED);
}

static struct phase_info *current(struct phases *x)
{
	return x->in_one ? &x->phase[x->nr - 1] : NULL;
}

static void end_phase(struct phases *x, u64 now)
{
	if (x->in_one)
		current(x)->end = now;
	x->in_one = false;
}

static void begin_phase(struct phases *x, u64 now, bool output)
{
	end_phase(x, now);
	if (x->nr == PHASES_MAX ||
	    !grow((void **)&x->phase, x->nr, &x->room, sizeof(*x->phase)))
		return;
	x->phase[x->nr++] = (struct phase_info){ .begin = now,
						 .end = now,
						 .output = output };
	x->in_one = true;
}

static void note_classes(struct phase_info *phase, const struct vamp_vm *vm)
{
	if (phase->phase != PHASE_NORMAL)
		return;
	phase->phase = vm->phase;
	phase->load = vm->vm_load;
	phase->background = vm->background;
}

void phases_decided(void *phases, const struct player *p,
		    const struct decision *d)
{
	struct phases *x = phases;

	if (begins(d))
		begin_phase(x, p->now, d->kind == DECIDED_OUTPUT);
	if (!x->in_one)
		return;
	if (d->kind == DECIDED_INPUT && d->effect != EFFECT_IGNORED)
		current(x)->inputs++;
	else if (d->kind == DECIDED_CLASSES)
		note_classes(current(x), p->vm);
	else if (d->kind == DECIDED_OVER)
		end_phase(x, p->now);
}

void phases_end(struct phases *x, const struct player *p)
{
	if (!x->in_one)
		return;
	current(x)->open = true;
	end_phase(x, p->now);
}

void phases_free(struct phases *x)
{
	free(x->phase);
}

/* ---- a timeline ---- */

void timeline_init(struct timeline *t, const struct phase_info *phase,
		   u64 margin)
{
	*t = (struct timeline){ .phase = *phase };
	t->from = vamp_sub(phase->begin, margin);
	t->to = phase->end + margin;
	t->gap = (t->to - t->from) / GAPS;
}

static bool make_lanes(struct timeline *t, const struct player *p)
{
	if (t->lane)
		return true;
	t->lanes = p->vm->nr_vcpus;
	t->lane = calloc(t->lanes, sizeof(*t->lane));
	t->run = calloc(t->lanes, sizeof(*t->run));
	return t->lane && t->run;
}

static u8 class_of(const struct player *p, u64 id)
{
	const struct vamp_vm *vm = p->vm;
	u16 i = vamp_tasks_find(&vm->tasks, id);

	if (id == vm->system_task)
		return LANE_SYSTEM;
	if (i == TASK_NONE)
		return LANE_LATER;
	if (vm->tasks.task[i].flags & TASK_BACKGROUND)
		return LANE_BACKGROUND;
	if (vamp_audio_is(vm, &vm->tasks.task[i], p->now))
		return LANE_AUDIO;
	return LANE_INTERACTIVE;
}

/* Outside of phases nobody is background: what counts is what will be. */
static u8 class_now(const struct timeline *t, const struct player *p, u64 id)
{
	if (!t->classified || p->vm->phase == PHASE_NORMAL)
		return LANE_LATER;
	return class_of(p, id);
}

static void add_span(struct timeline *t, u32 vcpu, struct span s)
{
	struct lane *l = &t->lane[vcpu];
	struct span *last = l->spans ? &l->span[l->spans - 1] : NULL;

	if (s.from < t->from)
		s.from = t->from;
	if (s.to > t->to)
		s.to = t->to;
	if (s.from >= s.to)
		return;
	s.ran = s.to - s.from;
	if (last && last->task == s.task && last->class == s.class &&
	    s.from <= last->to + t->gap && s.to >= last->to) {
		last->to = s.to;
		last->ran += s.ran;
		return;
	}
	if (l->spans == SPANS_MAX ||
	    !grow((void **)&l->span, l->spans, &l->span_room, sizeof(s)))
		t->full = true;
	else
		l->span[l->spans++] = s;
}

/* From @from to @to, of which it waited @waited; where is not known. */
static void add_run(struct timeline *t, const struct player *p, u32 vcpu,
		    u64 from, u64 to, u64 waited)
{
	u64 id = p->vm->vcpu[vcpu].task_id;
	struct span wait = { from, from + waited, .class = LANE_WAIT };
	struct span run = { from + waited, to, .task = id,
			    .class = class_now(t, p, id) };

	add_span(t, vcpu, wait);
	if (id != TASK_NO_ID)
		add_span(t, vcpu, run);
}

/* What the thread did since its last event. */
static void account(struct timeline *t, const struct player *p,
		    const struct event *e, bool was_in_guest)
{
	struct run *r = &t->run[e->vcpu];
	u64 waited = vamp_min(vamp_sub(e->o.run_delay, r->run_delay),
			      vamp_sub(e->o.now, r->since));
	struct span wait = { e->o.now - waited, e->o.now, .class = LANE_WAIT };

	if (r->seen && was_in_guest)
		add_run(t, p, e->vcpu, r->since, e->o.now, waited);
	else if (r->seen)
		add_span(t, e->vcpu, wait);
	r->seen = true;
	r->since = vamp_max(r->since, e->o.now);
	r->run_delay = vamp_max(r->run_delay, e->o.run_delay);
}

bool timeline_before(struct timeline *t, const struct player *p,
		     const struct event *e)
{
	if (e->op == OP_INPUT || e->op == OP_UNHEARD) {
		t->kind = e->arg >> 16;
		t->code = e->arg & 0xffff;
	}
	return !p->vm || make_lanes(t, p);
}

bool timeline_after(struct timeline *t, const struct player *p,
		    const struct event *e)
{
	struct run *r;

	if (!p->vm || !make_lanes(t, p) || !(op_kinds[e->op].fields & HAS_VCPU))
		return t->lane || !p->vm;
	r = &t->run[e->vcpu];
	if (op_kinds[e->op].fields & HAS_TIMES)
		account(t, p, e, r->in_guest);
	if (e->op == OP_ENTRY)
		r->in_guest = true;
	else if (e->op == OP_EXIT || e->op == OP_PAUSE)
		r->in_guest = false;
	return true;
}

static void add_mark(struct timeline *t, const struct player *p,
		     const struct decision *d)
{
	if (p->now < t->from || p->now > t->to)
		return;
	if (t->marks == MARKS_MAX || !grow((void **)&t->mark, t->marks,
					   &t->mark_room, sizeof(*t->mark))) {
		t->full = true;
		return;
	}
	t->mark[t->marks++] = (struct mark){
		.at = p->now,
		.output = d->kind == DECIDED_OUTPUT,
		.kind = t->kind,
		.code = t->code,
		.effect = (u8)d->effect,
	};
}

static void add_weight(struct timeline *t, const struct player *p,
		       const struct decision *d)
{
	struct lane *l = &t->lane[d->vcpu];
	u64 now = p->now < t->from ? t->from : p->now;

	if (l->weights)
		l->weight[l->weights - 1].to = now;
	if (p->now > t->to)
		return;
	/* Before the window only the last counts. */
	if (l->weights && l->weight[l->weights - 1].from == now)
		l->weights--;
	if (l->weights == WEIGHTS_MAX ||
	    !grow((void **)&l->weight, l->weights, &l->weight_room,
		  sizeof(*l->weight))) {
		t->full = true;
		return;
	}
	l->weight[l->weights++] =
		(struct weight_span){ now, t->to, d->weight.nice,
				      d->weight.why };
}

static struct task_row *row_of(struct timeline *t, u64 id)
{
	u32 i;

	for (i = 0; i < t->tasks; i++)
		if (t->task[i].id == id)
			return &t->task[i];
	if (t->tasks == TASKS_MAX || !grow((void **)&t->task, t->tasks,
					   &t->task_room, sizeof(*t->task))) {
		t->full = true;
		return NULL;
	}
	t->task[t->tasks] = (struct task_row){ .id = id,
					       .class = LANE_INTERACTIVE,
					       .why = WHY_NEW_TASK };
	return &t->task[t->tasks++];
}

/* The first classification of the phase names the classes. */
static void note_tasks(struct timeline *t, const struct player *p)
{
	const struct vamp_tasks *x = &p->vm->tasks;
	struct task_row *row;
	u32 i;

	for (i = 0; i < x->nr_tasks; i++) {
		if (!(x->task[i].flags & TASK_USED))
			continue;
		row = row_of(t, x->task[i].id);
		if (!row)
			continue;
		row->class = class_of(p, row->id);
		row->load = x->task[i].load;
		row->why = x->task[i].why;
	}
}

/* Every input, and sound that began a phase or prolonged one. */
static bool is_mark(const struct decision *d)
{
	return d->kind == DECIDED_INPUT ||
	       (d->kind == DECIDED_OUTPUT && d->effect != EFFECT_IGNORED);
}

void timeline_decided(void *timeline, const struct player *p,
		      const struct decision *d)
{
	struct timeline *t = timeline;

	if (!t->lane)
		return;
	if (begins(d) && p->now == t->phase.begin)
		t->cfg = p->cfg;
	if (is_mark(d))
		add_mark(t, p, d);
	if (d->kind == DECIDED_WEIGHT)
		add_weight(t, p, d);
	if (d->kind != DECIDED_CLASSES || t->classified ||
	    p->now < t->phase.begin || p->now > t->phase.end)
		return;
	note_tasks(t, p);
	t->classified = true;
}

u8 timeline_class(const struct timeline *t, const struct span *s)
{
	u32 i;

	if (s->class != LANE_LATER)
		return s->class;
	for (i = 0; i < t->tasks; i++)
		if (t->task[i].id == s->task)
			return t->task[i].class;
	return LANE_INTERACTIVE;
}

static void count_span(struct timeline *t, const struct span *s)
{
	struct task_row *row;

	if (s->class == LANE_WAIT || s->to <= t->phase.begin ||
	    s->from >= t->phase.end)
		return;
	row = row_of(t, s->task);
	if (row)
		row->ran += s->ran;
}

static int heavier(const void *a, const void *b)
{
	const struct task_row *x = a, *y = b;

	return (x->ran < y->ran) - (x->ran > y->ran);
}

void timeline_end(struct timeline *t)
{
	u32 i, n;

	for (i = 0; i < t->lanes; i++)
		for (n = 0; n < t->lane[i].spans; n++)
			count_span(t, &t->lane[i].span[n]);
	for (i = 0; i < t->lanes; i++)
		for (n = 0; n < t->lane[i].spans; n++)
			t->lane[i].span[n].class =
				timeline_class(t, &t->lane[i].span[n]);
	/* A VM is made with room for two vCPUs at least. */
	while (t->lanes > 1 && !t->lane[t->lanes - 1].spans &&
	       !t->lane[t->lanes - 1].weights)
		t->lanes--;
	if (t->tasks)
		qsort(t->task, t->tasks, sizeof(*t->task), heavier);
}

void timeline_free(struct timeline *t)
{
	u32 i;

	for (i = 0; i < t->lanes && t->lane; i++) {
		free(t->lane[i].span);
		free(t->lane[i].weight);
	}
	free(t->lane);
	free(t->run);
	free(t->mark);
	free(t->task);
}
