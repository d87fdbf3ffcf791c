// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * task_test.c - the bounded table of guest tasks: lookup, eviction, recycling.
 */
#include "fixture.h"

#include <stdlib.h>

static struct vamp_epoch epoch = { .number = 9, .length = (u32)EPOCH };

static struct vamp_tasks *table_new(u32 nr_tasks, u32 nr_threads)
{
	struct vamp_tasks *t = calloc(1, sizeof(*t));
	void *mem = calloc(1, vamp_tasks_size(nr_tasks, nr_threads));

	assert_non_null(t);
	assert_non_null(mem);
	vamp_tasks_init(t, mem, nr_tasks, nr_threads);
	return t;
}

static void table_free(struct vamp_tasks *t)
{
	fix_check_tasks(t);
	free(t->task);
	free(t);
}

static u16 arrive(struct vamp_tasks *t, u64 id, u16 vcpu)
{
	u16 h;

	epoch.number++;
	h = vamp_tasks_arrive(t, id, vcpu, &epoch);

	if (h != TASK_NONE) {
		assert_int_equal(vamp_task_of(t, h)->id, id);
		assert_int_equal(t->thread[h].vcpu, vcpu);
	}
	return h;
}

static bool knows(const struct vamp_tasks *t, u64 id)
{
	return vamp_tasks_find(t, id) != TASK_NONE;
}

static void an_empty_table_knows_nobody(void **state)
{
	struct vamp_tasks *t = table_new(8, 16);

	(void)state;
	assert_false(knows(t, 0));
	assert_false(knows(t, 1));
	assert_false(knows(t, TASK_NO_ID));
	table_free(t);
}

static void a_task_has_one_thread_per_vcpu(void **state)
{
	struct vamp_tasks *t = table_new(8, 16);
	u16 a = arrive(t, 42, 0);
	u16 b = arrive(t, 42, 1);

	(void)state;
	assert_int_not_equal(a, b);
	assert_int_equal(arrive(t, 42, 0), a);
	assert_int_equal(arrive(t, 42, 1), b);
	assert_int_equal(t->used, 1);
	table_free(t);
}

static void id_0_and_the_greatest_id_are_ids_like_others(void **state)
{
	struct vamp_tasks *t = table_new(8, 16);

	(void)state;
	arrive(t, 0, 0);
	arrive(t, TASK_NO_ID - 2, 0);
	assert_true(knows(t, 0));
	assert_true(knows(t, TASK_NO_ID - 2));
	table_free(t);
}

static void the_least_recently_run_task_makes_room(void **state)
{
	struct vamp_tasks *t = table_new(4, 16);
	u64 id;

	(void)state;
	for (id = 1; id <= 4; id++)
		arrive(t, id, 0);
	arrive(t, 1, 0);
	arrive(t, 5, 0);
	assert_false(knows(t, 2));
	assert_true(knows(t, 1) && knows(t, 3) && knows(t, 4) && knows(t, 5));
	assert_int_equal(t->evicted, 1);
	table_free(t);
}

static void a_running_task_is_never_evicted(void **state)
{
	struct vamp_tasks *t = table_new(4, 16);
	u64 id;

	(void)state;
	vamp_task_of(t, arrive(t, 1, 0))->running = 1;
	for (id = 2; id < 100; id++)
		arrive(t, id, 1);
	assert_true(knows(t, 1));
	assert_int_equal(t->evicted, 99 - 4);
	table_free(t);
}

static void too_few_threads_cost_other_tasks_not_the_arriving_one(void **state)
{
	struct vamp_tasks *t = table_new(8, 4);
	u16 v;

	(void)state;
	arrive(t, 1, 0);
	arrive(t, 2, 0);
	arrive(t, 2, 1);
	for (v = 0; v < 4; v++)
		assert_int_not_equal(arrive(t, 3, v), TASK_NONE);
	assert_true(knows(t, 3));
	assert_false(knows(t, 1) || knows(t, 2));
	assert_int_equal(arrive(t, 3, 4), TASK_NONE);
	fix_check_tasks(t);
	table_free(t);
}

static void a_table_full_of_running_tasks_refuses(void **state)
{
	struct vamp_tasks *t = table_new(4, 16);
	u64 id;

	(void)state;
	for (id = 1; id <= 4; id++)
		vamp_task_of(t, arrive(t, id, 0))->running = 1;
	assert_int_equal(arrive(t, 5, 0), TASK_NONE);
	assert_int_equal(t->used, 4);
	table_free(t);
}

