/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stats.h - series of measurements and what to say of them.
 */
#ifndef LAB_STATS_H
#define LAB_STATS_H

#include <json-c/json.h>

#define SERIES_MAX	2048

struct series {
	unsigned int n;
	double value[SERIES_MAX];
};

void series_add(struct series *s, double value);

/* 0 for an empty series. */
double series_mean(const struct series *s);
double series_median(const struct series *s);

/* The @p-th percentile, between the two nearest values. */
double series_percentile(const struct series *s, double p);

/* The values in the order in which they came, to one decimal. */
struct json_object *series_json(const struct series *s);

/* A number with @digits decimals. */
struct json_object *json_number(double value, int digits);

#endif
