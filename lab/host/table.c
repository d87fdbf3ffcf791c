// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * table.c - a text file of rows.
 */
#include <errno.h>
#include <string.h>

#include "report.h"
#include "table.h"

void table_open(struct table *t, const char *path)
{
	t->file = fopen(path, "re");
	if (!t->file)
		undecided("%s: %s", path, strerror(errno));
}

static void split(struct table *t)
{
	char *rest = t->line, *column;

	t->line[strcspn(t->line, "\n")] = 0;
	for (unsigned int i = 0; i < TABLE_COLUMNS; i++) {
		column = rest ? strsep(&rest, "\t") : NULL;
		t->column[i] = column ? column : "";
	}
}

bool table_next(struct table *t, const char *kind)
{
	while (fgets(t->line, sizeof(t->line), t->file)) {
		split(t);
		if (!strcmp(t->column[0], kind))
			return true;
	}
	fclose(t->file);
	return false;
}

unsigned int table_words(const char *text,
			 void (*act)(const char *word, const void *context),
			 const void *context)
{
	char list[256], *rest = list, *word;
	unsigned int n = 0;

	snprintf(list, sizeof(list), "%s", strcmp(text, "-") ? text : "");
	while ((word = strsep(&rest, " "))) {
		if (!*word)
			continue;
		act(word, context);
		n++;
	}
	return n;
}
