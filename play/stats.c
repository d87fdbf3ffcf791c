// SPDX-License-Identifier: GPL-2.0-or-later
#include "stats.h"

#include <math.h>
#include <stdlib.h>

/* P(X = k) of a binomial distribution. */
static double binomial(size_t n, size_t k, double q)
{
	double ways = lgamma((double)n + 1) - lgamma((double)k + 1) -
		      lgamma((double)(n - k) + 1);

	return exp(ways + (double)k * log(q) + (double)(n - k) * log1p(-q));
}

/*
 * The quantile is below the k-th smallest value if fewer than k are below it. That
 * number is binomial, so each side's chance is a sum of its tail.
 */
static void confidence(const double *sorted, size_t n, double q,
		       struct quantile *to)
{
	const double tail = (1 - STATS_CONFIDENCE) / 2;
	double sum = 0;
	size_t k;

	for (k = 0; k < n && (sum += binomial(n, k, q)) <= tail; k++) {
		to->has_low = true;
		to->low = sorted[k];
	}
	sum = 0;
	for (k = n; k > 0 && (sum += binomial(n, k, q)) <= tail; k--) {
		to->has_high = true;
		to->high = sorted[k - 1];
	}
}

struct quantile quantile_of(const double *sorted, size_t n, double q)
{
	struct quantile to = { 0 };
	double rank = q * (double)(n - 1);
	size_t below = (size_t)rank;

	to.value = sorted[below];
	if (below + 1 < n)
		to.value += (rank - (double)below) *
			    (sorted[below + 1] - sorted[below]);
	confidence(sorted, n, q, &to);
	return to;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void stats_of(double *value, size_t n, struct stats *s)
{
	size_t i;

	*s = (struct stats){ .n = n };
	if (!n)
		return;
	qsort(value, n, sizeof(*value), ascending);
	for (i = 0; i < n; i++)
		s->mean += value[i] / (double)n;
	s->least = value[0];
	s->most = value[n - 1];
	s->median = quantile_of(value, n, 0.5);
	s->p95 = quantile_of(value, n, 0.95);
	s->p99 = quantile_of(value, n, 0.99);
}
