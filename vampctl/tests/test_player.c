// SPDX-License-Identifier: GPL-2.0-or-later
/* test_player.c - answers that are compared, and other parameters. */
#include "scene.h"

#define LIST_MAX	4096

/* What a replay decided, and what of it was not what the module said. */
struct seen {
	struct decision d[LIST_MAX];
	uint64_t at[LIST_MAX];
	uint32_t nr;
	uint32_t differences;
	bool said, ours;
	uint8_t phase;
	uint32_t background;
	bool hog_slow;
};

static void decided(void *arg, const struct player *p, const struct decision *d)
{
	struct seen *s = arg;

	assert_true(s->nr < LIST_MAX);
	s->at[s->nr] = p->now;
	s->d[s->nr++] = *d;
	if (d->kind == DECIDED_CLASSES) {
		s->phase = p->vm->phase;
		s->background = p->vm->background;
	}
	if (d->kind == DECIDED_WEIGHT && !d->vcpu)
		s->hog_slow |= d->weight.nice > 0;
}

static void differs(void *arg, const struct player *p, const struct event *said,
		    const struct event *ours)
{
	struct seen *s = arg;

	(void)p;
	s->said |= said != NULL;
	s->ours |= ours != NULL;
	s->differences++;
}

static const struct player_hooks hooks = { .decided = decided,
					   .differs = differs };
static const struct vamp_config defaults = { VAMP_CONFIG_DEFAULTS };
static struct scene scene, answered;
static struct seen seen, other;

static void play(const struct scene *s, struct seen *to, const char *name,
		 uint32_t value)
{
	struct player p;

	*to = (struct seen){ 0 };
	player_init(&p, FORMAT, &defaults, &hooks, to);
	if (name)
		assert_true(player_set(&p, vamp_param_find(name), value));
	scene_play(s, &p);
	player_free(&p);
}

static uint32_t find(const struct scene *s, enum op kind, uint32_t from)
{
	while (from < s->nr && s->e[from].op != kind)
		from++;
	assert_true(from < s->nr);
	return from;
}

static int set_up(void **state)
{
	(void)state;
	scene_whole(&scene);
	scene_answer(&scene, &answered);
	return 0;
}

static void the_scene_has_a_slow_background_vcpu(void **state)
{
	(void)state;
	play(&answered, &seen, NULL, 0);
	assert_int_equal(seen.phase, PHASE_MIXED);
	assert_int_equal(seen.background, 1);
	assert_true(seen.hog_slow);
}

static void its_own_answers_are_no_difference(void **state)
{
	(void)state;
	play(&answered, &seen, NULL, 0);
	assert_int_equal(seen.differences, 0);
}

static void an_answer_that_is_another_is_one_difference(void **state)
{
	static const enum op ops[] = { OP_GAVE, OP_RESULT, OP_PHASE, OP_CLASS };

	(void)state;
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		struct event *e = &answered.e[find(&answered, ops[i], 0)];

		e->arg ^= 1;
		play(&answered, &seen, NULL, 0);
		e->arg ^= 1;
		assert_int_equal(seen.differences, 1);
		assert_true(seen.said && seen.ours);
	}
}

static void a_missing_answer_is_a_difference(void **state)
{
	uint32_t at = find(&answered, OP_RESULT, 0);

	(void)state;
	memmove(&answered.e[at], &answered.e[at + 1],
		(answered.nr-- - at - 1) * sizeof(answered.e[0]));
	play(&answered, &seen, NULL, 0);
	assert_int_equal(seen.differences, 1);
	assert_true(!seen.said && seen.ours);
}

static void an_answer_too_many_is_a_difference(void **state)
{
	struct event extra;

	(void)state;
	extra = answered.e[find(&answered, OP_GAVE, 0)];
	answered.e[answered.nr++] = extra;
	play(&answered, &seen, NULL, 0);
	assert_int_equal(seen.differences, 1);
	assert_true(seen.said && !seen.ours);
}

static void after_a_loss_nothing_is_compared(void **state)
{
	struct event *e = &answered.e[1];

	(void)state;
	*e = (struct event){ .op = OP_LOST, .o.task_id = 3 };
	answered.e[find(&answered, OP_RESULT, 0)].arg ^= 1;
	play(&answered, &seen, NULL, 0);
	assert_int_equal(seen.differences, 0);
}

