// SPDX-License-Identifier: GPL-2.0-or-later
/* test_group.c - CPU groups, in a tree that stands for the guest. */
#include "test.h"

#include <stdio.h>

#include "group.h"
#include "tree.h"

#define SCOPE	"/user.slice/app.slice/terminal.scope"

static void in_group(const char *lines)
{
	tree_write("/proc/7/task/7/cgroup", lines);
}

static void with_weight(const char *group)
{
	char path[200];

	snprintf(path, sizeof(path), "/sys/fs/cgroup%s/cpu.weight", group);
	tree_write(path, "100\n");
}

static void autogroups(const char *value)
{
	tree_write("/proc/sys/kernel/sched_autogroup_enabled", value);
}

static void the_path_is_that_of_version_2(void **state)
{
	char path[64];

	(void)state;
	in_group("12:cpu:/old\n0::" SCOPE "\n");
	assert_int_equal(group_path(7, 7, path, sizeof(path)), 0);
	assert_string_equal(path, SCOPE);
	in_group("0::/\n");
	assert_int_equal(group_path(7, 7, path, sizeof(path)), 0);
	assert_string_equal(path, "");
	in_group("12:cpu:/old\n");
	assert_true(group_path(7, 7, path, sizeof(path)) < 0);
	in_group("0::" SCOPE "\n");
	assert_true(group_path(7, 7, path, 10) < 0);
}

static void the_nearest_cpuset_counts(void **state)
{
	struct vamp_cpus cpus;

	(void)state;
	in_group("0::" SCOPE "\n");
	tree_write("/sys/fs/cgroup/cpuset.cpus.effective", "0-3\n");
	tree_write("/sys/fs/cgroup/user.slice/cpuset.cpus.effective", "1-2\n");
	assert_int_equal(group_cpus(7, 7, &cpus), 0);
	expect_cpus(&cpus, "1-2");
}

static void one_with_a_weight_of_its_own_is_apart(void **state)
{
	(void)state;
	in_group("0::" SCOPE "\n");
	with_weight("/user.slice");
	with_weight(SCOPE);
	assert_true(group_is_apart(7));
}

/* Autogroups divide the root group only. */
static void one_that_shares_a_weight_is_not(void **state)
{
	(void)state;
	in_group("0::" SCOPE "\n");
	with_weight("/user.slice");
	autogroups("1\n");
	assert_false(group_is_apart(7));
}

static void without_weights_autogroups_decide(void **state)
{
	(void)state;
	in_group("0::" SCOPE "\n");
	assert_false(group_is_apart(7));
	autogroups("0\n");
	assert_false(group_is_apart(7));
	autogroups("1\n");
	assert_true(group_is_apart(7));
	in_group("0::/\n");
	assert_true(group_is_apart(7));
	assert_true(group_is_apart(8));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_path_is_that_of_version_2,
						tree_make, tree_remove),
		cmocka_unit_test_setup_teardown(the_nearest_cpuset_counts,
						tree_make, tree_remove),
		cmocka_unit_test_setup_teardown(
			one_with_a_weight_of_its_own_is_apart, tree_make,
			tree_remove),
		cmocka_unit_test_setup_teardown(one_that_shares_a_weight_is_not,
						tree_make, tree_remove),
		cmocka_unit_test_setup_teardown(
			without_weights_autogroups_decide, tree_make,
			tree_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
