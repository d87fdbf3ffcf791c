// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "ranges.h"

static struct vamp_sound_range io(uint64_t first, uint64_t last)
{
	return (struct vamp_sound_range){ first, last, VAMP_SOUND_PIO,
					  VAMP_SOUND_READ };
}

static struct vamp_sound_range mem(uint64_t first, uint64_t last)
{
	return (struct vamp_sound_range){ first, last, VAMP_SOUND_MMIO,
					  VAMP_SOUND_WRITE };
}

static bool add(struct ranges *r, const char *device,
		struct vamp_sound_range range)
{
	return ranges_add(r, device, &range);
}

static void what_the_module_refuses_is_not_added(void **state)
{
	struct ranges r = { .count = 0 };

	(void)state;
	assert_false(add(&r, "x", io(2, 1)));
	assert_false(add(&r, "x", io(0xffff, 0x10000)));
	assert_true(add(&r, "x", io(0xffff, 0xffff)));
	assert_true(add(&r, "x", mem(0, UINT64_MAX)));
	assert_int_equal(r.count, 2);
}

static void the_same_twice_is_one(void **state)
{
	struct ranges r = { .count = 0 };

	(void)state;
	add(&r, "x", io(1, 2));
	add(&r, "y", io(1, 2));
	add(&r, "y", io(1, 3));
	assert_int_equal(r.count, 2);
}

static void more_than_the_module_takes_are_counted(void **state)
{
	struct ranges r = { .count = 0 }, all = { .count = 0 };

	(void)state;
	for (uint64_t i = 0; i < VAMP_SOUND_RANGES + 5; i++)
		add(&r, "x", io(i, i));
	assert_int_equal(r.count, VAMP_SOUND_RANGES);
	assert_int_equal(r.left_out, 5);
	assert_int_equal(r.range[VAMP_SOUND_RANGES - 1].first,
			 VAMP_SOUND_RANGES - 1);
	add(&all, "y", mem(1, 2));
	ranges_join(&all, &r);
	assert_int_equal(all.left_out, 6);
}

static void equal_is_what_the_module_would_see(void **state)
{
	struct ranges a = { .count = 0 }, b = { .count = 0 };

	(void)state;
	assert_true(ranges_equal(&a, &b));
	add(&a, "x", io(1, 2));
	assert_false(ranges_equal(&a, &b));
	add(&b, "y", io(1, 2));
	assert_true(ranges_equal(&a, &b));
	b.range[0].access = VAMP_SOUND_WRITE;
	assert_false(ranges_equal(&a, &b));
}

static void description_names_each_device_once(void **state)
{
	struct ranges r = { .count = 0 };
	char text[200];

	(void)state;
	ranges_describe(&r, text, sizeof(text));
	assert_string_equal(text, "");
	add(&r, "AC97", io(0xc000, 0xc3ff));
	add(&r, "AC97", io(0xc400, 0xc4ff));
	add(&r, "HDA", mem(0xfebf0000, 0xfebf3fff));
	ranges_describe(&r, text, sizeof(text));
	assert_string_equal(text, "AC97 at io 0xc000-0xc3ff, io 0xc400-0xc4ff; "
				  "HDA at mem 0xfebf0000-0xfebf3fff");
}

static void description_is_cut_where_there_is_no_room(void **state)
{
	struct ranges r = { .count = 0 };
	char text[200], whole[1000];

	(void)state;
	for (uint64_t i = 0; i < VAMP_SOUND_RANGES; i++)
		add(&r, i % 2 ? "one" : "another", mem(i, UINT64_MAX));
	ranges_describe(&r, whole, sizeof(whole));
	for (size_t size = 1; size < sizeof(text); size++) {
		memset(text, '!', sizeof(text));
		ranges_describe(&r, text, size);
		assert_int_equal(strlen(text), size - 1);
		assert_memory_equal(text, whole, size - 1);
		assert_int_equal(text[size], '!');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_module_refuses_is_not_added),
		cmocka_unit_test(the_same_twice_is_one),
		cmocka_unit_test(more_than_the_module_takes_are_counted),
		cmocka_unit_test(equal_is_what_the_module_would_see),
		cmocka_unit_test(description_names_each_device_once),
		cmocka_unit_test(description_is_cut_where_there_is_no_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
