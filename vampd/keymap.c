// SPDX-License-Identifier: GPL-2.0-or-later
#include "keymap.h"

#include <errno.h>
#include <stddef.h>

#include "probe_event.h"

#define QCODE_MAX	255	/* beyond it QEMU has no key for years to come */
#define NUMBER_MAX	255

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const uint8_t scancode[] = {
	/* 0: unmapped, shift, shift_r, alt, alt_r, ctrl, ctrl_r, menu */
	0,
	0x2a,
	0x36,
	0x38,
	0x38,
	0x1d,
	0x1d,
	0,
	/* 8: esc, 1 to 9, 0, minus, equal, backspace, tab */
	0x01,
	0x02,
	0x03,
	0x04,
	0x05,
	0x06,
	0x07,
	0x08,
	0x09,
	0x0a,
	0x0b,
	0x0c,
	0x0d,
	0x0e,
	0x0f,
	/* 23: q w e r t y u i o p, brackets, ret */
	0x10,
	0x11,
	0x12,
	0x13,
	0x14,
	0x15,
	0x16,
	0x17,
	0x18,
	0x19,
	0x1a,
	0x1b,
	0x1c,
	/* 36: a s d f g h j k l, semicolon, apostrophe, grave, backslash */
	0x1e,
	0x1f,
	0x20,
	0x21,
	0x22,
	0x23,
	0x24,
	0x25,
	0x26,
	0x27,
	0x28,
	0x29,
	0x2b,
	/* 49: z x c v b n m, comma, dot, slash, asterisk, spc, caps_lock */
	0x2c,
	0x2d,
	0x2e,
	0x2f,
	0x30,
	0x31,
	0x32,
	0x33,
	0x34,
	0x35,
	0x37,
	0x39,
	0x3a,
	/* 62: f1 to f10, num_lock, scroll_lock */
	0x3b,
	0x3c,
	0x3d,
	0x3e,
	0x3f,
	0x40,
	0x41,
	0x42,
	0x43,
	0x44,
	0x45,
	0x46,
	/* 74: keypad: divide, multiply, subtract, add, enter, decimal; sysrq */
	0x35,
	0x37,
	0x4a,
	0x4e,
	0x1c,
	0x53,
	0x37,
	/* 81: keypad 0 to 9 */
	0x52,
	0x4f,
	0x50,
	0x51,
	0x4b,
	0x4c,
	0x4d,
	0x47,
	0x48,
	0x49,
	/* 91: less, f11, f12, print */
	0x56,
	0x57,
	0x58,
	0x37,
	/* 95: home, pgup, pgdn, end, left, up, down, right, insert, delete */
	0x47,
	0x49,
	0x51,
	0x4f,
	0x4b,
	0x48,
	0x50,
	0x4d,
	0x52,
	0x53,
	/* 105: stop, then eleven Sun keys without a code */
	0x68,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	/* 117: meta_l, meta_r, compose, pause, ro, hiragana, henkan, yen */
	0x5b,
	0x5c,
	0x5d,
	0x45,
	0x73,
	0x77,
	0x79,
	0x7d,
	/* 125: muhenkan, katakanahiragana, kp_comma, kp_equals */
	0x7b,
	0x70,
	0x7e,
	0x59,
	/* 129: power, sleep, wake */
	0x5e,
	0x5f,
	0x63,
	/* 132: audionext, -prev, -stop, -play, -mute, volume up and down */
	0x19,
	0x10,
	0x24,
	0x22,
	0x20,
	0x30,
	0x2e,
	/* 139: mediaselect, mail, calculator, computer */
	0x6d,
	0x6c,
	0x21,
	0x6b,
	/* 143: ac_: home, back, forward, refresh, bookmarks */
	0x32,
	0x6a,
	0x69,
	0x67,
	0x66,
	/* 148: lang1, lang2 */
	0,
	0,
};

_Static_assert(COUNT(scancode) == 150, "one entry for each qcode up to lang2");

int keymap_qcode(uint64_t qcode)
{
	if (qcode > QCODE_MAX)
		return -EINVAL;
	return qcode < COUNT(scancode) ? scancode[qcode] : 0;
}

int keymap_number(uint64_t number)
{
	return number > NUMBER_MAX ? -EINVAL : (int)(number & 0x7f);
}

/* The module's bit of each button; wheels are never held. */
static const uint8_t button_bit[PROBE_BUTTONS] = {
	[PROBE_LEFT] = 0x01, [PROBE_RIGHT] = 0x02, [PROBE_MIDDLE] = 0x04,
	[PROBE_SIDE] = 0x20, [PROBE_EXTRA] = 0x40, [PROBE_TOUCH] = 0x80,
};

uint32_t keymap_held(uint32_t held)
{
	uint32_t mask = 0;

	for (size_t i = 0; i < COUNT(button_bit); i++)
		if (held >> i & 1)
			mask |= button_bit[i];
	return mask;
}

bool keymap_is_button(uint64_t button)
{
	return button < PROBE_BUTTONS;
}

int keymap_wheel(uint64_t button)
{
	switch (button) {
	case PROBE_WHEEL_UP:
		return 0;
	case PROBE_WHEEL_DOWN:
		return 1;
	case PROBE_WHEEL_LEFT:
		return 2;
	case PROBE_WHEEL_RIGHT:
		return 3;
	default:
		return -EINVAL;
	}
}
