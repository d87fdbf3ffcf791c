/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scene.h - a small recording made up for tests: two vCPUs, a background task on
 * the first, an interactive one that wakes on the second, a user who presses
 * Enter, and the module that answers.
 */
#ifndef VAMPCTL_TESTS_SCENE_H
#define VAMPCTL_TESTS_SCENE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "replay/player.h"

#define SCENE_MAX	20000
#define SCENE_START	(100000 * VAMP_NSEC_PER_MSEC)
#define SCENE_MS	VAMP_NSEC_PER_MSEC
#define HOG		0x1111
#define SHELL		0x2222
#define IDLE		0x1000

struct scene {
	struct event e[SCENE_MAX];
	uint32_t nr;
	uint64_t now;
	struct {
		uint64_t run_delay, cpu_time;
	} v[2];
};

static inline struct event *scene_add(struct scene *s, enum op op)
{
	struct event *e = &s->e[s->nr++];

	assert_true(s->nr < SCENE_MAX);
	*e = (struct event){ .op = op };
	e->o.task_id = op_fields(op, FORMAT) & HAS_TASK ? 0 : TASK_NO_ID;
	if (op_fields(op, FORMAT) & HAS_NOW)
		e->o.now = s->now;
	return e;
}

static inline struct event *scene_on(struct scene *s, enum op kind,
				     uint32_t vcpu, uint64_t task)
{
	struct event *e = scene_add(s, kind);

	e->vcpu = vcpu;
	if (op_fields(kind, FORMAT) & HAS_TIMES) {
		e->o.run_delay = s->v[vcpu].run_delay;
		e->o.cpu_time = s->v[vcpu].cpu_time;
	}
	if (op_fields(kind, FORMAT) & HAS_TASK)
		e->o.task_id = task;
	return e;
}

static inline void scene_param(struct scene *s, const char *name,
			       uint32_t value)
{
	struct event *e = scene_add(s, OP_PARAM);

	e->o.task_id = vamp_param_find(name);
	e->arg = value;
	assert_true(e->o.task_id < VAMP_PARAMS);
}

/* The hog runs on vCPU 0 for @ms, the shell now and then on vCPU 1. */
static inline void scene_run(struct scene *s, uint32_t ms)
{
	for (uint32_t i = 0; i < ms; i += 4) {
		scene_on(s, OP_ENTRY, 0, HOG);
		scene_on(s, OP_ENTRY, 1, i % 64 < 4 ? SHELL : IDLE)->arg =
			i % 64 >= 4;
		s->now += 3 * SCENE_MS;
		s->v[0].cpu_time += 3 * SCENE_MS;
		s->v[1].cpu_time += i % 64 < 4 ? 3 * SCENE_MS : 0;
		scene_on(s, OP_EXIT, 0, HOG);
		scene_on(s, OP_EXIT, 1, i % 64 < 4 ? SHELL : IDLE);
		if (i % 64 >= 4)
			scene_on(s, OP_HALT, 1, 0);
		s->now += SCENE_MS;
		s->v[0].run_delay += SCENE_MS / 2;
	}
}

static inline void scene_make(struct scene *s)
{
	struct event *e;

	*s = (struct scene){ .now = SCENE_START };
	e = scene_add(s, OP_MAKE);
	e->arg = 2;
	e->o.task_id = 32;
	scene_param(s, "policy", 1);
	scene_param(s, "kvm_vamp", 13);
	scene_param(s, "max_interactive_phase_msec", 1000);
	scene_param(s, "tick_ns", 5000000);
}

static inline void scene_classify(struct scene *s)
{
	scene_on(s, OP_SYNC, 0, 0);
	scene_on(s, OP_SYNC, 1, 0);
	scene_add(s, OP_BEGIN);
	for (int i = 0; i < 5; i++)
		scene_add(s, OP_LOOK)->arg = 256;
	scene_add(s, OP_STEP);
	scene_add(s, OP_END);
	scene_on(s, OP_WEIGH, 0, 0);
	scene_on(s, OP_WEIGH, 1, 0);
}

static inline void scene_over(struct scene *s)
{
	scene_add(s, OP_OUTPUT);	/* does sound prolong it? */
	scene_add(s, OP_OVER);
	scene_on(s, OP_WEIGH, 0, 0);
	scene_on(s, OP_WEIGH, 1, 0);
}

/* Two seconds, Enter, the phase of one second, and half a second. */
static inline void scene_whole(struct scene *s)
{
	scene_make(s);
	scene_run(s, 2000);
	scene_add(s, OP_INPUT)->arg = INPUT_KEY_PRESS << 16 | INPUT_ENTER;
	scene_classify(s);
	scene_run(s, 1000);
	s->now += SCENE_MS;
	scene_over(s);
	scene_run(s, 500);
}

static inline void scene_play(const struct scene *s, struct player *p)
{
	for (uint32_t i = 0; i < s->nr; i++)
		assert_true(player_play(p, &s->e[i]));
	player_end(p);
}

static inline void scene_keep(void *arg, const struct player *p,
			      const struct event *said,
			      const struct event *ours)
{
	struct scene *to = arg;

	(void)p;
	assert_null(said);
	to->e[to->nr++] = *ours;
	assert_true(to->nr < SCENE_MAX);
}

/* @to is @from with the core's own answers, as the module would tell them. */
static inline void scene_answer(const struct scene *from, struct scene *to)
{
	static const struct player_hooks hooks = { .differs = scene_keep };
	struct vamp_config cfg = { VAMP_CONFIG_DEFAULTS };
	struct player p;

	to->nr = 0;
	player_init(&p, FORMAT, &cfg, &hooks, to);
	for (uint32_t i = 0; i < from->nr; i++) {
		to->e[to->nr++] = from->e[i];
		assert_true(player_play(&p, &from->e[i]));
		player_end(&p);
	}
	player_free(&p);
}

#endif /* VAMPCTL_TESTS_SCENE_H */
