// SPDX-License-Identifier: GPL-2.0-or-later
#include "responses.h"

#include <inttypes.h>
#include <stdlib.h>

#define MS	1000.0		/* us */

void responses_init(struct responses *r, const struct trace *t)
{
	*r = (struct responses){ .trace = t };
	r->points = (uint32_t)trace_count(t, KIND_POINT);
}

void responses_free(struct responses *r)
{
	free(r->response);
	r->response = NULL;
}

static bool room(struct responses *r)
{
	size_t n = r->room ? r->room * 2 : 64;
	struct response *more;

	if (r->nr < r->room)
		return true;
	more = realloc(r->response, n * sizeof(*more));
	if (!more)
		return false;
	r->response = more;
	r->room = n;
	return true;
}

bool responses_add(struct responses *r, const struct replay *replay)
{
	struct response one = { .repetition = ++r->repetitions };
	size_t i;

	for (i = 0; i < replay->results; i++) {
		one.result = replay->result[i];
		if (r->trace->event[one.result.event].kind != KIND_POINT)
			continue;
		one.point++;
		if (!room(r))
			return false;
		r->response[r->nr++] = one;
	}
	return true;
}

size_t responses_count(const struct responses *r, enum outcome outcome)
{
	size_t i, n = 0;

	for (i = 0; i < r->nr; i++)
		n += r->response[i].result.outcome == outcome;
	return n;
}

/* A response that came before the release took no time as a person sees it. */
static bool measured(const struct response *one)
{
	return one->result.outcome == OUTCOME_TIMED ||
	       one->result.outcome == OUTCOME_EARLY;
}

bool responses_stats(const struct responses *r, uint32_t point, struct stats *s)
{
	double *ms = calloc(r->nr ? r->nr : 1, sizeof(*ms));
	size_t i, n = 0;

	if (!ms)
		return false;
	for (i = 0; i < r->nr; i++) {
		const struct response *one = &r->response[i];

		if (measured(one) && (!point || one->point == point))
			ms[n++] = (double)one->result.response_us / MS;
	}
	stats_of(ms, n, s);
	free(ms);
	return true;
}

const char *outcome_name(enum outcome outcome)
{
	switch (outcome) {
	case OUTCOME_NONE:
		return "not-reached";
	case OUTCOME_REACHED:
		return "untimed";
	case OUTCOME_TIMED:
		return "timed";
	case OUTCOME_EARLY:
		return "early";
	case OUTCOME_UNCHANGED:
		return "unchanged";
	case OUTCOME_DIFFERS:
		return "differs";
	}
	return "unknown";
}

/* ---- a table ---- */

static void print_side(FILE *to, bool has, double ms)
{
	if (has)
		fprintf(to, "%.1f", ms);
	else
		fputc('?', to);
}

static void print_quantile(FILE *to, const struct quantile *q)
{
	char text[64];
	FILE *cell = fmemopen(text, sizeof(text), "w");

	if (!cell)
		return;
	fprintf(cell, "%.1f [", q->value);
	print_side(cell, q->has_low, q->low);
	fputs(", ", cell);
	print_side(cell, q->has_high, q->high);
	fputc(']', cell);
	fclose(cell);
	fprintf(to, "  %-24s", text);
}

static void print_row(FILE *to, const char *name, const struct stats *s)
{
	fprintf(to, "%5s %6zu", name, s->n);
	if (!s->n) {
		fputs("  nothing measured\n", to);
		return;
	}
	fprintf(to, " %9.1f", s->least);
	print_quantile(to, &s->median);
	print_quantile(to, &s->p95);
	print_quantile(to, &s->p99);
	fprintf(to, " %9.1f\n", s->most);
}

bool responses_table(const struct responses *r, FILE *to)
{
	struct stats s;
	uint32_t point;
	char name[16];

	fprintf(to, "%5s %6s %9s  %-24s  %-24s  %-24s %9s\n", "point", "n",
		"least", "median [95 %]", "p95 [95 %]", "p99 [95 %]", "most");
	for (point = 1; point <= r->points; point++) {
		if (!responses_stats(r, point, &s))
			return false;
		snprintf(name, sizeof(name), "%u", point);
		print_row(to, name, &s);
	}
	if (!responses_stats(r, 0, &s))
		return false;
	print_row(to, "all", &s);
	fprintf(to,
		"Response times in ms; %u repetitions; of %zu points reached ",
		r->repetitions, r->nr);
	fprintf(to, "%zu were timed, %zu more were there before the release\n",
		responses_count(r, OUTCOME_TIMED),
		responses_count(r, OUTCOME_EARLY));
	return !ferror(to);
}

/* ---- for other programs ---- */

bool responses_csv(const struct responses *r, FILE *to)
{
	size_t i;

	fputs("repetition,point,outcome,response_ms,at_ms,wait_ms,differing,allowed,samples\n",
	      to);
	for (i = 0; i < r->nr; i++) {
		const struct response *one = &r->response[i];
		const struct result *x = &one->result;

		fprintf(to, "%u,%u,%s,", one->repetition, one->point,
			outcome_name(x->outcome));
		if (measured(one))
			fprintf(to, "%.3f", (double)x->response_us / MS);
		fprintf(to, ",%.3f,%.3f,%u,%u,%u\n", (double)x->at_us / MS,
			(double)x->wait_us / MS, x->match.differ,
			x->match.allowed, x->match.nr);
	}
	return !ferror(to);
}
