// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host.h"
#include "proc.h"
#include "tree.h"

static void numbers_and_truth_values_are_read(void **state)
{
	long n = -1;

	(void)state;
	tree_put("13\n", "/a");
	tree_put("Y\n", "/b");
	tree_put("N\n", "/c");
	tree_put("vamp\n", "/d");
	tree_put("", "/e");
	assert_int_equal(host_number("/a", &n), 0);
	assert_int_equal(n, 13);
	assert_int_equal(host_number("/b", &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(host_number("/c", &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(host_number("/d", &n), -EPROTO);
	assert_int_equal(host_number("/e", &n), -EPROTO);
	assert_int_equal(host_number("/f", &n), -ENOENT);
}

static void what_is_longer_than_its_room_is_cut(void **state)
{
	char text[5];

	(void)state;
	tree_put("abcdefgh", "/a");
	assert_int_equal(host_read("/a", text, sizeof(text)), 4);
	assert_string_equal(text, "abcd");
}

static void failed_write_says_why(void **state)
{
	(void)state;
	tree_link("/dev/full", "/full");
	tree_put("old", "/a");
	assert_int_equal(host_write("/full", "1"), -ENOSPC);
	assert_int_equal(host_write("/missing", "1"), -ENOENT);
	assert_int_equal(host_write("/a", "new"), 0);
	assert_string_equal(tree_text("/a"), "new");
}

static void name_of_a_process_does_not_move_the_fields(void **state)
{
	(void)state;
	tree_put(
		"7 (a) S (b) 0 0) S 1 1 1 0 -1 0 0 0 0 0 1 1 0 0 20 0 1 0 1 1 1 "
		"1 1 1 1 1 0 0 0 0 0 0 0 0 17 3 2 5 0 0 0\n",
		"/proc/7/task/7/stat");
	assert_int_equal(proc_policy(7, 7), 5);
	tree_put("7 (short) S 1\n", "/proc/7/task/8/stat");
	assert_int_equal(proc_policy(7, 8), -EPROTO);
	assert_int_equal(proc_policy(7, 9), -ENOENT);
}

/* The kernel's own file, so that the fields are where they are thought to be. */
static void policy_is_what_the_kernel_says(void **state)
{
	const struct sched_param p = { .sched_priority = 0 };
	int own = sched_getscheduler(0);

	(void)state;
	host_set_root("");
	assert_int_equal(proc_policy(getpid(), getpid()), own);
	assert_int_equal(sched_setscheduler(0, SCHED_BATCH, &p), 0);
	assert_int_equal(proc_policy(getpid(), getpid()), SCHED_BATCH);
	assert_int_equal(sched_setscheduler(0, own, &p), 0);
	assert_true(proc_cpus_allowed(getpid(), getpid()) > 0);
}

static void lists_of_cpus_are_counted(void **state)
{
	(void)state;
	assert_int_equal(proc_count_cpus("0"), 1);
	assert_int_equal(proc_count_cpus("0-3,8,10-11"), 7);
	assert_int_equal(proc_count_cpus(""), -EPROTO);
	assert_int_equal(proc_count_cpus("3-1"), -EPROTO);
	assert_int_equal(proc_count_cpus("0,"), -EPROTO);
	assert_int_equal(proc_count_cpus("0-99999999"), -EPROTO);
	tree_put("Name:\tx\nCpus_allowed:\tf\nCpus_allowed_list:\t0-3\nX:\t1\n",
		 "/proc/7/task/7/status");
	assert_int_equal(proc_cpus_allowed(7, 7), 4);
}

/* Everybody can call a process "vampd"; not everybody can open the device. */
static void only_who_holds_the_device_is_the_daemon(void **state)
{
	(void)state;
	tree_put("vampd\n", "/proc/10/comm");
	tree_link("/dev/null", "/proc/10/fd/3");
	assert_int_equal(proc_find("vampd", "/dev/vamp"), 0);
	tree_put("other\n", "/proc/11/comm");
	tree_link("/dev/vamp", "/proc/11/fd/3");
	assert_int_equal(proc_find("vampd", "/dev/vamp"), 0);
	tree_put("vampd\n", "/proc/12/comm");
	tree_link("/dev/vamp", "/proc/12/fd/3");
	assert_int_equal(proc_find("vampd", "/dev/vamp"), 12);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tree_make, tree_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(numbers_and_truth_values_are_read),
		TEST(what_is_longer_than_its_room_is_cut),
		TEST(failed_write_says_why),
		TEST(name_of_a_process_does_not_move_the_fields),
		TEST(policy_is_what_the_kernel_says),
		TEST(lists_of_cpus_are_counted),
		TEST(only_who_holds_the_device_is_the_daemon),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
