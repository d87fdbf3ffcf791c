// SPDX-License-Identifier: GPL-2.0-or-later
/* test_plan.c - placing and putting back, on threads that are numbers only. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "plan.h"

#define ROOM	512

static struct task world[ROOM];		/* by tid */
static struct tasks tasks = { world, 0, ROOM };
static struct book book;
static struct changes changes;
static struct sides sides;

static void divide(const char *fast, const char *slow)
{
	sides.fast = cpus_of(fast);
	sides.slow = cpus_of(slow);
	sides.others = sides.fast;
	sides.niced = false;
}

/* All but background may run anywhere, and background yields. */
static void spare(void)
{
	sides.others = cpus_of("0-3");
	sides.niced = true;
}

static int reset(void **state)
{
	(void)state;
	tasks.count = 0;
	book_free(&book);
	changes_free(&changes);
	divide("0-1", "2-3");
	return 0;
}

static struct task *born(pid_t tid, pid_t tgid, pid_t ppid, const char *cpus)
{
	struct task *t = &world[tasks.count++];

	*t = (struct task){ .tid = tid,
			    .tgid = tgid,
			    .ppid = ppid,
			    .start = (uint64_t)tid,
			    .now = cpus_of(cpus) };
	return t;
}

/* As the kernel does it. */
static struct task *forked(pid_t tid, pid_t tgid, const struct task *from)
{
	struct task *t = born(tid, tgid, from->tgid, "0");

	if (tgid == from->tgid)
		t->ppid = from->ppid;
	t->now = from->now;
	t->nice = from->nice;
	return t;
}

static struct task *thread(pid_t tid)
{
	return (struct task *)tasks_find(&tasks, tid);
}

static void apply(void)
{
	for (size_t i = 0; i < changes.count; i++) {
		struct task *t = thread(changes.change[i].tid);

		assert_true(vamp_cpus_equal(&t->now, &changes.change[i].from));
		if (changes.change[i].moves)
			t->now = changes.change[i].to;
		if (changes.change[i].renices)
			t->nice = changes.change[i].nice;
	}
}

static void place(pid_t background)
{
	struct background bg = { .pid = &background,
				 .count = background ? 1 : 0 };

	assert_int_equal(plan_place(&book, &tasks, &sides, &bg, &changes), 0);
	apply();
}

static void restore(void)
{
	assert_int_equal(plan_restore(&book, &tasks, &changes), 0);
	apply();
	assert_int_equal(plan_restore(&book, &tasks, &changes), 0);
	assert_int_equal(changes.count, 0);
}

static void expect(pid_t tid, const char *cpus)
{
	expect_cpus(&thread(tid)->now, cpus);
}

static void expect_nice(pid_t tid, int nice)
{
	assert_int_equal(thread(tid)->nice, nice);
}

static void whole_processes_go_to_their_side(void **state)
{
	(void)state;
	born(10, 10, 1, "0-3");
	born(11, 10, 1, "0-3");
	born(20, 20, 1, "0-3");
	place(10);
	expect(10, "2-3");
	expect(11, "2-3");
	expect(20, "0-1");
	assert_int_equal(changes.change[0].tid, 10);
	restore();
	expect(10, "0-3");
	expect(20, "0-3");
}

/* On a slow CPU it would share what is left with all that it has just put there. */
static void the_agent_moves_first_and_is_never_slow(void **state)
{
	pid_t pid = 10;
	struct background bg = { .pid = &pid, .count = 1, .agent = 30 };

	(void)state;
	born(10, 10, 1, "0-3");
	born(20, 20, 1, "0-3");
	born(30, 30, 10, "0-3");
	assert_int_equal(plan_place(&book, &tasks, &sides, &bg, &changes), 0);
	assert_int_equal(changes.count, 3);
	assert_int_equal(changes.change[0].tid, 30);
	assert_int_equal(changes.change[1].tid, 10);
	apply();
	expect(30, "0-1");
	restore();
	expect(30, "0-3");
}

static void who_was_restricted_stays_so_where_that_is_possible(void **state)
{
	(void)state;
	born(10, 10, 1, "1-2");
	born(20, 20, 1, "1-2");
	born(30, 30, 1, "3");
	place(10);
	expect(10, "2");
	expect(20, "1");
	expect(30, "0-1");
	restore();
	expect(10, "1-2");
	expect(20, "1-2");
	expect(30, "3");
}

