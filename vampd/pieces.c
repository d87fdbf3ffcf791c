// SPDX-License-Identifier: GPL-2.0-or-later
#include "pieces.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

static void put(struct piece *p, char *to, size_t *used, char c)
{
	if (*used < PIECE_TEXT - 1)
		to[(*used)++] = c;
	else
		p->cut = true;
}

/* Up to the next comma. */
static const char *take_value(const char *s, struct piece *p)
{
	size_t used = 0;

	for (; *s; s++) {
		if (*s == ',' && *++s != ',')
			break;
		put(p, p->value, &used, *s);
	}
	p->value[used] = '\0';
	return s;
}

static const char *take_key(const char *s, struct piece *p)
{
	size_t used = 0;

	for (; *s && *s != '=' && *s != ','; s++)
		put(p, p->key, &used, *s);
	p->key[used] = '\0';
	return s;
}

const char *piece_next(const char *s, const char *implied, struct piece *p)
{
	size_t key = strcspn(s, "=,");

	if (!*s)
		return NULL;
	p->cut = false;
	if (s[key] == '=') {
		s = take_key(s, p);
		return take_value(s + 1, p);
	}
	if (implied) {
		snprintf(p->key, sizeof(p->key), "%s", implied);
		return take_value(s, p);
	}
	s = take_key(s, p);
	strcpy(p->value, "on");
	return *s ? s + 1 : s;
}

bool piece_is(const struct piece *p, const char *key)
{
	return !p->cut && !strcmp(p->key, key);
}
