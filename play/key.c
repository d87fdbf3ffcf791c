// SPDX-License-Identifier: GPL-2.0-or-later
#include "key.h"

#include <string.h>

/* Ordered by code. Symbols are X11's, of a US keyboard. */
static const struct key keys[] = {
	{ 0x001, 41, 0xff1b, 0xff1b, "escape" },
	{ 0x002, 30, '1', '!', "1" },
	{ 0x003, 31, '2', '@', "2" },
	{ 0x004, 32, '3', '#', "3" },
	{ 0x005, 33, '4', '$', "4" },
	{ 0x006, 34, '5', '%', "5" },
	{ 0x007, 35, '6', '^', "6" },
	{ 0x008, 36, '7', '&', "7" },
	{ 0x009, 37, '8', '*', "8" },
	{ 0x00a, 38, '9', '(', "9" },
	{ 0x00b, 39, '0', ')', "0" },
	{ 0x00c, 45, '-', '_', "minus" },
	{ 0x00d, 46, '=', '+', "equal" },
	{ 0x00e, 42, 0xff08, 0xff08, "backspace" },
	{ 0x00f, 43, 0xff09, 0xff09, "tab" },
	{ 0x010, 20, 'q', 'Q', "q" },
	{ 0x011, 26, 'w', 'W', "w" },
	{ 0x012, 8, 'e', 'E', "e" },
	{ 0x013, 21, 'r', 'R', "r" },
	{ 0x014, 23, 't', 'T', "t" },
	{ 0x015, 28, 'y', 'Y', "y" },
	{ 0x016, 24, 'u', 'U', "u" },
	{ 0x017, 12, 'i', 'I', "i" },
	{ 0x018, 18, 'o', 'O', "o" },
	{ 0x019, 19, 'p', 'P', "p" },
	{ 0x01a, 47, '[', '{', "bracketleft" },
	{ 0x01b, 48, ']', '}', "bracketright" },
	{ 0x01c, 40, 0xff0d, 0xff0d, "enter" },
	{ 0x01d, 224, 0xffe3, 0xffe3, "ctrl" },
	{ 0x01e, 4, 'a', 'A', "a" },
	{ 0x01f, 22, 's', 'S', "s" },
	{ 0x020, 7, 'd', 'D', "d" },
	{ 0x021, 9, 'f', 'F', "f" },
	{ 0x022, 10, 'g', 'G', "g" },
	{ 0x023, 11, 'h', 'H', "h" },
	{ 0x024, 13, 'j', 'J', "j" },
	{ 0x025, 14, 'k', 'K', "k" },
	{ 0x026, 15, 'l', 'L', "l" },
	{ 0x027, 51, ';', ':', "semicolon" },
	{ 0x028, 52, '\'', '"', "apostrophe" },
	{ 0x029, 53, '`', '~', "grave" },
	{ 0x02a, 225, 0xffe1, 0xffe1, "shift" },
	{ 0x02b, 49, '\\', '|', "backslash" },
	{ 0x02c, 29, 'z', 'Z', "z" },
	{ 0x02d, 27, 'x', 'X', "x" },
	{ 0x02e, 6, 'c', 'C', "c" },
	{ 0x02f, 25, 'v', 'V', "v" },
	{ 0x030, 5, 'b', 'B', "b" },
	{ 0x031, 17, 'n', 'N', "n" },
	{ 0x032, 16, 'm', 'M', "m" },
	{ 0x033, 54, ',', '<', "comma" },
	{ 0x034, 55, '.', '>', "period" },
	{ 0x035, 56, '/', '?', "slash" },
	{ 0x036, 229, 0xffe2, 0xffe2, "shift-right" },
	{ 0x037, 85, 0xffaa, 0xffaa, "pad-multiply" },
	{ 0x038, 226, 0xffe9, 0xffe9, "alt" },
	{ 0x039, 44, 0x20, 0x20, "space" },
	{ 0x03a, 57, 0xffe5, 0xffe5, "caps-lock" },
	{ 0x03b, 58, 0xffbe, 0xffbe, "f1" },
	{ 0x03c, 59, 0xffbf, 0xffbf, "f2" },
	{ 0x03d, 60, 0xffc0, 0xffc0, "f3" },
	{ 0x03e, 61, 0xffc1, 0xffc1, "f4" },
	{ 0x03f, 62, 0xffc2, 0xffc2, "f5" },
	{ 0x040, 63, 0xffc3, 0xffc3, "f6" },
	{ 0x041, 64, 0xffc4, 0xffc4, "f7" },
	{ 0x042, 65, 0xffc5, 0xffc5, "f8" },
	{ 0x043, 66, 0xffc6, 0xffc6, "f9" },
	{ 0x044, 67, 0xffc7, 0xffc7, "f10" },
	{ 0x045, 83, 0xff7f, 0xff7f, "num-lock" },
	{ 0x046, 71, 0xff14, 0xff14, "scroll-lock" },
	{ 0x047, 95, 0xffb7, 0xffb7, "pad-7" },
	{ 0x048, 96, 0xffb8, 0xffb8, "pad-8" },
	{ 0x049, 97, 0xffb9, 0xffb9, "pad-9" },
	{ 0x04a, 86, 0xffad, 0xffad, "pad-minus" },
	{ 0x04b, 92, 0xffb4, 0xffb4, "pad-4" },
	{ 0x04c, 93, 0xffb5, 0xffb5, "pad-5" },
	{ 0x04d, 94, 0xffb6, 0xffb6, "pad-6" },
	{ 0x04e, 87, 0xffab, 0xffab, "pad-plus" },
	{ 0x04f, 89, 0xffb1, 0xffb1, "pad-1" },
	{ 0x050, 90, 0xffb2, 0xffb2, "pad-2" },
	{ 0x051, 91, 0xffb3, 0xffb3, "pad-3" },
	{ 0x052, 98, 0xffb0, 0xffb0, "pad-0" },
	{ 0x053, 99, 0xffae, 0xffae, "pad-point" },
	{ 0x056, 100, '<', '>', "less" },
	{ 0x057, 68, 0xffc8, 0xffc8, "f11" },
	{ 0x058, 69, 0xffc9, 0xffc9, "f12" },
	{ 0x070, 136, 0xff27, 0xff27, "hiragana-katakana" },
	{ 0x073, 135, '\\', '_', "ro" },
	{ 0x079, 138, 0xff23, 0xff23, "henkan" },
	{ 0x07b, 139, 0xff22, 0xff22, "muhenkan" },
	{ 0x07d, 137, 0xa5, '|', "yen" },
	{ 0x11c, 88, 0xff8d, 0xff8d, "pad-enter" },
	{ 0x11d, 228, 0xffe4, 0xffe4, "ctrl-right" },
	{ 0x135, 84, 0xffaf, 0xffaf, "pad-divide" },
	{ 0x137, 70, 0xff61, 0xff61, "print-screen" },
	{ 0x138, 230, 0xffea, 0xffea, "alt-right" },
	{ 0x146, 0, 0xff6b, 0xff6b, "break" },
	{ 0x147, 74, 0xff50, 0xff50, "home" },
	{ 0x148, 82, 0xff52, 0xff52, "up" },
	{ 0x149, 75, 0xff55, 0xff55, "page-up" },
	{ 0x14b, 80, 0xff51, 0xff51, "left" },
	{ 0x14d, 79, 0xff53, 0xff53, "right" },
	{ 0x14f, 77, 0xff57, 0xff57, "end" },
	{ 0x150, 81, 0xff54, 0xff54, "down" },
	{ 0x151, 78, 0xff56, 0xff56, "page-down" },
	{ 0x152, 73, 0xff63, 0xff63, "insert" },
	{ 0x153, 76, 0xffff, 0xffff, "delete" },
	{ 0x15b, 227, 0xffeb, 0xffeb, "super" },
	{ 0x15c, 231, 0xffec, 0xffec, "super-right" },
	{ 0x15d, 101, 0xff67, 0xff67, "menu" },
};

#define KEYS	(sizeof(keys) / sizeof(keys[0]))

const struct key *key_of_code(uint32_t code)
{
	size_t i;

	for (i = 0; i < KEYS; i++)
		if (keys[i].code == code)
			return &keys[i];
	return NULL;
}

const struct key *key_of_usage(uint32_t usage)
{
	size_t i;

	for (i = 0; i < KEYS && usage; i++)
		if (keys[i].usage == usage)
			return &keys[i];
	return NULL;
}

const struct key *key_of_name(const char *name)
{
	size_t i;

	for (i = 0; i < KEYS; i++)
		if (!strcmp(keys[i].name, name))
			return &keys[i];
	return NULL;
}

const struct key *key_of_char(char c, bool *shift)
{
	uint32_t symbol = (unsigned char)c;
	size_t i;

	for (i = 0; i < KEYS; i++) {
		*shift = keys[i].symbol != symbol;
		if (!*shift || keys[i].shifted == symbol)
			return &keys[i];
	}
	return NULL;
}
