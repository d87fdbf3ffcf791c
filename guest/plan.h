/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plan.h - from the threads that there are to the list of changes: what to do,
 * without doing it.
 *
 * Rules.
 *  - A background process's threads go to the slow CPUs, all else to the fast
 *    ones, or anywhere. Who was restricted to some CPUs before stays restricted to
 *    those of them that are on its side; who has none there may use the whole side.
 *  - What a thread had before is recorded first (book.h).
 *  - A thread that was born since inherited what its parent was given. So what it
 *    would have had is what its parent had: that thread of its own process, or of
 *    the process that started it, which was given the same. Where that one has
 *    ended, what most of those had that were given the same. A child of a
 *    background process is background as long as that one is.
 *  - Background may be niced as well. Its children's nice would have been its own,
 *    wherever they run; an orphan's what most niced threads had, but not less than 0.
 *  - Who has other CPUs, or another nice, than it was given got them from somebody
 *    else, who knows better: they are left alone until all is put back, then too.
 *    What it starts is likewise.
 */
#ifndef VAMP_GUEST_PLAN_H
#define VAMP_GUEST_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <vamp/channel.h>

#include "book.h"
#include "tasks.h"

/* A thread is to have CPUs @to instead of @from, or another nice, or both. */
struct change {
	pid_t tid, tgid;
	uint64_t start;
	bool moves, renices;
	struct vamp_cpus from, to;
	int nice;
};

/* All zero at first. */
struct changes {
	struct change *change;
	size_t count, room;
};

struct sides {
	struct vamp_cpus slow, fast;
	struct vamp_cpus others;	/* of all that is not background: fast, or all */
	bool niced;			/* is background to be niced, too? */
};

/* Background processes, and who waits for one (waiters.h), by rising id. */
struct background {
	const pid_t *pid;
	size_t count;
	pid_t agent;	/* the process that does all this, or 0 */
};

/* The order of process ids there, for qsort(3). */
int background_compare(const void *a, const void *b);

/*
 * What to do so that all of @t are on their side: first the agent, which would else
 * be left behind on a slow CPU with much to do, then background. @b learns of new
 * threads, what all will have been given, and forgets those that ended. 0 or -ENOMEM.
 */
int plan_place(struct book *b, const struct tasks *t, const struct sides *s,
	       const struct background *bg, struct changes *c);

/*
 * What to do so that all of @t have what they had before. Nothing if all have,
 * so it is done when nothing is left. 0 or -ENOMEM.
 */
int plan_restore(struct book *b, const struct tasks *t, struct changes *c);

void changes_free(struct changes *c);

#endif /* VAMP_GUEST_PLAN_H */
