// SPDX-License-Identifier: GPL-2.0-or-later
#include "book.h"

#include <stdlib.h>
#include <string.h>

/* The place of @tid, or where it would be. */
static size_t place_of(const struct book *b, pid_t tid)
{
	size_t low = 0, high = b->count;

	/* Threads mostly come in their order. */
	if (high && b->record[high - 1].tid < tid)
		return high;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (b->record[middle].tid < tid)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct record *book_find(const struct book *b, pid_t tid)
{
	size_t i = place_of(b, tid);

	return i < b->count && b->record[i].tid == tid ? &b->record[i] : NULL;
}

struct record *book_of(const struct book *b, const struct task *t)
{
	struct record *r = book_find(b, t->tid);

	return r && r->start == t->start ? r : NULL;
}

static int make_room(struct book *b)
{
	size_t room = b->room ? 2 * b->room : 256;
	struct record *more;

	if (b->count < b->room)
		return 0;
	more = realloc(b->record, room * sizeof(*more));
	if (!more)
		return -1;
	b->record = more;
	b->room = room;
	return 0;
}

static struct record *insert(struct book *b, pid_t tid)
{
	size_t i = place_of(b, tid);

	if (i < b->count && b->record[i].tid == tid)
		return &b->record[i];
	if (make_room(b))
		return NULL;
	memmove(&b->record[i + 1], &b->record[i],
		(b->count - i) * sizeof(b->record[0]));
	b->count++;
	return &b->record[i];
}

struct record *book_add(struct book *b, const struct task *t,
			const struct vamp_cpus *original)
{
	struct vamp_cpus cpus = *original;	/* it may be in a record */
	struct record *r = insert(b, t->tid);

	if (!r)
		return NULL;
	*r = (struct record){
		.tid = t->tid,
		.tgid = t->tgid,
		.start = t->start,
		.original = cpus,
		.given = cpus,
		.before = cpus,
		.nice = t->nice,
	};
	return r;
}

/*
 * The kernel leaves out what a thread's cpuset does not have. What the thread had
 * before is within that cpuset, so that this only shows where it was given
 * something else altogether.
 */
static bool is_given(const struct record *r, const struct vamp_cpus *given,
		     const struct vamp_cpus *now)
{
	struct vamp_cpus kept = vamp_cpus_and(&r->original, given);

	if (vamp_cpus_equal(now, given))
		return true;
	return vamp_cpus_empty(&kept) && vamp_cpus_within(now, given);
}

bool book_is_ours(const struct record *r, const struct vamp_cpus *now)
{
	return !r->left_alone &&
	       (is_given(r, &r->given, now) || is_given(r, &r->before, now) ||
		vamp_cpus_equal(now, &r->original));
}

bool book_nice_is_ours(const struct record *r, int now)
{
	return now == r->nice || (r->niced && now == BOOK_NICE);
}

void book_prune(struct book *b, const struct tasks *t)
{
	size_t kept = 0;

	for (size_t i = 0; i < b->count; i++) {
		const struct record *r = &b->record[i];
		const struct task *task = tasks_find(t, r->tid);

		if (task && task->start == r->start)
			b->record[kept++] = *r;
	}
	b->count = kept;
}

void book_clear(struct book *b)
{
	b->count = 0;
}

void book_free(struct book *b)
{
	free(b->record);
	*b = (struct book){ .record = NULL };
}
