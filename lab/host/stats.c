// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * stats.c - series of measurements and what to say of them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stats.h"

void series_add(struct series *s, double value)
{
	if (s->n < SERIES_MAX)
		s->value[s->n++] = value;
}

double series_mean(const struct series *s)
{
	double sum = 0;

	for (unsigned int i = 0; i < s->n; i++)
		sum += s->value[i];
	return s->n ? sum / s->n : 0;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double series_percentile(const struct series *s, double p)
{
	double sorted[SERIES_MAX], rank;
	unsigned int below;

	if (!s->n)
		return 0;
	memcpy(sorted, s->value, s->n * sizeof(sorted[0]));
	qsort(sorted, s->n, sizeof(sorted[0]), ascending);
	rank = p / 100 * (s->n - 1);
	below = rank;
	if (below + 1 >= s->n)
		return sorted[s->n - 1];
	return sorted[below] +
	       (rank - below) * (sorted[below + 1] - sorted[below]);
}

double series_median(const struct series *s)
{
	return series_percentile(s, 50);
}

struct json_object *json_number(double value, int digits)
{
	char text[64];

	snprintf(text, sizeof(text), "%.*f", digits, value);
	return json_object_new_double_s(strtod(text, NULL), text);
}

struct json_object *series_json(const struct series *s)
{
	struct json_object *list = json_object_new_array();

	for (unsigned int i = 0; i < s->n; i++)
		json_object_array_add(list, json_number(s->value[i], 1));
	return list;
}
