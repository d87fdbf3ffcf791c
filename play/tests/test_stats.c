// SPDX-License-Identifier: GPL-2.0-or-later
/* test_stats.c - quantiles and their intervals. */
#include "test.h"

#include "stats.h"

static uint32_t seed;
static size_t memory;		/* allocations until there is none; 0: enough */

/* In place of calloc(), by the linker. */
void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);

void *__wrap_calloc(size_t n, size_t size)
{
	if (memory && !--memory)
		return NULL;
	return __real_calloc(n, size);
}

static double any(void)
{
	seed = seed * 1664525 + 1013904223;
	return (double)(seed >> 8) / (1 << 24);
}

static bool near(double a, double b)
{
	return a - b < 1e-9 && b - a < 1e-9;
}

static void quantiles_lie_between_values(void **state)
{
	double v[] = { 40, 10, 30, 20 };
	struct stats s;

	(void)state;
	stats_of(v, COUNT(v), &s);
	assert_true(near(s.median.value, 25));
	assert_true(near(s.p95.value, 38.5));
	assert_true(near(s.mean, 25));
	assert_true(near(s.least, 10) && near(s.most, 40));
}

static void nothing_is_said_of_nothing(void **state)
{
	struct stats s;
	double v = 7;

	(void)state;
	stats_of(&v, 0, &s);
	assert_int_equal(s.n, 0);
	stats_of(&v, 1, &s);
	assert_true(near(s.p99.value, 7));
	assert_false(s.median.has_low || s.median.has_high);
}

/* 6 values are the least that bound a median, 72 a 95th percentile. */
static void too_few_values_do_not_bound(void **state)
{
	static double v[400];
	struct stats s;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(v); i++)
		v[i] = any();
	stats_of(v, 5, &s);
	assert_false(s.median.has_low);
	stats_of(v, 6, &s);
	assert_true(s.median.has_low && s.median.has_high);
	assert_true(s.p95.has_low && !s.p95.has_high);
	stats_of(v, 71, &s);
	assert_false(s.p95.has_high);
	stats_of(v, 72, &s);
	assert_true(s.p95.has_high);
	stats_of(v, COUNT(v), &s);
	assert_true(s.p99.has_high);
	assert_true(s.median.low <= s.median.value &&
		    s.median.value <= s.median.high);
	assert_true(s.p99.high <= s.most);
}

/* It would take minutes. */
static void too_many_values_have_no_interval(void **state)
{
	static double v[STATS_VALUES_MAX + 1];
	struct stats s;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(v); i++)
		v[i] = any();
	stats_of(v, COUNT(v), &s);
	assert_false(s.median.has_low || s.p99.has_high);
	assert_true(s.median.value > 0.4 && s.median.value < 0.6);
}

/* Whichever allocation fails; the quantiles need none. */
static void without_memory_there_are_no_intervals(void **state)
{
	double v[40];
	struct stats s;
	size_t i, first;

	(void)state;
	for (first = 1; first <= 3; first++) {
		for (i = 0; i < COUNT(v); i++)
			v[i] = (double)i;
		memory = first;
		stats_of(v, COUNT(v), &s);
		assert_int_equal(memory, 0);
		assert_true(near(s.median.value, 19.5));
		assert_false(s.median.has_low || s.median.has_high);
	}
}

static void the_interval_covers_the_truth(void **state)
{
	struct stats s;
	double v[40];
	size_t i, run, covered = 0;

	(void)state;
	seed = 1;
	for (run = 0; run < 100; run++) {
		for (i = 0; i < COUNT(v); i++)
			v[i] = any();
		stats_of(v, COUNT(v), &s);
		covered += s.median.low <= 0.5 && s.median.high >= 0.5;
	}
	assert_in_range(covered, 88, 99);
}

static void the_same_values_give_the_same_interval(void **state)
{
	double a[30], b[30];
	struct stats x, y;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(a); i++)
		b[COUNT(a) - 1 - i] = a[i] = any();
	stats_of(a, COUNT(a), &x);
	stats_of(b, COUNT(b), &y);
	assert_true(near(x.median.low, y.median.low));
	assert_true(near(x.p95.low, y.p95.low));
}

int main(void)
{
	static const struct CMUnitTest list[] = {
		cmocka_unit_test(quantiles_lie_between_values),
		cmocka_unit_test(nothing_is_said_of_nothing),
		cmocka_unit_test(too_few_values_do_not_bound),
		cmocka_unit_test(too_many_values_have_no_interval),
		cmocka_unit_test(without_memory_there_are_no_intervals),
		cmocka_unit_test(the_interval_covers_the_truth),
		cmocka_unit_test(the_same_values_give_the_same_interval),
	};

	return cmocka_run_group_tests(list, NULL, NULL);
}
