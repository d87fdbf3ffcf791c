/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stats.h - quantiles of measurements, and how sure they are. */
#ifndef PLAY_STATS_H
#define PLAY_STATS_H

#include <stdbool.h>
#include <stddef.h>

#define STATS_CONFIDENCE	0.95
#define STATS_RESAMPLES	2000
#define STATS_VALUES_MAX	100000	/* for intervals: 200 million draws */

/*
 * A quantile, between the two nearest values, and its confidence interval by
 * bootstrap: that quantile of STATS_RESAMPLES samples of as many values drawn from
 * these, the middle STATS_CONFIDENCE of them. The same values always give the same
 * interval. A side of it is missing where there are too few values to bound the
 * quantile there, whatever the distribution: the bootstrap never looks beyond the
 * values and would say too much. Both are missing where there are more than
 * STATS_VALUES_MAX, or no memory.
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

#endif /* PLAY_STATS_H */
