// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct change nothing_for(const struct task *t)
{
	return (struct change){
		.tid = t->tid,
		.tgid = t->tgid,
		.start = t->start,
		.from = t->now,
		.to = t->now,
		.nice = t->nice,
	};
}

static void move(struct change *change, const struct vamp_cpus *to)
{
	change->moves = true;
	change->to = *to;
}

static void renice(struct change *change, int nice)
{
	change->renices = true;
	change->nice = nice;
}

/* Unless it is none. */
static int add_change(struct changes *c, const struct change *change)
{
	if (!change->moves && !change->renices)
		return 0;
	if (c->count == c->room) {
		size_t room = c->room ? 2 * c->room : 256;
		struct change *more = realloc(c->change, room * sizeof(*more));

		if (!more)
			return -ENOMEM;
		c->change = more;
		c->room = room;
	}
	c->change[c->count++] = *change;
	return 0;
}

void changes_free(struct changes *c)
{
	free(c->change);
	*c = (struct changes){ .change = NULL };
}

/* ---- threads that are not in the book yet ---- */

static bool was_given(const struct record *r, const struct vamp_cpus *cpus)
{
	return !vamp_cpus_equal(&r->given, &r->original) &&
	       (vamp_cpus_equal(&r->given, cpus) ||
		vamp_cpus_equal(&r->before, cpus));
}

static bool had(const struct record *r, pid_t tgid,
		const struct vamp_cpus *cpus)
{
	return r->tgid == tgid && (vamp_cpus_equal(&r->given, cpus) ||
				   vamp_cpus_equal(&r->before, cpus) ||
				   vamp_cpus_equal(&r->original, cpus));
}

/* A thread of process @tgid, its first before others, that has or had @cpus. */
static const struct record *thread_with(const struct book *b, pid_t tgid,
					const struct vamp_cpus *cpus)
{
	const struct record *r = book_find(b, tgid);

	if (r && had(r, tgid, cpus))
		return r;
	for (size_t i = 0; i < b->count; i++)
		if (had(&b->record[i], tgid, cpus))
			return &b->record[i];
	return NULL;
}

static size_t count_same(const struct book *b, const struct record *like,
			 const struct vamp_cpus *cpus)
{
	size_t n = 0;

	for (size_t i = 0; i < b->count; i++)
		n += was_given(&b->record[i], cpus) &&
		     vamp_cpus_equal(&b->record[i].original, &like->original);
	return n;
}

/* One of those that most threads which were given @cpus had before. */
static const struct record *usual(const struct book *b,
				  const struct vamp_cpus *cpus)
{
	const struct record *best = NULL;
	size_t most = 0;

	for (size_t i = 0; i < b->count; i++) {
		const struct record *r = &b->record[i];
		size_t n;

		if (!was_given(r, cpus) ||
		    (best && vamp_cpus_equal(&r->original, &best->original)))
			continue;
		n = count_same(b, r, cpus);
		if (n > most) {
			most = n;
			best = r;
		}
	}
	return best;
}

/* True if it has them of a relative that was given them by somebody else. */
static bool is_somebody_elses(const struct book *b, const struct tasks *all,
			      const struct task *t)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct task *from = &all->task[i];
		const struct record *r = book_of(b, from);

		if (r && (from->tgid == t->tgid || from->tgid == t->ppid) &&
		    vamp_cpus_equal(&from->now, &t->now) &&
		    !book_is_ours(r, &from->now))
			return true;
	}
	return false;
}

/* Of whom @t has inherited its CPUs, or NULL: they are its own. */
static const struct record *inherited_from(const struct book *b,
					   const struct tasks *all,
					   const struct task *t)
{
	const struct record *r = thread_with(b, t->tgid, &t->now);

	if (!r)
		r = thread_with(b, t->ppid, &t->now);
	if (!r && !is_somebody_elses(b, all, t))
		r = usual(b, &t->now);
	return r;
}

/* A thread of process @tgid, if any a niced one. */
static const struct record *niced_thread_of(const struct book *b, pid_t tgid)
{
	const struct record *other = NULL;

	for (size_t i = 0; i < b->count; i++) {
		const struct record *r = &b->record[i];

		if (r->tgid == tgid && r->niced)
			return r;
		if (r->tgid == tgid)
			other = r;
	}
	return other;
}

