// SPDX-License-Identifier: GPL-2.0-or-later
#include "placement.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apply.h"
#include "book.h"
#include "display.h"
#include "files.h"
#include "group.h"
#include "log.h"
#include "machine.h"
#include "plan.h"
#include "restore.h"
#include "state.h"
#include "tasks.h"
#include "waiters.h"

#define PROCESSES	256	/* background ones; more are left where they are */
#define WITH_WAITERS	(PROCESSES + 256)
#define ROUNDS		4	/* each finds what was born during the one before */

/*
 * A VM that waits for less has CPUs to spare, one that waits for more has none. Two
 * VMs that want all of a host wait for half; the host's own threads, as those that
 * draw the VM's screen, are much below.
 */
#define SPARE_PCT	25
#define NONE_SPARE_PCT	35

struct process {
	pid_t pid;
	uint64_t start;
	uint32_t load;
};

struct placement {
	struct sets_wish wish;
	unsigned int irq[IRQS_MAX];
	size_t irqs;
	struct machine machine;
	struct machine_load load[2];	/* before, now */
	struct process bg[PROCESSES];
	size_t bg_count;
	pid_t slow[WITH_WAITERS];	/* them, and who waits for them */
	size_t slow_count;		/* 0: who waits is not known yet */
	uint32_t number;		/* of the phase */
	bool on;
	struct sides sides;
	struct book book;
	struct pins pins;
	struct tasks tasks;
	struct changes changes;
	struct placement_counters count;
};

/* ---- which processes ---- */

static int compare(const void *a, const void *b)
{
	const struct process *x = a, *y = b;

	return (x->pid > y->pid) - (x->pid < y->pid);
}

/* The agent is never slow, or it would be late with all that follows. */
static void add_process(struct placement *p, pid_t pid, uint32_t load)
{
	struct process *to = &p->bg[p->bg_count];

	if (pid == getpid() || p->bg_count == PROCESSES ||
	    task_start(pid, pid, &to->start))
		return;
	to->pid = pid;
	to->load = load;
	p->bg_count++;
}

/* Processes that share an address space are all background. */
static void add_task(struct placement *p, const struct vamp_task_load *t,
		     const struct roots *roots)
{
	uint64_t id = roots_normal(t->id);
	const struct root *r = roots_find(roots, id);
	const struct root *end = roots->root + roots->count;

	p->count.unknown += !r;
	if (r)
		p->wish.load += t->load;
	for (; r && r < end && r->id == id; r++)
		if (!display_draws(r->name))
			add_process(p, r->pid, t->load);
}

static void drop_twins(struct placement *p)
{
	size_t kept = 0;

	qsort(p->bg, p->bg_count, sizeof(p->bg[0]), compare);
	for (size_t i = 0; i < p->bg_count; i++)
		if (!i || p->bg[i].pid != p->bg[kept - 1].pid)
			p->bg[kept++] = p->bg[i];
	p->bg_count = kept;
}

static void choose(struct placement *p, const struct vamp_background *bg,
		   const struct roots *roots)
{
	p->number = bg->number;
	p->bg_count = 0;
	p->slow_count = 0;
	p->wish.load = 0;
	p->wish.grown = 0;
	for (uint32_t i = 0; i < bg->count; i++)
		add_task(p, &bg->task[i], roots);
	drop_twins(p);
}

static void write_list(const struct placement *p)
{
	char text[PROCESSES * 32];
	size_t n = 0;
	int err;

	for (size_t i = 0; i < p->bg_count; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%d\t%u\n",
				      p->bg[i].pid, p->bg[i].load);
	err = files_replace(STATE_LIST, text, n);
	if (err)
		log_warn(STATE_LIST ": %s", strerror(-err));
}

/* ---- placing them ---- */

/* Once a list: later, who waited for one that has ended cannot be told. */
static void know_waiters(struct placement *p)
{
	if (p->slow_count)
		return;
	for (size_t i = 0; i < p->bg_count; i++)
		p->slow[i] = p->bg[i].pid;
	p->slow_count =
		waiters_add(&p->tasks, p->slow, p->bg_count, WITH_WAITERS);
	qsort(p->slow, p->slow_count, sizeof(p->slow[0]), background_compare);
}

static int plan(struct placement *p)
{
	struct background bg = { .pid = p->slow, .agent = getpid() };
	int err = tasks_read(&p->tasks);

	if (err)
		return err;
	know_waiters(p);
	bg.count = p->slow_count;
	return plan_place(&p->book, &p->tasks, &p->sides, &bg, &p->changes);
}

/* What is to be changed is written down first. */
static int place_round(struct placement *p, bool first)
{
	int err = plan(p);
	size_t refused;

	if (!err && (first || p->changes.count))
		err = state_write(&p->book, &p->pins);
	if (!err && p->changes.count)
		err = tasks_read(&p->tasks);
	if (err)
		return err;
	refused = apply_changes(&p->changes, &p->tasks);
	p->count.refused += refused;
	p->count.moved += p->changes.count - refused;
	return p->changes.count > refused;
}

