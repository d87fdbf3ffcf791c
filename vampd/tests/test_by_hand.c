// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "by_hand.h"

static struct ranges r;
static uint32_t vector;

static void expect(uint32_t i, uint64_t first, uint64_t last, uint32_t space,
		   uint32_t access)
{
	assert_true(i < r.count);
	assert_int_equal(r.range[i].first, first);
	assert_int_equal(r.range[i].last, last);
	assert_int_equal(r.range[i].space, space);
	assert_int_equal(r.range[i].access, access);
}

static void nothing_said_is_nothing(void **state)
{
	(void)state;
	assert_false(by_hand_any());
	by_hand_find(1, "", &r, &vector);
	assert_int_equal(r.count, 0);
	assert_int_equal(vector, 0);
}

static void ranges_of_a_process(void **state)
{
	(void)state;
	assert_null(by_hand_sound(
		"1234:io:0xc000-0xc3ff:r,mem:0xfebf0000-0xfebf3fff,mem:0x1-0x1:w,io:0x0-0xffff:rw"));
	assert_true(by_hand_any());
	by_hand_find(1234, "x", &r, &vector);
	assert_int_equal(r.count, 4);
	expect(0, 0xc000, 0xc3ff, VAMP_SOUND_PIO, VAMP_SOUND_READ);
	expect(1, 0xfebf0000, 0xfebf3fff, VAMP_SOUND_MMIO, 3);
	expect(2, 1, 1, VAMP_SOUND_MMIO, VAMP_SOUND_WRITE);
	expect(3, 0, 0xffff, VAMP_SOUND_PIO, 3);
	by_hand_find(123, "1234", &r, &vector);
	assert_int_equal(r.count, 0);
	by_hand_find(12345, "", &r, &vector);
	assert_int_equal(r.count, 0);
}

static void ranges_and_vector_of_a_name_with_colons(void **state)
{
	(void)state;
	assert_null(by_hand_sound(
		"a:b c:mem:0xffffffffffffffff-0xffffffffffffffff"));
	assert_null(by_hand_vector("a:b c:0xfd"));
	by_hand_find(7, "a:b c", &r, &vector);
	assert_int_equal(r.count, 1);
	assert_int_equal(vector, 0xfd);
	by_hand_find(7, "a:b", &r, &vector);
	assert_int_equal(r.count + vector, 0);
	by_hand_find(7, "a:b cd", &r, &vector);
	assert_int_equal(r.count + vector, 0);
}

static void several_options_add_up_and_the_last_vector_counts(void **state)
{
	(void)state;
	by_hand_sound("sum:io:0x1-0x2");
	by_hand_sound("sum:io:0x3-0x4");
	by_hand_sound("77:io:0x5-0x6");
	by_hand_vector("sum:32");
	by_hand_vector("77:255");
	by_hand_find(77, "sum", &r, &vector);
	assert_int_equal(r.count, 3);
	assert_int_equal(vector, 255);
}

static void what_is_wrong_is_said(void **state)
{
	static const char *const bad[] = {
		"",
		":",
		"vm",
		"vm:",
		"vm:io",
		"vm:io:",
		"vm:io:0x",
		"vm:io:0x1",
		"vm:io:0x1-",
		"vm:io:0x1-2",
		"vm:io:1-0x2",
		"vm:io:0x1-0x2:",
		"vm:io:0x1-0x2:x",
		"vm:io:0x1-0x2:wr",
		"vm:io:0x1-0x2:rwr",
		"vm:io:0x1-0x2,",
		"vm:io:0x1-0x2,,io:0x1-0x2",
		"vm:io:0x1-0x2 ",
		"vm:io:0x2-0x1",
		"vm:io:0x1-0x10000",
		"vm:io:0x-1-0x2",
		"vm:io: 0x1-0x2",
		"vm:mem:0x1-0x10000000000000000",
		":io:0x1-0x2",
		"vm:disk:0x1-0x2",
		"io:0x1-0x2",
		"vm:io:0x1-0x1,io:0x2-0x2,io:0x3-0x3,io:0x4-0x4,io:0x5-0x5,io:0x6-0x6,io:0x7-0x7,io:0x8-0x8,io:0x9-0x9",
	};
	static const char *const bad_vector[] = {
		"",
		":",
		"vm",
		"vm:",
		"vm:x",
		"vm:31",
		"vm:256",
		"vm:-1",
		"vm:0xfdg",
		"vm: 32",
		":32",
		"vm:0x",
		"vm:99999999999999999999",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_non_null(by_hand_sound(bad[i]));
	for (size_t i = 0; i < sizeof(bad_vector) / sizeof(bad_vector[0]); i++)
		assert_non_null(by_hand_vector(bad_vector[i]));
	by_hand_find(0, "vm", &r, &vector);
	assert_int_equal(r.count + vector, 0);
}

static void number_of_options_is_bounded(void **state)
{
	int taken = 0;

	(void)state;
	while (!by_hand_vector("many:32"))
		taken++;
	assert_in_range(taken, BY_HAND_MAX - 20, BY_HAND_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_said_is_nothing),
		cmocka_unit_test(ranges_of_a_process),
		cmocka_unit_test(ranges_and_vector_of_a_name_with_colons),
		cmocka_unit_test(
			several_options_add_up_and_the_last_vector_counts),
		cmocka_unit_test(what_is_wrong_is_said),
		cmocka_unit_test(number_of_options_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
