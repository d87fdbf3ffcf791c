// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <errno.h>

#include "device.h"
#include "input.h"
#include "vms.h"

enum {
	LEFT = 0,
	MIDDLE = 1,
	RIGHT = 2,
	WHEEL_UP = 3
};

static struct vm the_vm = { .pid = 7, .pidfd = 70 };
static int answer;
static int sent;

struct vm *vms_find(pid_t pid)
{
	return pid == the_vm.pid ? &the_vm : NULL;
}

int device_input(int fd, int pidfd, uint32_t type, uint32_t code)
{
	(void)fd;
	(void)type;
	(void)code;
	assert_int_equal(pidfd, the_vm.pidfd);
	sent++;
	return answer;
}

static struct probe_event key(uint32_t kind, uint64_t code, uint8_t down)
{
	return (struct probe_event){
		.kind = PROBE_KEY,
		.key_kind = kind,
		.code = code,
		.down = down,
	};
}

static struct probe_event button(uint64_t code, uint8_t down)
{
	return (struct probe_event){
		.kind = PROBE_BUTTON,
		.code = code,
		.down = down,
	};
}

static void expect(struct probe_event e, uint32_t *held, uint32_t type,
		   uint32_t code)
{
	struct input in;

	assert_int_equal(input_translate(&e, held, &in), 1);
	assert_int_equal(in.type, type);
	assert_int_equal(in.code, code);
}

static void expect_none(struct probe_event e, uint32_t *held, int what)
{
	struct input in;

	assert_int_equal(input_translate(&e, held, &in), what);
}

static void key_press_and_release_carry_the_make_code(void **state)
{
	uint32_t held = 0;

	(void)state;
	expect(key(PROBE_KEY_QCODE, 35, 1), &held, VAMP_INPUT_KEY_PRESS, 28);
	expect(key(PROBE_KEY_QCODE, 35, 0), &held, VAMP_INPUT_KEY_RELEASE, 28);
	expect(key(PROBE_KEY_NUMBER, 0x9c, 1), &held, VAMP_INPUT_KEY_PRESS, 28);
}

static void click_is_press_with_mask_and_release_with_none(void **state)
{
	uint32_t held = 0;

	(void)state;
	expect(button(LEFT, 1), &held, VAMP_INPUT_BUTTON_PRESS, 1);
	expect(button(LEFT, 0), &held, VAMP_INPUT_BUTTON_RELEASE, 0);
}

static void release_of_one_of_two_held_says_nothing(void **state)
{
	uint32_t held = 0;

	(void)state;
	expect(button(LEFT, 1), &held, VAMP_INPUT_BUTTON_PRESS, 1);
	expect(button(RIGHT, 1), &held, VAMP_INPUT_BUTTON_PRESS, 3);
	expect_none(button(LEFT, 0), &held, 0);
	expect(button(RIGHT, 0), &held, VAMP_INPUT_BUTTON_RELEASE, 0);
}

static void release_of_a_press_before_we_listened_counts(void **state)
{
	uint32_t held = 0;

	(void)state;
	expect(button(MIDDLE, 0), &held, VAMP_INPUT_BUTTON_RELEASE, 0);
}

static void wheel_step_is_one_press_and_never_held(void **state)
{
	uint32_t held = 0;

	(void)state;
	expect(button(WHEEL_UP, 1), &held, VAMP_INPUT_BUTTON_PRESS, 8);
	expect_none(button(WHEEL_UP, 0), &held, 0);
	assert_int_equal(held, 0);
}

static void lost_events_forget_what_was_held(void **state)
{
	struct probe_event e = button(LEFT, 0);
	uint32_t held = 2;

	(void)state;
	e.lost = 1;
	expect(e, &held, VAMP_INPUT_BUTTON_RELEASE, 0);
}

static void garbage_is_refused_and_changes_nothing(void **state)
{
	uint32_t held = 5;
	struct probe_event e = key(PROBE_KEY_QCODE, 35, 1);

	(void)state;
	expect_none(key(2, 35, 1), &held, -EINVAL);
	expect_none(key(UINT32_MAX, 35, 1), &held, -EINVAL);
	expect_none(key(PROBE_KEY_QCODE, UINT32_MAX, 1), &held, -EINVAL);
	expect_none(key(PROBE_KEY_NUMBER, UINT64_MAX, 1), &held, -EINVAL);
	expect_none(button(UINT32_MAX, 1), &held, -EINVAL);
	e.kind = 2;
	expect_none(e, &held, -EINVAL);
	e.kind = 255;
	expect_none(e, &held, -EINVAL);
	assert_int_equal(held, 5);
}

static void every_event_keeps_the_module_s_bounds(void **state)
{
	uint32_t held = 0;

	(void)state;
	for (unsigned int n = 0; n < 3 * 3 * 2 * 300; n++) {
		struct probe_event e = {
			.kind = n % 3,
			.key_kind = n / 3 % 3,
			.down = n / 9 % 2,
			.code = n / 18,
		};
		struct input in = { 0 };

		if (input_translate(&e, &held, &in) != 1)
			continue;
		assert_in_range(in.type, 0, VAMP_INPUT_TYPES - 1);
		assert_in_range(in.code, 0, 255);
	}
}

static void handle(uint32_t tgid, struct probe_event e, int what)
{
	int device = 3;

	e.tgid = tgid;
	answer = what;
	input_handle(&e, &device);
}

static void each_outcome_is_counted_once(void **state)
{
	struct probe_event enter = key(PROBE_KEY_QCODE, 35, 1);
	struct input_counters c;

	(void)state;
	handle(7, enter, VAMP_INPUT_STARTED);
	handle(7, enter, VAMP_INPUT_IGNORED);
	handle(7, enter, -ESRCH);
	handle(7, enter, -EOPNOTSUPP);
	handle(7, enter, -EBUSY);
	handle(7, enter, -EIO);
	handle(7, key(9, 9, 9), 0);
	handle(7, button(WHEEL_UP, 0), 0);
	handle(8, enter, 0);
	input_read_counters(&c);
	assert_int_equal(sent, 6);
	assert_int_equal(c.sent, 2);
	assert_int_equal(c.started, 1);
	assert_int_equal(c.unknown_vm, 2);
	assert_int_equal(c.switched_off, 1);
	assert_int_equal(c.busy, 1);
	assert_int_equal(c.failed, 1);
	assert_int_equal(c.invalid, 1);
	assert_int_equal(c.silent, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(key_press_and_release_carry_the_make_code),
		cmocka_unit_test(
			click_is_press_with_mask_and_release_with_none),
		cmocka_unit_test(release_of_one_of_two_held_says_nothing),
		cmocka_unit_test(release_of_a_press_before_we_listened_counts),
		cmocka_unit_test(wheel_step_is_one_press_and_never_held),
		cmocka_unit_test(lost_events_forget_what_was_held),
		cmocka_unit_test(garbage_is_refused_and_changes_nothing),
		cmocka_unit_test(every_event_keeps_the_module_s_bounds),
		cmocka_unit_test(each_outcome_is_counted_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
