// SPDX-License-Identifier: GPL-2.0-or-later
/* test_waiters.c - who waits for a background process, on threads that are numbers. */
#include "test.h"

#include "waiters.h"

#define ROOM	8

/* A terminal 10, its shell 20, make 30, a compiler's driver 40 and the compiler 50. */
static struct task world[] = {
	{ .tid = 1, .tgid = 1, .waits = true },
	{ .tid = 10, .tgid = 10, .ppid = 1 },
	{ .tid = 20, .tgid = 20, .ppid = 10, .waits = true },
	{ .tid = 30, .tgid = 30, .ppid = 20, .waits = true },
	{ .tid = 40, .tgid = 40, .ppid = 30, .waits = true },
	{ .tid = 50, .tgid = 50, .ppid = 40 },
	{ .tid = 51, .tgid = 50, .ppid = 40 },
	{ .tid = 60, .tgid = 60, .ppid = 1 },
};

#define THREADS	(sizeof(world) / sizeof(world[0]))

static struct tasks tasks = { world, THREADS, THREADS };
static pid_t pid[ROOM];

static void all_that_wait_for_it_are_found_up_to_one_that_does_not(void **state)
{
	(void)state;
	pid[0] = 50;
	assert_int_equal(waiters_add(&tasks, pid, 1, ROOM), 4);
	assert_int_equal(pid[1], 40);
	assert_int_equal(pid[2], 30);
	assert_int_equal(pid[3], 20);
}

/* A browser may well wait in one thread while others serve the user. */
static void a_process_of_several_threads_is_none(void **state)
{
	struct task was = world[THREADS - 1];

	(void)state;
	world[THREADS - 1] = (struct task){ .tid = 61, .tgid = 30, .ppid = 20 };
	pid[0] = 50;
	assert_int_equal(waiters_add(&tasks, pid, 1, ROOM), 2);
	world[THREADS - 1] = was;
}

/* Its children are all services. */
static void the_first_process_is_none(void **state)
{
	(void)state;
	pid[0] = 60;
	assert_int_equal(waiters_add(&tasks, pid, 1, ROOM), 1);
}

static void nobody_is_there_twice(void **state)
{
	(void)state;
	pid[0] = 50;
	pid[1] = 40;
	pid[2] = 20;
	assert_int_equal(waiters_add(&tasks, pid, 3, ROOM), 4);
	assert_int_equal(pid[3], 30);
}

static void no_more_than_there_is_room_for(void **state)
{
	(void)state;
	pid[0] = 50;
	pid[2] = 0;
	assert_int_equal(waiters_add(&tasks, pid, 1, 2), 2);
	assert_int_equal(pid[2], 0);
}

/* As it happens when it ends between the host's list and this. */
static void a_process_that_has_ended_has_none(void **state)
{
	(void)state;
	pid[0] = 99;
	assert_int_equal(waiters_add(&tasks, pid, 1, ROOM), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			all_that_wait_for_it_are_found_up_to_one_that_does_not),
		cmocka_unit_test(a_process_of_several_threads_is_none),
		cmocka_unit_test(the_first_process_is_none),
		cmocka_unit_test(nobody_is_there_twice),
		cmocka_unit_test(no_more_than_there_is_room_for),
		cmocka_unit_test(a_process_that_has_ended_has_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
