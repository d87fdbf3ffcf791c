// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "ps2.h"

#define MS	1000000ull
#define STATUS_KEY	0x1d
#define STATUS_MOUSE	0x3d

static struct ps2 p;
static struct ps2_news n;
static __u64 now;

static void fresh(void)
{
	memset(&p, 0, sizeof(p));
	now = 1000 * MS;
}

/* The guest's driver reads the status, and then the byte. */
static void read_byte(__u8 status, __u8 byte)
{
	now += MS / 10;
	ps2_read(&p, PS2_PORT_STATUS, status, now, &n);
	ps2_read(&p, PS2_PORT_DATA, byte, now, &n);
}

static void expect_key(__u8 byte, __u8 key, __u8 down)
{
	read_byte(STATUS_KEY, byte);
	assert_int_equal(n.key, key);
	if (key)
		assert_int_equal(n.key_down, down);
	assert_int_equal(n.pressed | n.released | n.moved, 0);
	assert_int_equal(n.wheel, 0);
}

static void mouse(__u8 byte)
{
	read_byte(STATUS_MOUSE, byte);
	assert_int_equal(n.key, 0);
}

/* What the packet said, all its bytes together. */
static struct ps2_news packet(int size, __u8 a, __u8 b, __u8 c, __u8 d)
{
	const __u8 bytes[] = { a, b, c, d };
	struct ps2_news all = { .key = 0 };

	for (int i = 0; i < size; i++) {
		mouse(bytes[i]);
		all.pressed |= n.pressed;
		all.released |= n.released;
		all.moved |= n.moved;
		all.wheel += n.wheel;
	}
	return all;
}

static void expect(struct ps2_news got, __u8 pressed, __u8 released, __u8 moved,
		   int wheel)
{
	assert_int_equal(got.pressed, pressed);
	assert_int_equal(got.released, released);
	assert_int_equal(got.moved, moved);
	assert_int_equal(got.wheel, wheel);
}

static void keys_are_scan_codes_of_set_1(void **state)
{
	(void)state;
	fresh();
	expect_key(0x1c, 0x1c, 1);
	expect_key(0x9c, 0x1c, 0);
	expect_key(0xe0, 0, 0);
	expect_key(0x1c, 0x9c, 1);
	expect_key(0xe0, 0, 0);
	expect_key(0x9c, 0x9c, 0);
	expect_key(0xaa, 0x2a, 0);
}

static void made_up_shifts_and_pause_are_no_keys(void **state)
{
	static const __u8 pause[] = { 0xe1, 0x1d, 0x45, 0xe1, 0x9d, 0xc5 };

	(void)state;
	fresh();
	expect_key(0xe0, 0, 0);
	expect_key(0x2a, 0, 0);
	expect_key(0xe0, 0, 0);
	expect_key(0x53, 0xd3, 1);
	for (int i = 0; i < 6; i++)
		expect_key(pause[i], 0, 0);
	expect_key(0x1e, 0x1e, 1);
}

static void what_the_keyboard_itself_says_is_no_key(void **state)
{
	static const __u8 says[] = { 0x00, 0xff, 0xfa, 0xfe, 0xee };

	(void)state;
	fresh();
	for (int i = 0; i < 5; i++)
		expect_key(says[i], 0, 0);
}

static void answers_to_commands_are_no_input(void **state)
{
	(void)state;
	fresh();
	ps2_write(&p, PS2_PORT_DATA, 0xf2, now);
	expect_key(0xfa, 0, 0);
	expect_key(0xab, 0, 0);
	expect_key(0x41, 0, 0);
	now += PS2_ANSWER_NS;
	expect_key(0x1e, 0x1e, 1);
	ps2_write(&p, PS2_PORT_STATUS, 0x20, now);
	expect_key(0x61, 0, 0);
}

/* As firmware and DOS do around each key. */
static void switching_the_keyboard_off_and_on_hides_no_key(void **state)
{
	(void)state;
	fresh();
	ps2_write(&p, PS2_PORT_STATUS, 0xad, now);
	expect_key(0x1e, 0x1e, 1);
	ps2_write(&p, PS2_PORT_STATUS, 0xae, now);
	expect_key(0x9e, 0x1e, 0);
}

static void three_byte_mouse_presses_moves_and_releases(void **state)
{
	(void)state;
	fresh();
	expect(packet(3, 0x09, 0, 0, 0), PS2_LEFT, 0, 0, 0);
	expect(packet(3, 0x09, 5, 0, 0), 0, 0, 1, 0);
	expect(packet(3, 0x0b, 0, 0, 0), PS2_RIGHT, 0, 0, 0);
	expect(packet(3, 0x08, 0, 0, 0), 0, PS2_LEFT | PS2_RIGHT, 0, 0);
	expect(packet(3, 0x18, 0xff, 1, 0), 0, 0, 1, 0);
	expect(packet(3, 0x0c, 0, 0, 0), PS2_MIDDLE, 0, 0, 0);
}