/* Children born on either day have what their parent had. */
static void who_may_run_anywhere_is_left_where_it_was(void **state)
{
	(void)state;
	born(10, 10, 1, "0-3");
	born(20, 20, 1, "0-3");
	born(30, 30, 1, "1-2");
	sides.others = cpus_of("0-3");
	place(10);
	expect(10, "2-3");
	assert_int_equal(changes.count, 1);
	forked(40, 40, thread(20));
	sides.others = sides.fast;
	place(10);
	expect(10, "2-3");
	expect(20, "0-1");
	expect(30, "1");
	expect(40, "0-1");
	forked(50, 50, thread(20));
	sides.others = cpus_of("0-3");
	place(10);
	expect(20, "0-3");
	expect(50, "0-3");
	restore();
	expect(10, "0-3");
	expect(30, "1-2");
	expect(40, "0-3");
	expect(50, "0-3");
}

static void background_is_niced_as_long_as_it_is_and_as_is_said(void **state)
{
	(void)state;
	born(10, 10, 1, "0-3")->nice = 5;
	born(11, 10, 1, "0-3")->nice = 15;
	born(20, 20, 1, "0-3")->nice = -5;
	spare();
	place(10);
	expect_nice(10, BOOK_NICE);
	expect_nice(20, -5);
	place(10);
	assert_int_equal(changes.count, 0);
	place(20);
	expect_nice(10, 5);
	expect_nice(11, 15);
	expect_nice(20, BOOK_NICE);
	sides.niced = false;
	place(20);
	expect_nice(20, -5);
	sides.niced = true;
	place(10);
	restore();
	expect_nice(10, 5);
	expect_nice(11, 15);
	expect_nice(20, -5);
}

/* On CPUs of their own, or of a parent that has ended, or is niced no more. */
static void what_niced_ones_start_gets_the_nice_that_they_had(void **state)
{
	(void)state;
	born(10, 10, 1, "0-3")->nice = 5;
	born(20, 20, 1, "0-3");
	born(21, 21, 20, "0-3");
	spare();
	place(10);
	forked(30, 30, thread(10));
	forked(31, 31, thread(30))->now = cpus_of("1");
	forked(40, 40, thread(10))->ppid = 1;
	forked(50, 50, thread(21))->nice = BOOK_NICE;
	forked(60, 60, thread(10));
	place(20);
	expect_nice(60, 5);
	restore();
	expect_nice(30, 5);
	expect_nice(31, 5);
	expect(31, "1");
	expect_nice(40, 5);
	expect_nice(50, BOOK_NICE);
	expect_nice(60, 5);
}

/* All may run anywhere, so that CPUs tell nothing of it. */
static void
an_orphan_gets_the_nice_that_most_had_and_no_negative_one(void **state)
{
	(void)state;
	born(1, 1, 0, "0-3");
	born(2, 2, 1, "0-3");
	born(10, 10, 2, "0-3")->nice = 5;
	born(11, 10, 2, "0-3")->nice = -5;
	born(12, 10, 2, "0-3")->nice = -5;
	spare();
	sides.slow = cpus_of("0-3");
	place(10);
	forked(30, 30, thread(10))->ppid = 1;
	forked(31, 31, thread(12))->ppid = 2;
	place(10);
	restore();
	expect_nice(30, 5);
	expect_nice(31, 5);
}

static void a_nice_that_somebody_else_gave_is_left_alone(void **state)
{
	(void)state;
	born(10, 10, 1, "0-3");
	born(11, 10, 1, "0-3");
	spare();
	place(10);
	thread(10)->nice = 3;
	place(10);
	assert_int_equal(changes.count, 0);
	place(0);
	restore();
	expect_nice(10, 3);
	expect_nice(11, 0);
	expect(10, "0-3");
}

static void placing_again_changes_only_what_is_new(void **state)
{
	(void)state;
	born(10, 10, 1, "0-3");
	born(20, 20, 1, "0-3");
	place(10);
	place(10);
	assert_int_equal(changes.count, 0);
	place(20);
	expect(10, "0-1");
	expect(20, "2-3");
	divide("0-2", "3");
	place(20);
	expect(10, "0-2");
	expect(20, "3");
	restore();
	expect(10, "0-3");
	expect(20, "0-3");
}

