/* SPDX-License-Identifier: GPL-2.0-or-later */
/* key.h - keys, by the numbers and names that they have in various places. */
#ifndef PLAY_KEY_H
#define PLAY_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KEY_SHIFT		0x2a
#define KEY_SHIFT_RIGHT		0x36
#define KEY_PREFIXED		0x100	/* behind 0xe0 */
#define KEY_POINT		0x137	/* PrtSc, which sets a point */

struct key {
	uint32_t code;		/* of set 1, as in traces */
	uint32_t usage;		/* of USB's keyboard page, as SDL has it; or 0 */
	uint32_t symbol, shifted;	/* of X11, as VNC has them */
	const char *name;
};

/* NULL: there is none. */
const struct key *key_of_code(uint32_t code);
const struct key *key_of_usage(uint32_t usage);
const struct key *key_of_name(const char *name);

/* The key that types a character of ASCII, and whether with shift. */
const struct key *key_of_char(char c, bool *shift);

#endif /* PLAY_KEY_H */
