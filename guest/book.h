/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * book.h - what was changed, so that it can be put back: for each thread the CPUs
 * that it might run on before anything was placed, and those it was given since; its
 * nice then, and whether it was ever niced here.
 */
#ifndef VAMP_GUEST_BOOK_H
#define VAMP_GUEST_BOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <vamp/channel.h>

#include "tasks.h"

/*
 * Of who is niced: a fiftieth of what others weigh. One that hardly anybody chooses, so
 * that an orphan with it has it from here.
 */
#define BOOK_NICE	18

struct record {
	pid_t tid, tgid;
	uint64_t start;
	struct vamp_cpus original;
	struct vamp_cpus given;		/* last; ->original: nothing */
	struct vamp_cpus before;	/* given before that */
	int nice;			/* before */
	bool niced;			/* since, to BOOK_NICE */
	pid_t heir_of;		/* process by which it is background, or 0 */
	bool left_alone;	/* somebody else changed it: theirs is right */
};

/* By tid. All zero at first. */
struct book {
	struct record *record;
	size_t count, room;
};

/* NULL: none. */
struct record *book_find(const struct book *b, pid_t tid);

/* That of this very thread; one of an earlier thread with its tid is not. */
struct record *book_of(const struct book *b, const struct task *t);

/*
 * A record of @t, which might run on @original with the nice that it has; it replaces
 * one of an earlier thread with its tid. NULL: no memory. Other records move.
 */
struct record *book_add(struct book *b, const struct task *t,
			const struct vamp_cpus *original);

/*
 * True if @now is what the thread was given here, and not what somebody else
 * chose for it since.
 */
bool book_is_ours(const struct record *r, const struct vamp_cpus *now);

/* The same of a nice of @now. */
bool book_nice_is_ours(const struct record *r, int now);

/*
 * Forgets the threads that are not in @t. All of @t have to be in the book: what
 * they inherited from one that is forgotten is known then.
 */
void book_prune(struct book *b, const struct tasks *t);

void book_clear(struct book *b);
void book_free(struct book *b);

#endif /* VAMP_GUEST_BOOK_H */