static void heirs_of_background_are_background_as_long_as_it_is(void **state)
{
	(void)state;
	born(10, 10, 1, "0-3");
	born(20, 20, 1, "0-3");
	place(10);
	/* A thread and a child of it are born. */
	tasks.count = 0;
	born(10, 10, 1, "2-3");
	born(11, 10, 1, "2-3");
	born(20, 20, 1, "0-1");
	born(40, 40, 10, "2-3");
	place(10);
	assert_int_equal(changes.count, 0);
	place(20);
	expect(11, "0-1");
	expect(40, "0-1");
	restore();
	expect(11, "0-3");
	expect(40, "0-3");
}

static void what_was_born_gets_what_its_parent_had(void **state)
{
	(void)state;
	born(10, 10, 1, "0-2");
	born(20, 20, 1, "0-3");
	place(10);
	forked(30, 30, thread(10));
	forked(31, 31, thread(30));
	forked(40, 40, thread(20));
	restore();
	expect(30, "0-2");
	expect(31, "0-2");
	expect(40, "0-3");
}

/* Its mask is that of others that were moved, but it is its own. */
static void a_pinned_parents_child_is_pinned_too(void **state)
{
	(void)state;
	divide("0", "1-3");
	born(10, 10, 1, "0-3");
	born(20, 20, 1, "0");
	born(30, 30, 1, "0-3");
	place(10);
	forked(40, 40, thread(20));
	forked(50, 50, thread(30));
	restore();
	expect(40, "0");
	expect(50, "0-3");
}

/* A phase may last for hours, in which a compiler starts a million processes. */
static void who_has_ended_is_forgotten(void **state)
{
	(void)state;
	born(10, 10, 1, "0-3");
	born(20, 20, 1, "0");
	place(10);
	for (pid_t tid = 30; tid < 1000; tid++) {
		forked(tid, tid, thread(20));
		place(10);
		expect(tid, "0");
		tasks.count--;
	}
	assert_int_equal(book.count, 3);
	restore();
	expect(10, "0-3");
	expect(20, "0");
}

static void orphans_get_what_most_had(void **state)
{
	(void)state;
	born(10, 10, 1, "0-2");
	born(20, 20, 1, "0-3");
	born(30, 30, 1, "0-3");
	place(99);
	born(40, 40, 77, "0-1");
	restore();
	expect(40, "0-3");
}

static void who_was_changed_by_somebody_else_is_left_alone(void **state)
{
	(void)state;
	born(10, 10, 1, "0-3");
	born(20, 20, 1, "0-3");
	place(10);
	thread(20)->now = cpus_of("3");
	place(10);
	expect(20, "3");
	restore();
	expect(20, "3");
	expect(10, "0-3");
}

/* What it chose for itself happens to be what others were given. */
static void a_child_has_what_its_parent_chose_meanwhile(void **state)
{
	(void)state;
	divide("0-2", "3");
	born(10, 10, 1, "0-3");
	born(20, 20, 1, "0-3");
	place(10);
	thread(20)->now = cpus_of("3");
	forked(21, 20, thread(20));
	forked(40, 40, thread(20));
	restore();
	expect(20, "3");
	expect(21, "3");
	expect(40, "3");
	expect(10, "0-3");
}

/* Its cpuset has less than it was given, and nothing of what it had. */
static void what_a_cpuset_leaves_of_it_is_still_ours(void **state)
{
	(void)state;
	born(10, 10, 1, "0-1");
	place(10);
	thread(10)->now = cpus_of("2");
	place(10);
	assert_int_equal(changes.count, 0);
	restore();
	expect(10, "0-1");
}

/* The agent is killed between writing down and doing. */
static void what_was_never_done_is_not_undone(void **state)
{
	pid_t pid = 10;
	struct background bg = { .pid = &pid, .count = 1 };

	(void)state;
	born(10, 10, 1, "0-3");
	born(20, 20, 1, "0-3");
	assert_int_equal(plan_place(&book, &tasks, &sides, &bg, &changes), 0);
	changes.count = 1;
	apply();
	sides.fast = cpus_of("0");
	restore();
	expect(10, "0-3");
	expect(20, "0-3");
}

static void a_reused_thread_id_is_another_thread(void **state)
{
	(void)state;
	born(10, 10, 1, "0-2");
	born(20, 20, 1, "0-3");
	place(10);
	thread(10)->start = 1000;
	thread(10)->now = cpus_of("1");
	restore();
	expect(10, "1");
}

/* ---- at random ---- */

