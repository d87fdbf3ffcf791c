// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <errno.h>
#include <string.h>

static void lists_come_back_in_their_shortest_form(void **state)
{
	static const char *const lists[][2] = {
		{ "", "" },
		{ "0", "0" },
		{ "3-3", "3" },
		{ "0-1,2", "0-2" },
		{ "5,1,3", "1,3,5" },
		{ "62-65,1023", "62-65,1023" },
		{ "0-1023", "0-1023" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct vamp_cpus s = cpus_of(lists[i][0]);

		expect_cpus(&s, lists[i][1]);
	}
}

static void what_is_no_list_is_refused(void **state)
{
	static const char *const bad[] = {
		" ",
		",",
		"1,",
		"-1",
		"1-",
		"2-1",
		"1024",
		"a",
		"1 ",
		"0-1024",
		"+1",
		"1--2",
		"1,,2",
		"0x1",
		"1\n",
		"1-2-3",
		"99999999999999999999",
	};
	struct vamp_cpus s;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(vamp_cpus_parse(&s, bad[i]), -EINVAL);
}

static void a_list_that_does_not_fit_is_an_error_not_a_cut_one(void **state)
{
	struct vamp_cpus s = cpus_of("10-12,14");
	char text[9];

	(void)state;
	for (size_t size = 0; size < sizeof(text); size++)
		assert_int_equal(vamp_cpus_print(&s, text, size), -EMSGSIZE);
	assert_int_equal(vamp_cpus_print(&s, text, sizeof(text)), 8);
}

static void sets_are_compared_member_by_member(void **state)
{
	struct vamp_cpus a = cpus_of("0-3,64"), b = cpus_of("2,64-70");
	struct vamp_cpus both = vamp_cpus_and(&a, &b);

	(void)state;
	expect_cpus(&both, "2,64");
	assert_true(vamp_cpus_within(&both, &a));
	assert_false(vamp_cpus_within(&b, &a));
	assert_int_equal(vamp_cpus_count(&b), 8);
	assert_false(vamp_cpus_has(&a, VAMP_CHANNEL_CPUS));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_come_back_in_their_shortest_form),
		cmocka_unit_test(what_is_no_list_is_refused),
		cmocka_unit_test(
			a_list_that_does_not_fit_is_an_error_not_a_cut_one),
		cmocka_unit_test(sets_are_compared_member_by_member),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
