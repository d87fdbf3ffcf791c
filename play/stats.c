// SPDX-License-Identifier: GPL-2.0-or-later
#include "stats.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define TAIL		((1 - STATS_CONFIDENCE) / 2)
#define QUANTILES	3

static const double quantiles[QUANTILES] = { 0.5, 0.95, 0.99 };

/* Which of the values, from 0, as a fraction. */
static double rank_of(size_t n, double q)
{
	return q * (double)(n - 1);
}

static double at_rank(const double *sorted, size_t n, double rank)
{
	size_t below = (size_t)rank;

	if (below + 1 >= n)
		return sorted[n - 1];
	return sorted[below] +
	       (rank - (double)below) * (sorted[below + 1] - sorted[below]);
}

/* ---- the bootstrap ---- */

/* splitmix64, always from the same seed. */
static uint64_t any(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

/* As many values as there are, drawn with replacement, in ascending order. */
static void draw(const double *sorted, size_t n, uint64_t *state,
		 uint32_t *times, double *to)
{
	size_t i, k = 0;

	memset(times, 0, n * sizeof(*times));
	for (i = 0; i < n; i++)
		times[any(state) % n]++;
	for (i = 0; i < n; i++)
		for (; times[i]; times[i]--)
			to[k++] = sorted[i];
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void interval(double *found, struct quantile *to)
{
	qsort(found, STATS_RESAMPLES, sizeof(*found), ascending);
	to->low =
		at_rank(found, STATS_RESAMPLES, rank_of(STATS_RESAMPLES, TAIL));
	to->high = at_rank(found, STATS_RESAMPLES,
			   rank_of(STATS_RESAMPLES, 1 - TAIL));
}

static void resample(const double *sorted, size_t n, uint32_t *times,
		     double *drawn, double *found[QUANTILES])
{
	uint64_t state = n;
	size_t i, k;

	for (i = 0; i < STATS_RESAMPLES; i++) {
		draw(sorted, n, &state, times, drawn);
		for (k = 0; k < QUANTILES; k++)
			found[k][i] =
				at_rank(drawn, n, rank_of(n, quantiles[k]));
	}
}

/* False: no memory, or so many values that it would take minutes. */
static bool bootstrap(const double *sorted, size_t n, struct quantile **to)
{
	double *found = calloc(QUANTILES * STATS_RESAMPLES, sizeof(*found));
	double *each[QUANTILES], *drawn = calloc(n, sizeof(*drawn));
	uint32_t *times = calloc(n, sizeof(*times));
	bool good = found && drawn && times;
	size_t k;

	for (k = 0; good && k < QUANTILES; k++)
		each[k] = found + k * STATS_RESAMPLES;
	if (good)
		resample(sorted, n, times, drawn, each);
	for (k = 0; good && k < QUANTILES; k++)
		interval(each[k], to[k]);
	free(found);
	free(drawn);
	free(times);
	return good;
}

/* ---- */

/* All values lie on one side of the quantile no more often than TAIL. */
static void bounds(size_t n, double q, bool there, struct quantile *to)
{
	to->has_low = there && pow(1 - q, (double)n) <= TAIL;
	to->has_high = there && pow(q, (double)n) <= TAIL;
}

void stats_of(double *value, size_t n, struct stats *s)
{
	struct quantile *to[QUANTILES] = { &s->median, &s->p95, &s->p99 };
	bool there;
	size_t i;

	*s = (struct stats){ .n = n };
	if (!n)
		return;
	qsort(value, n, sizeof(*value), ascending);
	for (i = 0; i < n; i++)
		s->mean += value[i] / (double)n;
	s->least = value[0];
	s->most = value[n - 1];
	there = n <= STATS_VALUES_MAX && bootstrap(value, n, to);
	for (i = 0; i < QUANTILES; i++) {
		to[i]->value = at_rank(value, n, rank_of(n, quantiles[i]));
		bounds(n, quantiles[i], there, to[i]);
	}
}