static const char *const masks[] = { "0-3", "0-3", "0-3", "0",	 "1-2",
				     "3",   "0,2", "1-3", "2-3", "0-1" };

static struct vamp_cpus original[ROOM];
static int original_nice[ROOM];

static void random_birth(pid_t tid)
{
	const struct task *from = &world[(size_t)rand() % tasks.count];
	bool as_thread = rand() % 2;

	forked(tid, as_thread ? from->tgid : tid, from);
	original[tid] = original[from->tid];
	original_nice[tid] = original_nice[from->tid];
}

static bool holds(const struct task *t)
{
	struct vamp_cpus others =
		vamp_cpus_and(&original[t->tid], &sides.others);

	return vamp_cpus_within(&t->now, &sides.slow) ||
	       vamp_cpus_within(&t->now, &sides.fast) ||
	       vamp_cpus_equal(&t->now, &others);
}

static bool sides_hold(void)
{
	for (size_t i = 0; i < tasks.count; i++)
		if (!holds(&world[i]))
			return false;
	return true;
}

static void random_sides(void)
{
	static const char *const pairs[][2] = { { "0", "1-3" },
						{ "0-1", "2-3" },
						{ "0-2", "3" } };
	size_t i = (size_t)rand() % 3;

	divide(pairs[i][0], pairs[i][1]);
	if (rand() % 2)
		spare();
}

/*
 * Threads of one process have one mask here, as different ones of the threads of
 * one process cannot be told apart by their children.
 */
static void whatever_happens_all_comes_back(void **state)
{
	(void)state;
	for (unsigned int seed = 0; seed < 300; seed++) {
		pid_t tid = 1;

		reset(NULL);
		srand(seed);
		for (; tid <= 20; tid++) {
			born(tid, tid, tid / 2, masks[rand() % 10]);
			original[tid] = world[tid - 1].now;
			world[tid - 1].nice = rand() % 40 - 20;
			original_nice[tid] = world[tid - 1].nice;
		}
		for (int step = 0; step < 12; step++) {
			random_sides();
			place(rand() % tid + 1);
			assert_true(sides_hold());
			for (int i = rand() % 4; i; i--)
				random_birth(tid++);
		}
		restore();
		for (size_t i = 0; i < tasks.count; i++) {
			assert_memory_equal(&world[i].now,
					    &original[world[i].tid],
					    sizeof(world[i].now));
			assert_int_equal(world[i].nice,
					 original_nice[world[i].tid]);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(whole_processes_go_to_their_side, reset),
		cmocka_unit_test_setup(the_agent_moves_first_and_is_never_slow,
				       reset),
		cmocka_unit_test_setup(
			who_was_restricted_stays_so_where_that_is_possible,
			reset),
		cmocka_unit_test_setup(
			who_may_run_anywhere_is_left_where_it_was, reset),
		cmocka_unit_test_setup(
			background_is_niced_as_long_as_it_is_and_as_is_said,
			reset),
		cmocka_unit_test_setup(
			an_orphan_gets_the_nice_that_most_had_and_no_negative_one,
			reset),
		cmocka_unit_test_setup(
			what_niced_ones_start_gets_the_nice_that_they_had,
			reset),
		cmocka_unit_test_setup(
			a_nice_that_somebody_else_gave_is_left_alone, reset),
		cmocka_unit_test_setup(placing_again_changes_only_what_is_new,
				       reset),
		cmocka_unit_test_setup(
			heirs_of_background_are_background_as_long_as_it_is,
			reset),
		cmocka_unit_test_setup(what_was_born_gets_what_its_parent_had,
				       reset),
		cmocka_unit_test_setup(a_pinned_parents_child_is_pinned_too,
				       reset),
		cmocka_unit_test_setup(who_has_ended_is_forgotten, reset),
		cmocka_unit_test_setup(orphans_get_what_most_had, reset),
		cmocka_unit_test_setup(
			who_was_changed_by_somebody_else_is_left_alone, reset),
		cmocka_unit_test_setup(
			a_child_has_what_its_parent_chose_meanwhile, reset),
		cmocka_unit_test_setup(what_a_cpuset_leaves_of_it_is_still_ours,
				       reset),
		cmocka_unit_test_setup(what_was_never_done_is_not_undone,
				       reset),
		cmocka_unit_test_setup(a_reused_thread_id_is_another_thread,
				       reset),
		cmocka_unit_test_setup(whatever_happens_all_comes_back, reset),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	reset(NULL);
	return failed;
}