/* Whatever the guess, it is right exactly if arriving would change nothing. */
static void a_guess_is_right_only_if_nothing_would_change(void **state)
{
	struct vamp_tasks *t = table_new(2, 4);
	u16 mine = arrive(t, 7, 0);

	(void)state;
	assert_true(vamp_tasks_guess(t, mine, 7, 0, &epoch));
	assert_int_equal(vamp_tasks_arrive(t, 7, 0, &epoch), mine);
	assert_false(vamp_tasks_guess(t, TASK_NONE, 7, 0, &epoch));
	assert_false(vamp_tasks_guess(t, mine, 8, 0, &epoch));
	assert_false(vamp_tasks_guess(t, mine, 7, 1, &epoch));
	epoch.number++;
	assert_false(vamp_tasks_guess(t, mine, 7, 0, &epoch));
	arrive(t, 8, 0);
	arrive(t, 9, 0);
	assert_false(knows(t, 7));
	assert_false(vamp_tasks_guess(t, mine, 7, 0, &epoch));
	table_free(t);
}

static void an_evicted_id_comes_back_empty(void **state)
{
	struct vamp_tasks *t = table_new(2, 4);
	u16 h = arrive(t, 1, 0);

	(void)state;
	vamp_load_put(&t->thread[h].load, 9, 1000);
	vamp_task_of(t, h)->bg_conf = BG_CONF_MAX;
	vamp_task_of(t, h)->flags |= TASK_BACKGROUND;
	arrive(t, 2, 0);
	arrive(t, 3, 0);
	h = arrive(t, 1, 0);
	assert_int_equal(vamp_task_of(t, h)->bg_conf, 0);
	assert_int_equal(vamp_task_of(t, h)->flags, TASK_USED);
	assert_int_equal(vamp_task_of(t, h)->why, WHY_NEW_TASK);
	assert_int_equal(vamp_load_window(&t->thread[h].load, 10), 0);
	table_free(t);
}

static void refreshing_keeps_the_place_in_the_table_alone(void **state)
{
	struct vamp_tasks *t = table_new(4, 8);
	u16 a = arrive(t, 7, 0), b = arrive(t, 7, 1);
	struct vamp_task *k = vamp_task_of(t, a);

	(void)state;
	vamp_load_put(&t->thread[a].load, 9, 1000);
	vamp_load_put(&t->thread[b].load, 9, 1000);
	k->exec_ns = k->busy_since = k->answered = 5;
	k->bg_conf = k->load = 9;
	k->flags |= TASK_BACKGROUND;
	vamp_task_refresh(t, vamp_tasks_find(t, 7), &epoch);
	assert_int_equal(k->exec_ns + k->busy_since + k->answered, 0);
	assert_int_equal(k->bg_conf + k->load, 0);
	assert_int_equal(k->flags, TASK_USED);
	assert_int_equal(vamp_load_window(&t->thread[a].load, 10), 0);
	assert_int_equal(vamp_load_window(&t->thread[b].load, 10), 0);
	assert_int_equal(arrive(t, 7, 0), a);
	table_free(t);
}

/* ---- against a plain list, the newest first ---- */

#define MODEL_TASKS	16
#define MODEL_IDS	64

struct model {
	u64 id[MODEL_TASKS + 1];
	bool running[MODEL_IDS];
	u32 n;
};

static void model_remove(struct model *m, u32 at)
{
	memmove(&m->id[at], &m->id[at + 1], (m->n - at - 1) * sizeof(m->id[0]));
	m->n--;
}

static void model_evict(struct model *m)
{
	u32 at = m->n;

	while (at-- > 0) {
		if (m->running[m->id[at]])
			continue;
		model_remove(m, at);
		return;
	}
}

static void model_arrive(struct model *m, u64 id)
{
	u32 at;

	for (at = 0; at < m->n && m->id[at] != id; at++)
		;
	if (at < m->n)
		model_remove(m, at);
	else if (m->n == MODEL_TASKS)
		model_evict(m);
	memmove(&m->id[1], &m->id[0], m->n * sizeof(m->id[0]));
	m->id[0] = id;
	m->n++;
}

static bool model_knows(const struct model *m, u64 id)
{
	u32 at;

	for (at = 0; at < m->n; at++)
		if (m->id[at] == id)
			return true;
	return false;
}

/* At most eight run, so there is always one that can make room. */
static void toggle_running(struct vamp_tasks *t, struct model *m, u64 id)
{
	u32 i, n = 0;

	for (i = 0; i < MODEL_IDS; i++)
		n += m->running[i];
	if (!m->running[id] && n >= 8)
		return;
	m->running[id] = !m->running[id];
	t->task[vamp_tasks_find(t, id)].running = m->running[id];
}

static void the_table_does_what_a_plain_list_does(void **state)
{
	struct vamp_tasks *t = table_new(MODEL_TASKS, 64);
	struct model m = { .n = 0 };
	u64 rng = 7, id, i, j;

	(void)state;
	for (i = 0; i < 20000; i++) {
		id = fix_random(&rng, MODEL_IDS);
		arrive(t, id, (u16)fix_random(&rng, 3));
		model_arrive(&m, id);
		if (fix_random(&rng, 4) == 0)
			toggle_running(t, &m, id);
		assert_int_equal(t->used, m.n);
		for (j = 0; j < MODEL_IDS; j++)
			assert_int_equal(knows(t, j), model_knows(&m, j));
	}
	table_free(t);
}

