// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include "sets.h"

static void choose(const char *online, struct sets_wish w, const char *fast,
		   const char *slow)
{
	struct vamp_cpus cpus = cpus_of(online);
	struct sides s;

	assert_true(sets_choose(&cpus, &w, &s));
	expect_cpus(&s.fast, fast);
	expect_cpus(&s.slow, slow);
}

/* All modes, sizes, loads and wishes that there can be on up to 10 CPUs. */
static void always_disjoint_and_never_empty(void **state)
{
	struct vamp_cpus online = { { 0 } }, both;
	struct sides s;

	(void)state;
	vamp_cpus_add(&online, 0);
	for (unsigned int n = 2; n <= 10; n++) {
		vamp_cpus_add(&online, 3 * n);
		for (unsigned int i = 0; i < 4 * 13 * 13 * 15 * 2; i++) {
			struct sets_wish w = {
				.mode = i % 4,
				.fast = i / 4 % 13,
				.grown = i / 52 % 13,
				.load = i / 676 % 15 * 90,
				.audio = i / 10140,
			};

			assert_true(sets_choose(&online, &w, &s));
			both = vamp_cpus_and(&s.fast, &s.slow);
			assert_true(vamp_cpus_empty(&both));
			assert_false(vamp_cpus_empty(&s.slow));
			assert_int_equal(vamp_cpus_count(&s.slow) +
						 vamp_cpus_count(&s.fast),
					 n);
			assert_true(vamp_cpus_count(&s.fast) >=
				    (w.audio && n > 2 ? 2u : 1u));
		}
	}
}

static void one_cpu_is_no_choice(void **state)
{
	struct vamp_cpus online = cpus_of("3");
	struct sets_wish w = { .mode = SETS_STATIC, .fast = 1 };
	struct sides s;

	(void)state;
	assert_false(sets_choose(&online, &w, &s));
}

static void lowest_cpus_are_fast(void **state)
{
	struct sets_wish w = { .mode = SETS_STATIC, .fast = 2 };

	(void)state;
	choose("0-3", w, "0-1", "2-3");
	choose("1,4,6,9", w, "1,4", "6,9");
}

static void all_may_run_anywhere_while_cpus_are_to_spare(void **state)
{
	struct vamp_cpus online = cpus_of("0-3");
	struct sets_wish w = { .mode = SETS_STATIC, .fast = 2 };
	struct sides s;

	(void)state;
	assert_true(sets_choose(&online, &w, &s));
	expect_cpus(&s.others, "0-1");
	assert_false(s.niced);
	w.spare = true;
	assert_true(sets_choose(&online, &w, &s));
	expect_cpus(&s.others, "0-3");
	expect_cpus(&s.slow, "0-3");
	expect_cpus(&s.fast, "0-1");
	assert_true(s.niced);
}

static void background_does_not_where_it_would_not_yield(void **state)
{
	struct vamp_cpus online = cpus_of("0-3");
	struct sets_wish w = {
		.mode = SETS_STATIC, .fast = 2, .spare = true, .apart = true
	};
	struct sides s;

	(void)state;
	assert_true(sets_choose(&online, &w, &s));
	expect_cpus(&s.others, "0-3");
	expect_cpus(&s.slow, "2-3");
	assert_true(s.niced);
}

static void as_many_fast_as_there_are_cpus_mean_one(void **state)
{
	struct sets_wish w = { .mode = SETS_DYNAMIC, .fast = 2 };

	(void)state;
	choose("0-1", w, "0", "1");
	w.fast = 4;
	choose("0-3", w, "0", "1-3");
}

static void growing_takes_from_slow_until_one_is_left(void **state)
{
	struct sets_wish w = { .mode = SETS_DYNAMIC_LOAD, .fast = 2 };

	(void)state;
	w.grown = 1;
	choose("0-3", w, "0-2", "3");
	w.grown = 7;
	choose("0-3", w, "0-2", "3");
}

static void load_takes_as_many_slow_as_it_needs(void **state)
{
	struct sets_wish w = { .mode = SETS_LOAD, .fast = 2 };

	(void)state;
	w.load = 100;
	choose("0-7", w, "0-6", "7");
	w.load = 101;
	choose("0-7", w, "0-5", "6-7");
	w.load = 790;
	choose("0-7", w, "0-1", "2-7");
}

static void sound_needs_two_fast_ones(void **state)
{
	struct sets_wish w = { .mode = SETS_STATIC, .fast = 1, .audio = true };

	(void)state;
	choose("0-3", w, "0-1", "2-3");
	choose("0-1", w, "0", "1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(always_disjoint_and_never_empty),
		cmocka_unit_test(one_cpu_is_no_choice),
		cmocka_unit_test(lowest_cpus_are_fast),
		cmocka_unit_test(all_may_run_anywhere_while_cpus_are_to_spare),
		cmocka_unit_test(background_does_not_where_it_would_not_yield),
		cmocka_unit_test(as_many_fast_as_there_are_cpus_mean_one),
		cmocka_unit_test(growing_takes_from_slow_until_one_is_left),
		cmocka_unit_test(load_takes_as_many_slow_as_it_needs),
		cmocka_unit_test(sound_needs_two_fast_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
