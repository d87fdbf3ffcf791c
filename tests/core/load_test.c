// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * load_test.c - the ring of load epochs: boundaries, gaps, wrap.
 */
#include "fixture.h"

static struct vamp_load ring_at(u64 number)
{
	struct vamp_epoch e = { .number = number, .length = (u32)EPOCH };
	struct vamp_load l;

	vamp_load_init(&l, &e);
	return l;
}

static void the_period_is_rounded_up_to_a_power_of_two(void **state)
{
	static const u32 pairs[][2] = {
		{ 0, 2 },
		{ 1, 2 },
		{ 2, 2 },
		{ 3, 4 },
		{ 31, 32 },
		{ 32, 32 },
		{ 33, 64 },
		{ 513, 1024 },
		{ 1024, 1024 },
		{ 1025, 1024 },
		{ UINT32_MAX, 1024 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(pairs); i++)
		assert_int_equal(vamp_load_period(pairs[i][0]), pairs[i][1]);
}

static void an_epoch_holds_its_first_and_last_nanosecond_only(void **state)
{
	struct vamp_epoch e;

	(void)state;
	vamp_epoch_init(&e, 7 * EPOCH + 5, 32);
	assert_int_equal(e.number, 7);
	assert_int_equal(e.start, 7 * EPOCH);
	assert_true(vamp_epoch_holds(&e, 7 * EPOCH));
	assert_true(vamp_epoch_holds(&e, 8 * EPOCH - 1));
	assert_false(vamp_epoch_holds(&e, 8 * EPOCH));
	assert_false(vamp_epoch_holds(&e, 7 * EPOCH - 1));
}

static void an_epoch_can_be_sought_forwards_and_backwards(void **state)
{
	struct vamp_epoch e;

	(void)state;
	vamp_epoch_init(&e, 0, 1024);
	vamp_epoch_seek(&e, UINT64_MAX);
	assert_true(vamp_epoch_holds(&e, UINT64_MAX));
	vamp_epoch_seek(&e, 1024 * MS);
	assert_int_equal(e.number, 1);
	vamp_epoch_seek(&e, 1024 * MS - 1);
	assert_int_equal(e.number, 0);
}

static void the_window_leaves_the_current_epoch_out(void **state)
{
	struct vamp_load l = ring_at(100);

	(void)state;
	vamp_load_put(&l, 100, 5);
	assert_int_equal(vamp_load_window(&l, 100), 0);
	assert_int_equal(vamp_load_window(&l, 101), 5);
}

static void the_window_is_31_epochs_long(void **state)
{
	struct vamp_load l = ring_at(100);

	(void)state;
	vamp_load_put(&l, 100, 5);
	assert_int_equal(vamp_load_window(&l, 131), 5);
	assert_int_equal(vamp_load_window(&l, 132), 0);
}

static void a_gap_of_31_epochs_keeps_the_oldest_entry(void **state)
{
	struct vamp_load l = ring_at(100);

	(void)state;
	vamp_load_put(&l, 100, 5);
	vamp_load_put(&l, 131, 7);
	assert_int_equal(vamp_load_window(&l, 131), 5);
	assert_int_equal(vamp_load_window(&l, 132), 7);
}

static void a_gap_of_32_epochs_or_more_forgets_everything(void **state)
{
	static const u64 gaps[] = { 32, 33, 63, 64, 1000, UINT64_MAX - 1000 };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(gaps); i++) {
		struct vamp_load l = ring_at(100);
		u64 n = 100 + gaps[i];
		u64 e;

		for (e = 80; e <= 100; e++)
			vamp_load_put(&l, e, 5);
		vamp_load_put(&l, n, 7);
		assert_int_equal(vamp_load_window(&l, n), 0);
		assert_int_equal(vamp_load_window(&l, n + 1), 7);
	}
}

static void every_gap_clears_just_what_it_skips(void **state)
{
	u64 gap;

	(void)state;
	for (gap = 1; gap < LOAD_EPOCHS; gap++) {
		struct vamp_load l = ring_at(1000);
		u64 n = 1000 + LOAD_EPOCHS + gap;
		u64 e;

		for (e = 1000; e <= 1000 + LOAD_EPOCHS; e++)
			vamp_load_put(&l, e, 1);
		vamp_load_put(&l, n, 1);
		assert_int_equal(vamp_load_window(&l, n), LOAD_EPOCHS - gap);
	}
}

static void the_ring_wraps_without_mixing_epochs(void **state)
{
	struct vamp_load l = ring_at(5);
	u64 n, i;

	(void)state;
	for (n = 5; n < 500; n++) {
		u64 expected = 0;

		for (i = n > 5 + LOAD_WINDOW ? n - LOAD_WINDOW : 5; i < n; i++)
			expected += i * 3;
		vamp_load_put(&l, n, (u32)n);
		vamp_load_put(&l, n, (u32)n * 2);
		assert_int_equal(vamp_load_window(&l, n), expected);
	}
}

