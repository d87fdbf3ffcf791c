// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <errno.h>

#include <vamp/uapi.h>

#include "keymap.h"
#include "probe_event.h"

static void return_is_enter_by_qcode_and_number(void **state)
{
	(void)state;
	assert_int_equal(keymap_qcode(35), VAMP_SCANCODE_ENTER);
	assert_int_equal(keymap_number(0x1c), VAMP_SCANCODE_ENTER);
}

static void keypad_enter_is_enter_by_qcode_and_number(void **state)
{
	(void)state;
	assert_int_equal(keymap_qcode(78), VAMP_SCANCODE_ENTER);
	assert_int_equal(keymap_number(0x9c), VAMP_SCANCODE_ENTER);
}

static void only_the_two_enters_are_enter(void **state)
{
	int enters = 0;

	(void)state;
	for (uint64_t q = 0; q < 256; q++)
		enters += keymap_qcode(q) == VAMP_SCANCODE_ENTER;
	assert_int_equal(enters, 2);
}

/* One key of each row of the table, as QEMU's PS/2 keyboard sends it. */
static void rows_of_the_table_are_in_step(void **state)
{
	static const struct {
		uint64_t qcode;
		int code;
	} known[] = {
		{ 1, 0x2a }, { 8, 0x01 }, { 22, 0x0f }, { 23, 0x10 },
		{ 36, 0x1e }, { 48, 0x2b }, { 49, 0x2c }, { 61, 0x3a },
		{ 62, 0x3b }, { 73, 0x46 }, { 74, 0x35 }, { 79, 0x53 },
		{ 81, 0x52 }, { 90, 0x49 }, { 91, 0x56 }, { 95, 0x47 },
		{ 104, 0x53 }, { 105, 0x68 }, { 117, 0x5b }, { 124, 0x7d },
		{ 125, 0x7b }, { 128, 0x59 }, { 131, 0x63 }, { 132, 0x19 },
		{ 138, 0x2e }, { 139, 0x6d }, { 142, 0x6b }, { 143, 0x32 },
		{ 147, 0x66 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		assert_int_equal(keymap_qcode(known[i].qcode), known[i].code);
}

static void keys_without_a_code_are_zero(void **state)
{
	(void)state;
	assert_int_equal(keymap_qcode(0), 0);
	assert_int_equal(keymap_qcode(149), 0);
	assert_int_equal(keymap_qcode(150), 0);
	assert_int_equal(keymap_qcode(255), 0);
}

static void codes_are_make_codes(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 256; i++) {
		assert_in_range(keymap_qcode(i), 0, 0x7f);
		assert_in_range(keymap_number(i), 0, 0x7f);
	}
}

static void beyond_the_last_is_refused(void **state)
{
	(void)state;
	assert_int_equal(keymap_qcode(256), -EINVAL);
	assert_int_equal(keymap_qcode(UINT32_MAX), -EINVAL);
	assert_int_equal(keymap_number(256), -EINVAL);
	assert_int_equal(keymap_number(UINT64_MAX), -EINVAL);
	assert_false(keymap_is_button(10));
	assert_false(keymap_is_button(UINT64_MAX));
	assert_int_equal(keymap_wheel(10), -EINVAL);
	assert_int_equal(keymap_wheel(UINT64_MAX), -EINVAL);
}

static void held_buttons_fit_the_module_and_differ(void **state)
{
	uint32_t seen = 0;

	(void)state;
	for (uint64_t b = 0; b < PROBE_BUTTONS; b++) {
		uint32_t bit = keymap_held(1u << b);

		if (keymap_wheel(b) >= 0)
			continue;
		assert_in_range(bit, 1, 255);
		assert_int_equal(seen & bit, 0);
		seen |= bit;
	}
	assert_int_equal(keymap_held(UINT32_MAX), seen);
	assert_int_equal(keymap_held(1u << PROBE_LEFT | 1u << PROBE_RIGHT), 3);
	assert_int_equal(keymap_held(1u << PROBE_TOUCH), 0x80);
}

static void wheels_have_four_directions_and_are_never_held(void **state)
{
	(void)state;
	assert_int_equal(keymap_wheel(PROBE_WHEEL_UP), 0);
	assert_int_equal(keymap_wheel(PROBE_WHEEL_DOWN), 1);
	assert_int_equal(keymap_wheel(PROBE_WHEEL_LEFT), 2);
	assert_int_equal(keymap_wheel(PROBE_WHEEL_RIGHT), 3);
	assert_int_equal(keymap_wheel(PROBE_LEFT), -EINVAL);
	assert_int_equal(keymap_held(PROBE_WHEELS), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(return_is_enter_by_qcode_and_number),
		cmocka_unit_test(keypad_enter_is_enter_by_qcode_and_number),
		cmocka_unit_test(only_the_two_enters_are_enter),
		cmocka_unit_test(rows_of_the_table_are_in_step),
		cmocka_unit_test(keys_without_a_code_are_zero),
		cmocka_unit_test(codes_are_make_codes),
		cmocka_unit_test(beyond_the_last_is_refused),
		cmocka_unit_test(held_buttons_fit_the_module_and_differ),
		cmocka_unit_test(
			wheels_have_four_directions_and_are_never_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
