// SPDX-License-Identifier: GPL-2.0-or-later
/* facts.c - prints facts; they are not trusted. */
#include "facts.h"

#include <stdio.h>

static void clean(const char *text)
{
	for (; *text; text++)
		putchar(*text >= ' ' && *text < 0x7f ? *text : '?');
}

void facts_print(const struct stream *s)
{
	u32 i;

	for (i = 0; i < s->nr_facts; i++) {
		clean(s->fact[i].name);
		fputs(": ", stdout);
		clean(s->fact[i].text);
		putchar('\n');
	}
	if (s->nr_facts)
		putchar('\n');
}