/* ---- in a VM ---- */

static void a_million_ids_stay_within_the_table(void **state)
{
	struct fix *f = fix_new(&vamp_policy_vamp, 4, TRACK_TRAP);
	const u64 n = 1 << 20;
	u64 id;

	(void)state;
	for (id = 1; id <= n; id++) {
		f->now += 1000;
		f->v[id % 4].cpu_time += 4000;
		fix_entry(f, id % 4, id << (id % 20), false);
		if (id % 65536 == 0)
			fix_check(f);
	}
	assert_int_equal(f->vm->tasks.used, VM_TASKS);
	assert_true(f->vm->tasks.evicted > n / 2);
	fix_free(f);
}

static void many_tasks_on_all_vcpus_exhaust_threads_without_harm(void **state)
{
	struct fix *f = fix_new(&vamp_policy_vamp, 16, TRACK_SAMPLE);
	u64 i;

	(void)state;
	for (i = 0; i < 200000; i++) {
		u32 v = (u32)fix_random(&f->rng, 16);

		f->now += 1000;
		f->v[v].cpu_time += 16000;
		fix_entry(f, v, 1 + fix_random(&f->rng, 600), false);
	}
	fix_check(f);
	assert_true(f->vm->tasks.used < 600);
	assert_int_not_equal(f->vm->tasks.evicted, 0);
	fix_free(f);
}

/* A VM whose task 5 was background, and then did nothing for @ms. */
static struct fix *after_silence(u32 ms)
{
	struct fix *f = fix_new(&vamp_policy_vee14, 2, TRACK_TRAP);

	fix_run(f, 0, 5);
	fix_pass(f, 2000);
	fix_enter(f);
	assert_true(fix_background(f, 5));
	assert_int_equal(fix_task(f, 5)->bg_conf, 1);
	fix_run(f, 0, 6);
	fix_pass(f, ms);
	fix_run(f, 0, 5);
	return f;
}

static void an_id_that_comes_back_after_a_window_starts_fresh(void **state)
{
	struct fix *f = after_silence(1028);
	u32 potential;

	(void)state;
	assert_false(fix_background(f, 5));
	assert_int_equal(fix_task(f, 5)->bg_conf, 0);
	assert_int_equal(fix_task(f, 5)->exec_ns, 0);
	assert_int_equal(fix_task(f, 5)->why, WHY_NEW_TASK);
	assert_int_equal(vamp_task_load(f->vm,
					vamp_tasks_find(&f->vm->tasks, 5),
					f->now / EPOCH, &potential),
			 0);
	fix_free(f);
}

static void an_id_that_comes_back_within_a_window_is_the_same_task(void **state)
{
	struct fix *f = after_silence(1024);

	(void)state;
	assert_true(fix_background(f, 5));
	assert_int_equal(fix_task(f, 5)->bg_conf, 1);
	fix_free(f);
}

static void a_task_that_runs_elsewhere_is_no_recycled_id(void **state)
{
	struct fix *f = fix_new(&vamp_policy_vee14, 2, TRACK_TRAP);

	(void)state;
	f->step = 3000 * MS;
	fix_run(f, 0, 5);
	fix_run(f, 1, 6);
	fix_pass(f, 2000);
	fix_enter(f);
	f->step = 2500 * MS;
	f->now += 2000 * MS;
	fix_run(f, 1, 5);
	assert_true(fix_background(f, 5));
	assert_int_equal(fix_task(f, 5)->bg_conf, 1);
	fix_free(f);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_table_knows_nobody),
		cmocka_unit_test(a_task_has_one_thread_per_vcpu),
		cmocka_unit_test(id_0_and_the_greatest_id_are_ids_like_others),
		cmocka_unit_test(the_least_recently_run_task_makes_room),
		cmocka_unit_test(a_running_task_is_never_evicted),
		cmocka_unit_test(
			too_few_threads_cost_other_tasks_not_the_arriving_one),
		cmocka_unit_test(a_table_full_of_running_tasks_refuses),
		cmocka_unit_test(a_guess_is_right_only_if_nothing_would_change),
		cmocka_unit_test(an_evicted_id_comes_back_empty),
		cmocka_unit_test(refreshing_keeps_the_place_in_the_table_alone),
		cmocka_unit_test(the_table_does_what_a_plain_list_does),
		cmocka_unit_test(a_million_ids_stay_within_the_table),
		cmocka_unit_test(
			many_tasks_on_all_vcpus_exhaust_threads_without_harm),
		cmocka_unit_test(
			an_id_that_comes_back_after_a_window_starts_fresh),
		cmocka_unit_test(
			an_id_that_comes_back_within_a_window_is_the_same_task),
		cmocka_unit_test(a_task_that_runs_elsewhere_is_no_recycled_id),
	};

	return cmocka_run_group_tests_name("task", tests, NULL, NULL);
}