static void wheel_s_fourth_byte_is_learned(void **state)
{
	(void)state;
	fresh();
	expect(packet(4, 0x08, 1, 0, 0), 0, 0, 1, 0);
	assert_int_equal(p.size, 4);
	expect(packet(4, 0x08, 0, 0, 0xff), 0, 0, 0, -1);
	expect(packet(4, 0x08, 0, 0, 0x01), 0, 0, 0, 1);
	expect(packet(4, 0x09, 0, 0, 0x00), PS2_LEFT, 0, 0, 0);
	expect(packet(4, 0x09, 0, 0, 0x0f), 0, 0, 0, -1);
	expect(packet(4, 0x09, 0, 0, 0x10), PS2_SIDE, 0, 0, 0);
	expect(packet(4, 0x09, 0, 0, 0x30), PS2_EXTRA, 0, 0, 0);
	expect(packet(4, 0x08, 0, 0, 0x00), 0, PS2_LEFT | PS2_SIDE | PS2_EXTRA,
	       0, 0);
}

/* A driver that is loaded later may ask for the other kind. */
static void change_of_the_packet_s_size_is_noticed_after_a_silence(void **state)
{
	(void)state;
	fresh();
	packet(4, 0x08, 1, 0, 0);
	now += 2 * PS2_SILENCE_NS;
	packet(3, 0x08, 1, 0, 0);
	now += 2 * PS2_SILENCE_NS;
	expect(packet(3, 0x09, 0, 0, 0), PS2_LEFT, 0, 0, 0);
	assert_int_equal(p.size, 3);
	packet(4, 0x09, 1, 0, 0);
	expect(packet(4, 0x08, 1, 0, 0), 0, PS2_LEFT, 1, 0);
	assert_int_equal(p.size, 4);
}

static void it_finds_its_way_from_the_middle_of_a_packet(void **state)
{
	(void)state;
	fresh();
	mouse(0x01);
	mouse(0x00);
	expect(packet(3, 0x09, 0, 0, 0), PS2_LEFT, 0, 0, 0);
	fresh();
	mouse(0x0f);		/* looks like a first byte */
	now += 2 * PS2_SILENCE_NS;
	expect(packet(3, 0x08, 0, 0, 0), 0, PS2_LEFT | PS2_RIGHT | PS2_MIDDLE,
	       0, 0);
}

static void keys_between_a_packet_s_bytes_disturb_nothing(void **state)
{
	(void)state;
	fresh();
	packet(4, 0x08, 0, 0, 0);
	mouse(0x09);
	expect_key(0x1e, 0x1e, 1);
	mouse(1);
	mouse(0);
	assert_int_equal(n.moved, 1);
	mouse(0);
	expect(packet(4, 0x08, 0, 0, 0), 0, PS2_LEFT, 0, 0);
}

static void random_accesses_do_no_harm(void **state)
{
	(void)state;
	fresh();
	srand(3);
	for (int i = 0; i < 200000; i++) {
		__u16 port = rand() % 2 ? PS2_PORT_DATA : PS2_PORT_STATUS;

		now += (__u64)(rand() % 10) * MS;
		if (rand() % 50)
			ps2_read(&p, port, (__u8)rand(), now, &n);
		else
			ps2_write(&p, port, (__u8)rand(), now);
		assert_true(p.at < 4);
		assert_true(p.size == 0 || p.size == 3 || p.size == 4);
		assert_false(n.pressed & n.released);
		assert_true(p.buttons < 32);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_scan_codes_of_set_1),
		cmocka_unit_test(made_up_shifts_and_pause_are_no_keys),
		cmocka_unit_test(what_the_keyboard_itself_says_is_no_key),
		cmocka_unit_test(answers_to_commands_are_no_input),
		cmocka_unit_test(
			switching_the_keyboard_off_and_on_hides_no_key),
		cmocka_unit_test(three_byte_mouse_presses_moves_and_releases),
		cmocka_unit_test(wheel_s_fourth_byte_is_learned),
		cmocka_unit_test(
			change_of_the_packet_s_size_is_noticed_after_a_silence),
		cmocka_unit_test(it_finds_its_way_from_the_middle_of_a_packet),
		cmocka_unit_test(keys_between_a_packet_s_bytes_disturb_nothing),
		cmocka_unit_test(random_accesses_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
