// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include "isa.h"

static void expect(const char *driver, uint32_t iobase, uint64_t first,
		   uint64_t last)
{
	struct ranges r = { .count = 0 };

	isa_sound(driver, iobase, &r);
	assert_true(r.count > 0);
	assert_int_equal(r.range[0].first, first);
	assert_int_equal(r.range[0].last, last);
	assert_int_equal(r.range[0].space, VAMP_SOUND_PIO);
	assert_int_equal(r.range[0].access, VAMP_SOUND_READ | VAMP_SOUND_WRITE);
	assert_string_equal(r.device[0], driver);
}

static void cards_are_where_qemu_puts_them(void **state)
{
	(void)state;
	expect("sb16", 0, 0x220, 0x22f);
	expect("cs4231a", 0, 0x534, 0x537);
	expect("gus", 0, 0x240, 0x24f);
	expect("adlib", 0, 0x388, 0x38b);
}

static void cards_can_be_moved_but_adlib_stays(void **state)
{
	(void)state;
	expect("sb16", 0x240, 0x240, 0x24f);
	expect("adlib", 0x230, 0x388, 0x38b);
}

static void gus_has_a_second_block(void **state)
{
	struct ranges r = { .count = 0 };

	(void)state;
	isa_sound("gus", 0x220, &r);
	assert_int_equal(r.count, 2);
	assert_int_equal(r.range[1].first, 0x320);
	assert_int_equal(r.range[1].last, 0x327);
}

static void others_are_no_cards_and_none_is_above_the_last_port(void **state)
{
	struct ranges r = { .count = 0 };

	(void)state;
	isa_sound("isa-serial", 0, &r);
	isa_sound("", 0, &r);
	isa_sound("isa-pcspk", 0, &r);
	isa_sound("sb16", 0xfff8, &r);
	isa_sound("sb16", UINT32_MAX, &r);
	assert_int_equal(r.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cards_are_where_qemu_puts_them),
		cmocka_unit_test(cards_can_be_moved_but_adlib_stays),
		cmocka_unit_test(gus_has_a_second_block),
		cmocka_unit_test(
			others_are_no_cards_and_none_is_above_the_last_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