static void the_same_value_set_leads_to_the_same_decisions(void **state)
{
	(void)state;
	play(&answered, &seen, NULL, 0);
	play(&answered, &other, "bg_load_thresh_pct", 50);
	assert_int_equal(other.nr, seen.nr);
	for (uint32_t i = 0; i < seen.nr; i++) {
		assert_int_equal(other.d[i].kind, seen.d[i].kind);
		assert_int_equal(other.d[i].weight.why, seen.d[i].weight.why);
		assert_int_equal(other.d[i].weight.nice, seen.d[i].weight.nice);
	}
}

static void a_higher_threshold_leaves_the_task_alone(void **state)
{
	(void)state;
	play(&answered, &other, "bg_load_thresh_pct", 99);
	assert_false(other.hog_slow);
	assert_int_equal(other.background, 0);
}

static uint64_t over_at(const struct seen *s)
{
	for (uint32_t i = 0; i < s->nr; i++)
		if (s->d[i].kind == DECIDED_OVER)
			return s->at[i];
	fail_msg("no phase ends");
	return 0;
}

static void a_shorter_phase_ends_by_its_own_time(void **state)
{
	uint64_t begin = scene.e[find(&scene, OP_INPUT, 0)].o.now;

	(void)state;
	play(&answered, &other, "max_interactive_phase_msec", 300);
	assert_in_range(over_at(&other) - begin, 300 * SCENE_MS,
			310 * SCENE_MS);
}

static void an_unheard_input_is_heard_where_it_would_be(void **state)
{
	(void)state;
	scene_make(&scene);
	scene_param(&scene, "kvm_vamp", 0);
	scene_run(&scene, 2000);
	scene_add(&scene, OP_UNHEARD)->arg = INPUT_ENTER;
	scene_run(&scene, 500);
	play(&scene, &seen, NULL, 0);
	assert_false(seen.hog_slow);
	play(&scene, &other, "kvm_vamp", 7);
	assert_int_equal(other.phase, PHASE_MIXED);
	assert_int_equal(other.background, 1);
	assert_true(other.hog_slow);
}

static void a_value_out_of_bounds_is_refused(void **state)
{
	struct player p;

	(void)state;
	player_init(&p, FORMAT, &defaults, &hooks, &seen);
	assert_false(player_set(&p, vamp_param_find("kvm_vamp"), 39));
	assert_false(player_set(&p, vamp_param_find("fast_slice_ns"), 1));
	assert_true(player_set(&p, vamp_param_find("fast_slice_ns"), 0));
}

static void nonsense_is_refused_with_a_reason(void **state)
{
	static const struct event bad[] = {
		{ .op = OP_LOOK, .arg = 1 },
		{ .op = OP_STEP },
		{ .op = OP_END },
		{ .op = OP_ENTRY, .arg = 4 },
		{ .op = OP_IPI, .arg = 2 << 8 },
		{ .op = OP_INJECT, .arg = 256 },
		{ .op = OP_INTR, .arg = 3 },
		{ .op = OP_VECTOR, .arg = 256 },
		{ .op = OP_RAISED, .arg = 512 },
		{ .op = OP_LEARNED, .arg = 1 << 16 },
		{ .op = OP_INPUT, .arg = INPUT_KINDS << 16 },
		{ .op = OP_PARAM, .arg = 2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct player p;

		scene_make(&scene);
		player_init(&p, FORMAT, &defaults, &hooks, &seen);
		scene_play(&scene, &p);
		assert_false(player_play(&p, &bad[i]));
		assert_true(*p.error);
		player_free(&p);
	}
}

#define test(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(the_scene_has_a_slow_background_vcpu),
		test(its_own_answers_are_no_difference),
		test(an_answer_that_is_another_is_one_difference),
		test(a_missing_answer_is_a_difference),
		test(an_answer_too_many_is_a_difference),
		test(after_a_loss_nothing_is_compared),
		test(the_same_value_set_leads_to_the_same_decisions),
		test(a_higher_threshold_leaves_the_task_alone),
		test(a_shorter_phase_ends_by_its_own_time),
		test(an_unheard_input_is_heard_where_it_would_be),
		test(a_value_out_of_bounds_is_refused),
		test(nonsense_is_refused_with_a_reason),
	};

	return cmocka_run_group_tests_name("player", tests, NULL, NULL);
}
