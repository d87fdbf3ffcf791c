// SPDX-License-Identifier: GPL-2.0-or-later
/* sides.c - decisions in columns. */
#include "sides.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COLUMN		66	/* of the left side */
#define LINES_MAX	2048	/* of an event: all tasks, vCPUs and more */

void side_add(struct side *side, const char *text)
{
	char **more;

	if (side->nr_lines == LINES_MAX)
		return;
	if (side->nr_lines == side->room) {
		more = realloc(side->line,
			       (side->room * 2 + 8) * sizeof(*more));
		if (!more)
			return;
		side->line = more;
		side->room = side->room * 2 + 8;
	}
	side->line[side->nr_lines] = strdup(text);
	side->nr_lines += side->line[side->nr_lines] != NULL;
}

static void drop(struct side *side)
{
	while (side->nr_lines)
		free(side->line[--side->nr_lines]);
}

void side_free(struct side *side)
{
	drop(side);
	free(side->line);
}

/* ---- counting ---- */

static void count_weight(struct side *side, const struct player *p,
			 const struct decision *d)
{
	u64 *since = &side->since[d->vcpu];

	side->changes++;
	if (*since)
		side->slow_ns[d->vcpu] += vamp_sub(p->now, *since);
	*since = d->weight.nice > 0 ? p->now : 0;
}

static bool begins(const struct decision *d)
{
	return (d->kind == DECIDED_INPUT || d->kind == DECIDED_OUTPUT) &&
	       (d->effect == EFFECT_STARTED || d->effect == EFFECT_RESTARTED);
}

void side_count(struct side *side, const struct player *p,
		const struct decision *d)
{
	side->phases += begins(d);
	side->classifications += d->kind == DECIDED_CLASSES;
	side->mixed +=
		d->kind == DECIDED_CLASSES && p->vm->phase == PHASE_MIXED;
	if (d->kind == DECIDED_WEIGHT)
		count_weight(side, p, d);
}

void side_end(struct side *side, const struct player *p)
{
	u32 i;

	for (i = 0; i < p->vm->nr_vcpus; i++) {
		if (p->vm->vcpu[i].exec_ns)
			side->nr_vcpus = i + 1;
		if (side->since[i])
			side->slow_ns[i] += vamp_sub(p->now, side->since[i]);
	}
}

/* ---- printing ---- */

void sides_title(const char *other)
{
	printf("%10s %12s    ", "event", "seconds");
	if (other)
		printf("%-*s  | %s\n", COLUMN, "as recorded", other);
	else
		puts("decision");
}

/* The place of the next line of @b, from @from on, that is @text; or its end. */
static u32 find(const struct side *b, u32 from, const char *text)
{
	while (from < b->nr_lines && strcmp(b->line[from], text))
		from++;
	return from;
}

static void row(const char *where, const char *left, const char *right)
{
	char mark = left && right ? ' ' : left ? '<' : '>';

	printf("%s%-*s%c | %s\n", where, COLUMN, left ? left : "", mark,
	       right ? right : "");
}

/* Equal lines stand beside each other. */
static void print_both(const char *where, const struct side *a,
		       const struct side *b)
{
	u32 i, j = 0;

	for (i = 0; i < a->nr_lines; i++) {
		u32 at = find(b, j, a->line[i]);

		while (at < b->nr_lines && j < at)
			row(where, NULL, b->line[j++]);
		if (at < b->nr_lines)
			j++;
		row(where, a->line[i], at < b->nr_lines ? a->line[i] : NULL);
	}
	while (j < b->nr_lines)
		row(where, NULL, b->line[j++]);
}

void sides_print(struct side side[], u32 nr, u64 seq, double seconds)
{
	char where[64];
	u32 i;

	snprintf(where, sizeof(where), "%10" PRIu64 " %12.6f    ", seq,
		 seconds);
	if (nr == 2)
		print_both(where, &side[0], &side[1]);
	else
		for (i = 0; i < side->nr_lines; i++)
			printf("%s%s\n", where, side->line[i]);
	for (i = 0; i < nr; i++)
		drop(&side[i]);
}

static void total(const struct side side[], u32 nr, const char *what,
		  size_t offset)
{
	u32 i;

	printf("%-32s", what);
	for (i = 0; i < nr; i++)
		printf(" %14" PRIu64,
		       *(const u64 *)((const char *)&side[i] + offset));
	putchar('\n');
}

void sides_summary(const struct side side[], u32 nr)
{
	u32 i, n;

	printf("\n%-32s %14s%s\n", "", "as recorded",
	       nr == 2 ? "           then" : "");
	total(side, nr, "phases", offsetof(struct side, phases));
	total(side, nr, "classifications",
	      offsetof(struct side, classifications));
	total(side, nr, "of them with mixed load",
	      offsetof(struct side, mixed));
	total(side, nr, "changes of weight", offsetof(struct side, changes));
	for (i = 0; i < side->nr_vcpus; i++) {
		printf("vCPU %-3u slow, seconds           ", i);
		for (n = 0; n < nr; n++)
			printf(" %13.3f", side[n].slow_ns[i] / 1e9);
		putchar('\n');
	}
}