static size_t count_nice(const struct book *b, int nice)
{
	size_t n = 0;

	for (size_t i = 0; i < b->count; i++)
		n += b->record[i].niced && b->record[i].nice == nice;
	return n;
}

/* One of those with the nice that most niced threads had; never a negative one. */
static const struct record *usually_niced(const struct book *b)
{
	const struct record *best = NULL;

	for (size_t i = 0; i < b->count; i++) {
		const struct record *r = &b->record[i];

		if (r->niced && r->nice >= 0 &&
		    (!best ||
		     count_nice(b, r->nice) > count_nice(b, best->nice)))
			best = r;
	}
	return best;
}

/* Its parent may have ended: it is a child of the first process, or of a user's first. */
static bool may_be_orphan(const struct tasks *all, const struct task *t)
{
	const struct task *parent = tasks_find(all, t->ppid);

	return t->ppid <= 1 || !parent || parent->ppid <= 1;
}

/* Of whom @t has inherited its nice, or NULL; @parent is of whom its CPUs are. */
static const struct record *niced_by(const struct book *b,
				     const struct tasks *all,
				     const struct task *t,
				     const struct record *parent)
{
	const struct record *r;

	if (t->nice != BOOK_NICE)
		return NULL;
	r = niced_thread_of(b, t->tgid);
	if (r)
		return r->niced ? r : NULL;
	r = niced_thread_of(b, t->ppid);
	if (r && (r->niced || r->nice == BOOK_NICE))
		return r->niced ? r : NULL;
	if (parent && parent->niced)
		return parent;
	return may_be_orphan(all, t) ? usually_niced(b) : NULL;
}

/* Nobody's CPUs: they are its own. */
static struct record inheritance(const struct book *b, const struct tasks *all,
				 const struct task *t,
				 const struct record *parent)
{
	const struct record *niced = niced_by(b, all, t, parent);
	struct record r = { .original = t->now, .nice = t->nice };

	if (niced) {
		r.nice = niced->nice;
		r.niced = true;
	}
	if (!parent)
		return r;
	r.original = parent->original;
	if (parent->tgid == t->tgid || parent->tgid == t->ppid)
		r.heir_of = parent->heir_of;
	return r;
}

static struct record *learn(struct book *b, const struct tasks *all,
			    const struct task *t)
{
	struct record had = inheritance(b, all, t, inherited_from(b, all, t));
	struct record *r = book_add(b, t, &had.original);

	if (r) {
		r->given = t->now;
		r->nice = had.nice;
		r->niced = had.niced;
		r->heir_of = had.heir_of;
	}
	return r;
}

/* Parents before their children, as they were born. */
static int by_birth(const void *a, const void *b)
{
	const struct task *x = *(const struct task *const *)a;
	const struct task *y = *(const struct task *const *)b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (x->tid > y->tid) - (x->tid < y->tid);
}

static int learn_later(struct book *b, const struct tasks *t)
{
	const struct task **fresh = malloc((t->count + 1) * sizeof(*fresh));
	size_t n = 0;
	int err = 0;

	if (!fresh)
		return -ENOMEM;
	for (size_t i = 0; i < t->count; i++)
		if (!book_of(b, &t->task[i]))
			fresh[n++] = &t->task[i];
	qsort(fresh, n, sizeof(*fresh), by_birth);
	for (size_t i = 0; i < n && !err; i++)
		err = learn(b, t, fresh[i]) ? 0 : -ENOMEM;
	free(fresh);
	return err;
}

/* What they have now is their own, as long as nothing was placed. */
static int learn_first(struct book *b, const struct tasks *t)
{
	for (size_t i = 0; i < t->count; i++)
		if (!book_add(b, &t->task[i], &t->task[i].now))
			return -ENOMEM;
	return 0;
}

static int learn_all(struct book *b, const struct tasks *t)
{
	return b->count ? learn_later(b, t) : learn_first(b, t);
}

/* ---- placing ---- */

int background_compare(const void *a, const void *b)
{
	pid_t x = *(const pid_t *)a, y = *(const pid_t *)b;

	return (x > y) - (x < y);
}

