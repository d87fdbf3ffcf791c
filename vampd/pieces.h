/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pieces.h - "key=value,key=value", the argument of a QEMU option, as QEMU
 * reads it. Knows nothing of vampd.
 */
#ifndef VAMPD_PIECES_H
#define VAMPD_PIECES_H

#include <stdbool.h>

#define PIECE_TEXT	128	/* bytes, with the end */

/* One "key=value". Longer text is cut, and says so. */
struct piece {
	char key[PIECE_TEXT];
	char value[PIECE_TEXT];
	bool cut;
};

/*
 * The first piece of @s; returns the rest, NULL when there is no piece. Two
 * commas are one of the text's own. @implied is the key of a first value
 * without one, or NULL. Another value without a key is a flag that is on.
 */
const char *piece_next(const char *s, const char *implied, struct piece *p);

/* Has it that key, and nothing of it was cut? */
bool piece_is(const struct piece *p, const char *key);

#endif /* VAMPD_PIECES_H */
