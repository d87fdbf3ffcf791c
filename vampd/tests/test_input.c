// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <errno.h>

#include "device.h"
#include "input.h"
#include "vms.h"

enum {
	LEFT = 1u << PROBE_LEFT,
	RIGHT = 1u << PROBE_RIGHT,
	TOUCH = 1u << PROBE_TOUCH
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

/* @held: what is held after it, as the probe says. */
static struct probe_event button(uint64_t code, uint8_t down, uint32_t held)
{
	return (struct probe_event){
		.kind = PROBE_BUTTON,
		.code = code,
		.down = down,
		.held = held,
	};
}

static struct probe_event motion(uint8_t kind, uint32_t held)
{
	return (struct probe_event){ .kind = kind, .held = held };
}

static struct probe_event touch(uint64_t code)
{
	return (struct probe_event){ .kind = PROBE_MULTITOUCH, .code = code };
}

static void expect(struct probe_event e, uint32_t type, uint32_t code)
{
	struct input in;

	assert_int_equal(input_translate(&e, &in), 1);
	assert_int_equal(in.type, type);
	assert_int_equal(in.code, code);
}

static void expect_none(struct probe_event e, int what)
{
	struct input in;

	assert_int_equal(input_translate(&e, &in), what);
}

static void key_press_and_release_carry_the_make_code(void **state)
{
	(void)state;
	expect(key(PROBE_KEY_QCODE, 35, 1), VAMP_INPUT_KEY_PRESS, 28);
	expect(key(PROBE_KEY_QCODE, 35, 0), VAMP_INPUT_KEY_RELEASE, 28);
	expect(key(PROBE_KEY_NUMBER, 0x9c, 1), VAMP_INPUT_KEY_PRESS, 28);
}

static void click_is_press_with_mask_and_release_with_none(void **state)
{
	(void)state;
	expect(button(PROBE_LEFT, 1, LEFT), VAMP_INPUT_BUTTON_PRESS, 1);
	expect(button(PROBE_LEFT, 0, 0), VAMP_INPUT_BUTTON_RELEASE, 0);
}

static void release_of_one_of_two_held_says_nothing(void **state)
{
	(void)state;
	expect(button(PROBE_RIGHT, 1, LEFT | RIGHT), VAMP_INPUT_BUTTON_PRESS,
	       3);
	expect_none(button(PROBE_LEFT, 0, RIGHT), 0);
	expect(button(PROBE_RIGHT, 0, 0), VAMP_INPUT_BUTTON_RELEASE, 0);
}

static void wheel_step_is_one_scroll_in_its_direction(void **state)
{
	(void)state;
	expect(button(PROBE_WHEEL_UP, 1, 0), VAMP_INPUT_SCROLL, 0);
	expect(button(PROBE_WHEEL_DOWN, 1, LEFT), VAMP_INPUT_SCROLL, 1);
	expect(button(PROBE_WHEEL_LEFT, 1, 0), VAMP_INPUT_SCROLL, 2);
	expect(button(PROBE_WHEEL_RIGHT, 1, 0), VAMP_INPUT_SCROLL, 3);
	expect_none(button(PROBE_WHEEL_UP, 0, 0), 0);
}

static void motion_is_a_drag_while_a_button_is_held(void **state)
{
	(void)state;
	expect(motion(PROBE_RELATIVE, LEFT), VAMP_INPUT_DRAG, 1);
	expect(motion(PROBE_ABSOLUTE, LEFT | RIGHT), VAMP_INPUT_DRAG, 3);
	expect(motion(PROBE_ABSOLUTE, TOUCH), VAMP_INPUT_DRAG, 0x80);
	expect_none(motion(PROBE_RELATIVE, 0), 0);
	expect_none(motion(PROBE_ABSOLUTE, 0), 0);
}

static void touch_button_begins_and_ends_a_touch(void **state)
{
	(void)state;
	expect(button(PROBE_TOUCH, 1, TOUCH), VAMP_INPUT_TOUCH_BEGIN, 0);
	expect(button(PROBE_TOUCH, 0, 0), VAMP_INPUT_TOUCH_END, 0);
}

static void fingers_begin_move_and_end(void **state)
{
	(void)state;
	expect(touch(PROBE_TOUCH_BEGIN), VAMP_INPUT_TOUCH_BEGIN, 0);
	expect(touch(PROBE_TOUCH_UPDATE), VAMP_INPUT_DRAG, 0);
	expect(touch(PROBE_TOUCH_DATA), VAMP_INPUT_DRAG, 0);
	expect(touch(PROBE_TOUCH_END), VAMP_INPUT_TOUCH_END, 0);
	expect(touch(PROBE_TOUCH_CANCEL), VAMP_INPUT_TOUCH_END, 0);
}

static void garbage_is_refused(void **state)
{
	(void)state;
	expect_none(key(2, 35, 1), -EINVAL);
	expect_none(key(UINT32_MAX, 35, 1), -EINVAL);
	expect_none(key(PROBE_KEY_QCODE, UINT32_MAX, 1), -EINVAL);
	expect_none(key(PROBE_KEY_NUMBER, UINT64_MAX, 1), -EINVAL);
	expect_none(button(UINT32_MAX, 1, UINT32_MAX), -EINVAL);
	expect_none(touch(PROBE_TOUCH_DATA + 1), -EINVAL);
	expect_none(touch(UINT32_MAX), -EINVAL);
	expect_none(motion(PROBE_MULTITOUCH + 1, 1), -EINVAL);
	expect_none(motion(255, 1), -EINVAL);
}

static void every_event_keeps_the_module_s_bounds(void **state)
{
	(void)state;
	for (unsigned int n = 0; n < 6 * 3 * 2 * 300; n++) {
		struct probe_event e = {
			.kind = n % 6,
			.key_kind = n / 6 % 3,
			.down = n / 18 % 2,
			.code = n / 36,
			.held = n * 2654435761u,
		};
		struct input in = { 0 };

		if (input_translate(&e, &in) != 1)
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
	handle(7, button(PROBE_WHEEL_UP, 0, 0), 0);
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
		cmocka_unit_test(wheel_step_is_one_scroll_in_its_direction),
		cmocka_unit_test(motion_is_a_drag_while_a_button_is_held),
		cmocka_unit_test(touch_button_begins_and_ends_a_touch),
		cmocka_unit_test(fingers_begin_move_and_end),
		cmocka_unit_test(garbage_is_refused),
		cmocka_unit_test(every_event_keeps_the_module_s_bounds),
		cmocka_unit_test(each_outcome_is_counted_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