static bool is_listed(const struct background *bg, pid_t pid)
{
	return bg->count && bsearch(&pid, bg->pid, bg->count, sizeof(pid),
				    background_compare);
}

static bool is_background(struct record *r, const struct background *bg)
{
	if (is_listed(bg, r->tgid))
		r->heir_of = r->tgid;
	else if (r->heir_of && !is_listed(bg, r->heir_of))
		r->heir_of = 0;
	return r->heir_of;
}

static struct vamp_cpus wanted(const struct record *r,
			       const struct vamp_cpus *side)
{
	struct vamp_cpus both = vamp_cpus_and(&r->original, side);

	return vamp_cpus_empty(&both) ? *side : both;
}

/* A cpuset may have left less of it than was wanted: that will not change. */
static bool has(const struct record *r, const struct vamp_cpus *to,
		const struct vamp_cpus *now)
{
	return vamp_cpus_equal(now, to) ||
	       (vamp_cpus_equal(&r->given, to) && book_is_ours(r, now) &&
		!vamp_cpus_equal(now, &r->original) &&
		!vamp_cpus_equal(now, &r->before));
}

static void give(struct record *r, const struct vamp_cpus *to)
{
	if (vamp_cpus_equal(&r->given, to))
		return;
	r->before = r->given;
	r->given = *to;
}

static void place_cpus(struct record *r, const struct task *t,
		       const struct vamp_cpus *side, struct change *change)
{
	struct vamp_cpus to = wanted(r, side);

	if (!book_is_ours(r, &t->now)) {
		r->left_alone = true;
		return;
	}
	if (!has(r, &to, &t->now))
		move(change, &to);
	give(r, &to);
}

static void place_nice(struct record *r, const struct task *t, bool niced,
		       struct change *change)
{
	int nice = r->nice;

	if (!book_nice_is_ours(r, t->nice))
		return;
	if (niced && r->nice <= BOOK_NICE) {
		nice = BOOK_NICE;
		r->niced = true;
	}
	if (t->nice != nice)
		renice(change, nice);
}

static int place(struct record *r, const struct task *t,
		 const struct vamp_cpus *side, bool niced, struct changes *c)
{
	struct change change = nothing_for(t);

	place_cpus(r, t, side, &change);
	place_nice(r, t, niced, &change);
	return add_change(c, &change);
}

enum turn {
	AGENT,
	BACKGROUND,
	OTHERS,
	TURNS
};

static enum turn turn_of(struct record *r, const struct background *bg)
{
	bool slow = is_background(r, bg);

	if (bg->agent && r->tgid == bg->agent)
		return AGENT;
	return slow ? BACKGROUND : OTHERS;
}

static const struct vamp_cpus *side_of(enum turn turn, const struct sides *s)
{
	if (turn == OTHERS)
		return &s->others;
	return turn == BACKGROUND ? &s->slow : &s->fast;
}

int plan_place(struct book *b, const struct tasks *t, const struct sides *s,
	       const struct background *bg, struct changes *c)
{
	int err = learn_all(b, t);

	if (!err)
		book_prune(b, t);
	c->count = 0;
	for (enum turn turn = 0; turn < TURNS; turn++)
		for (size_t i = 0; i < t->count && !err; i++) {
			struct record *r = book_of(b, &t->task[i]);

			if (turn_of(r, bg) == turn)
				err = place(r, &t->task[i], side_of(turn, s),
					    s->niced && turn == BACKGROUND, c);
		}
	return err;
}

static int restore(const struct record *r, const struct task *t,
		   struct changes *c)
{
	struct change change = nothing_for(t);

	if (book_is_ours(r, &t->now) && !vamp_cpus_equal(&t->now, &r->original))
		move(&change, &r->original);
	if (book_nice_is_ours(r, t->nice) && t->nice != r->nice)
		renice(&change, r->nice);
	return add_change(c, &change);
}

int plan_restore(struct book *b, const struct tasks *t, struct changes *c)
{
	int err = b->count ? learn_later(b, t) : 0;

	c->count = 0;
	for (size_t i = 0; i < t->count && !err; i++) {
		const struct record *r = book_of(b, &t->task[i]);

		if (r)
			err = restore(r, &t->task[i], c);
	}
	return err;
}
