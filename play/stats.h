/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stats.h - quantiles of measurements, and how sure they are. */
#ifndef PLAY_STATS_H
#define PLAY_STATS_H

#include <stdbool.h>
#include <stddef.h>

#define STATS_CONFIDENCE	0.95

/*
 * A quantile, between the two nearest values, and its confidence interval: two of
 * the values, between which it lies with STATS_CONFIDENCE at least, whatever the
 * distribution. So few values may bound it on one side or on none.
 */
struct quantile {
	double value;
	bool has_low, has_high;
	double low, high;
};

struct stats {
	size_t n;		/* 0: all else means nothing */
	double least, most, mean;
	struct quantile median, p95, p99;
};

/* Sorts the values. */
void stats_of(double *value, size_t n, struct stats *s);

/* @q: above 0 and below 1; the values are sorted, @n is not 0. */
struct quantile quantile_of(const double *sorted, size_t n, double q);

#endif /* PLAY_STATS_H */
