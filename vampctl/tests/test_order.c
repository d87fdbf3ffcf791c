// SPDX-License-Identifier: GPL-2.0-or-later
/* test_order.c - events of several CPUs in one order. */
#include "order.h"
#include "scene.h"

struct taken {
	uint64_t next, lost, losses;
	bool stop;
};

/* Each event has its number in arg. */
static bool take(void *arg, const struct event *e)
{
	struct taken *t = arg;

	if (e->op == OP_LOST) {
		t->lost += e->o.task_id;
		t->losses++;
		t->next += e->o.task_id;
		return true;
	}
	assert_int_equal(e->arg, t->next);
	t->next++;
	return !t->stop;
}

static bool add(struct order *o, uint64_t seq)
{
	struct event e = { .op = OP_HALT, .arg = (uint32_t)seq };

	return order_add(o, seq, &e);
}

static void any_order_within_the_window_is_put_right(void **state)
{
	struct taken t = { 0 };
	struct order *o = order_new(take, &t);

	(void)state;
	for (uint32_t i = 0; i < 10007; i++)
		assert_true(add(o, (uint64_t)i * 6151 % 10007));
	assert_int_equal(t.next, 10007);
	assert_true(order_end(o));
	assert_int_equal(t.lost, 0);
	order_free(o);
}

static void a_gap_is_one_loss_with_its_length(void **state)
{
	struct taken t = { 0 };
	struct order *o = order_new(take, &t);

	(void)state;
	for (uint32_t i = 0; i < 1000; i++)
		if (i < 500 || i >= 507)
			assert_true(add(o, i));
	assert_int_equal(t.next, 500);
	assert_true(order_end(o));
	assert_int_equal(t.next, 1000);
	assert_int_equal(t.lost, 7);
	assert_int_equal(t.losses, 1);
	assert_int_equal(order_lost(o), 7);
	order_free(o);
}

static void what_is_missing_is_not_waited_for_for_ever(void **state)
{
	struct taken t = { 0 };
	struct order *o = order_new(take, &t);

	(void)state;
	for (uint32_t i = 1; i <= ORDER_WINDOW; i++)
		assert_true(add(o, i));
	assert_int_equal(t.next, ORDER_WINDOW + 1);
	assert_int_equal(t.lost, 1);
	order_free(o);
}

static void a_jump_beyond_the_window_is_a_loss(void **state)
{
	struct taken t = { 0 };
	struct order *o = order_new(take, &t);

	(void)state;
	assert_true(add(o, 0) && add(o, 2) && add(o, 1ull << 31));
	assert_true(order_end(o));
	assert_int_equal(t.next, (1ull << 31) + 1);
	assert_int_equal(t.lost, (1ull << 31) - 2);
	order_free(o);
}

static void what_comes_twice_or_late_is_given_once(void **state)
{
	struct taken t = { 0 };
	struct order *o = order_new(take, &t);

	(void)state;
	assert_true(add(o, 0) && add(o, 1) && add(o, 0) && add(o, 3) &&
		    add(o, 3) && add(o, 2));
	assert_int_equal(t.next, 4);
	order_free(o);
}

static void who_wants_no_more_gets_no_more(void **state)
{
	struct taken t = { .stop = true };
	struct order *o = order_new(take, &t);

	(void)state;
	assert_true(add(o, 1));
	assert_false(add(o, 0));
	assert_int_equal(t.next, 1);
	order_free(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_order_within_the_window_is_put_right),
		cmocka_unit_test(a_gap_is_one_loss_with_its_length),
		cmocka_unit_test(what_is_missing_is_not_waited_for_for_ever),
		cmocka_unit_test(a_jump_beyond_the_window_is_a_loss),
		cmocka_unit_test(what_comes_twice_or_late_is_given_once),
		cmocka_unit_test(who_wants_no_more_gets_no_more),
	};

	return cmocka_run_group_tests_name("order", tests, NULL, NULL);
}