static void a_late_entry_lands_in_its_own_epoch(void **state)
{
	struct vamp_load l = ring_at(100);

	(void)state;
	vamp_load_put(&l, 110, 1);
	vamp_load_put(&l, 105, 2);
	assert_int_equal(l.last, 110);
	assert_int_equal(vamp_load_window(&l, 105), 0);
	assert_int_equal(vamp_load_window(&l, 106), 2);
	assert_int_equal(vamp_load_window(&l, 136), 3);
	assert_int_equal(vamp_load_window(&l, 137), 1);
}

static void
an_entry_older_than_the_ring_is_not_taken_for_a_new_one(void **state)
{
	struct vamp_load l = ring_at(100);

	(void)state;
	vamp_load_put(&l, 140, 1);
	vamp_load_put(&l, 109, 2);
	assert_int_equal(vamp_load_window(&l, 140), 2);
	vamp_load_put(&l, 108, 4);
	vamp_load_put(&l, 107, 8);
	assert_int_equal(vamp_load_window(&l, 140), 2);
	assert_int_equal(vamp_load_window(&l, 141), 1);
}

static void a_window_beyond_the_ring_counts_nothing_twice(void **state)
{
	struct vamp_load l = ring_at(100);
	u64 n;

	(void)state;
	for (n = 100; n < 200; n++)
		vamp_load_put(&l, n, 1);
	assert_int_equal(vamp_load_window(&l, 168), 0);
	assert_int_equal(vamp_load_window(&l, 169), 1);
	assert_int_equal(vamp_load_window(&l, 231), 0);
	assert_int_equal(vamp_load_window(&l, 0), 0);
	assert_int_equal(vamp_load_window(&l, UINT64_MAX), 0);
}

static void the_first_epochs_of_a_clock_are_like_others(void **state)
{
	struct vamp_load l = ring_at(0);
	u64 n;

	(void)state;
	for (n = 0; n < 40; n++) {
		vamp_load_put(&l, n, 1);
		assert_int_equal(vamp_load_window(&l, n), n < 31 ? n : 31);
	}
}

static void a_ring_is_valid_while_the_window_can_see_it(void **state)
{
	struct vamp_load l = ring_at(100);

	(void)state;
	assert_true(vamp_load_valid(&l, 50));
	assert_true(vamp_load_valid(&l, 131));
	assert_false(vamp_load_valid(&l, 132));
}

static void percent_is_of_the_window_and_at_most_100(void **state)
{
	const u64 window = EPOCH * LOAD_WINDOW;

	(void)state;
	assert_int_equal(vamp_load_pct(0, EPOCH), 0);
	assert_int_equal(vamp_load_pct(window / 2, EPOCH), 50);
	assert_int_equal(vamp_load_pct(window / 2 - 1, EPOCH), 49);
	assert_int_equal(vamp_load_pct(window, EPOCH), 100);
	assert_int_equal(vamp_load_pct(window * 3, EPOCH), 100);
	assert_int_equal(vamp_load_pct(1024 * MS * LOAD_WINDOW, 1024 * MS),
			 100);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_period_is_rounded_up_to_a_power_of_two),
		cmocka_unit_test(
			an_epoch_holds_its_first_and_last_nanosecond_only),
		cmocka_unit_test(an_epoch_can_be_sought_forwards_and_backwards),
		cmocka_unit_test(the_window_leaves_the_current_epoch_out),
		cmocka_unit_test(the_window_is_31_epochs_long),
		cmocka_unit_test(a_gap_of_31_epochs_keeps_the_oldest_entry),
		cmocka_unit_test(a_gap_of_32_epochs_or_more_forgets_everything),
		cmocka_unit_test(every_gap_clears_just_what_it_skips),
		cmocka_unit_test(the_ring_wraps_without_mixing_epochs),
		cmocka_unit_test(a_late_entry_lands_in_its_own_epoch),
		cmocka_unit_test(
			an_entry_older_than_the_ring_is_not_taken_for_a_new_one),
		cmocka_unit_test(a_window_beyond_the_ring_counts_nothing_twice),
		cmocka_unit_test(the_first_epochs_of_a_clock_are_like_others),
		cmocka_unit_test(a_ring_is_valid_while_the_window_can_see_it),
		cmocka_unit_test(percent_is_of_the_window_and_at_most_100),
	};

	return cmocka_run_group_tests_name("load", tests, NULL, NULL);
}
