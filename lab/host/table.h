/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * table.h - a text file of rows: columns separated by tabs, # begins a comment.
 */
#ifndef LAB_TABLE_H
#define LAB_TABLE_H

#include <stdbool.h>
#include <stdio.h>

#define TABLE_COLUMNS	6

struct table {
	FILE *file;
	char line[512];
	const char *column[TABLE_COLUMNS];	/* of the row; "" if not there */
};

/* Ends with UNDECIDED if the file cannot be read. */
void table_open(struct table *t, const char *path);

/* The next row whose first column is @kind; false, and closed, at the end. */
bool table_next(struct table *t, const char *kind);

/*
 * Calls @act for each word of @text, separated by blanks; "-" alone is none.
 * How many there were.
 */
unsigned int table_words(const char *text,
			 void (*act)(const char *word, const void *context),
			 const void *context);

#endif