static int place(struct placement *p)
{
	int more = 1;

	irqs_plan(&p->pins, p->irq, p->irqs, &p->sides.fast);
	for (int i = 0; i < ROUNDS && more > 0; i++)
		more = place_round(p, !i);
	if (more < 0) {
		log_error("nothing is placed: %s", strerror(-more));
		placement_end(p);
		return more;
	}
	p->count.irqs_refused += irqs_apply(&p->pins);
	return 0;
}

static int choose_sides(struct placement *p)
{
	int err = machine_read(&p->machine);

	if (err)
		return err;
	return sets_choose(&p->machine.online, &p->wish, &p->sides) ? 0 :
								      -EAGAIN;
}

static bool any_apart(const struct placement *p)
{
	for (size_t i = 0; i < p->bg_count; i++)
		if (group_is_apart(p->bg[i].pid))
			return true;
	return false;
}

/* Also when it is on already: then it becomes what is wished now. */
static int begin(struct placement *p)
{
	int err;

	p->wish.apart = p->wish.spare && any_apart(p);
	err = choose_sides(p);
	if (err) {
		placement_end(p);
		return err;
	}
	p->on = true;
	p->count.set++;
	if (p->wish.mode == SETS_DYNAMIC_LOAD)
		machine_read_load(&p->load[0]);
	return place(p);
}

int placement_set(struct placement *p, const struct vamp_background *bg,
		  const struct roots *roots)
{
	int err;

	choose(p, bg, roots);
	if (!p->bg_count) {
		placement_end(p);
		return 0;
	}
	err = begin(p);
	if (!err)
		write_list(p);
	return err;
}

void placement_end(struct placement *p)
{
	if (!p->on && !p->book.count)
		return;
	if (!restore_all(&p->book, &p->pins))
		p->count.ended++;
	p->on = false;
	p->bg_count = 0;
	p->wish.spare = false;
	memset(&p->sides, 0, sizeof(p->sides));
}

/* ---- as time passes ---- */

static bool is_left(const struct process *bg)
{
	uint64_t start;

	return !task_start(bg->pid, bg->pid, &start) && start == bg->start;
}

static bool any_left(const struct placement *p)
{
	for (size_t i = 0; i < p->bg_count; i++)
		if (is_left(&p->bg[i]))
			return true;
	return false;
}

static bool is_saturated(struct placement *p)
{
	if (machine_read_load(&p->load[1]))
		return false;
	return machine_load(&p->load[0], &p->load[1], &p->sides.fast) >= 100;
}

static void grow(struct placement *p)
{
	unsigned int slow = vamp_cpus_count(&p->sides.slow);

	if (slow > 1 && is_saturated(p))
		p->wish.grown++;
	p->load[0] = p->load[1];
}

void placement_tick(struct placement *p)
{
	if (!p->on)
		return;
	if (p->wish.mode != SETS_STATIC && !any_left(p)) {
		placement_end(p);
		return;
	}
	if (p->wish.mode == SETS_DYNAMIC_LOAD && !p->wish.spare)
		grow(p);
	if (choose_sides(p))
		placement_end(p);
	else
		place(p);
}

void placement_audio(struct placement *p, bool on)
{
	if (p->wish.audio == on)
		return;
	p->wish.audio = on;
	if (p->on)
		begin(p);
}

void placement_waited(struct placement *p, unsigned int percent)
{
	bool spare = percent < (p->wish.spare ? NONE_SPARE_PCT : SPARE_PCT);

	if (p->wish.spare == spare)
		return;
	log_debug("the VM waited for %u %% of what it wanted: %s", percent,
		  spare ? "the host has CPUs to spare" :
			  "the host has none to spare");
	p->wish.spare = spare;
	if (p->on)
		begin(p);
}

/* ---- making and telling ---- */

static void warn_of_none(const char *choice)
{
	log_warn("-i %s: no such interrupt, driver or device", choice);
}

struct placement *placement_new(const struct placement_options *o)
{
	struct placement *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->wish.mode = o->mode;
	p->wish.fast = o->fast;
	p->irqs = irqs_find(o->irq, o->irqs, p->irq, IRQS_MAX, warn_of_none);
	return p;
}

void placement_free(struct placement *p)
{
	if (!p)
		return;
	placement_end(p);
	book_free(&p->book);
	tasks_free(&p->tasks);
	changes_free(&p->changes);
	free(p);
}

void placement_tell(const struct placement *p, struct vamp_placement *m)
{
	memset(m, 0, sizeof(*m));
	m->number = p->number;
	if (!p->on)
		return;
	m->fast = machine_vcpus(&p->machine, &p->sides.others);
	if (!p->wish.spare)
		m->slow = machine_vcpus(&p->machine, &p->sides.slow);
}

bool placement_is_on(const struct placement *p)
{
	return p->on;
}

const struct placement_counters *placement_counted(const struct placement *p)
{
	return &p->count;
}
