// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <errno.h>
#include <string.h>

#include "cgroup.h"
#include "tree.h"

#define SCOPE	"/machine.slice/machine-qemu\\x2d1\\x2ddesk.scope"

static void put_cgroup(const char *text)
{
	tree_put(text, "/proc/7/task/7/cgroup");
}

static void give_share(const char *path)
{
	tree_put("cpu\n", "/sys/fs/cgroup/cgroup.controllers");
	tree_put("100\n", "/sys/fs/cgroup%s/cpu.weight", path);
}

static void v1_names_the_group_itself(void **state)
{
	struct cgroup g;

	(void)state;
	put_cgroup("5:cpuset:/a\n4:cpu,cpuacct:/vm/vcpu0\n0::/b\n");
	assert_int_equal(cgroup_of(7, 7, &g), 0);
	assert_int_equal(g.version, 1);
	assert_string_equal(g.path, "/vm/vcpu0");
	assert_string_equal(cgroup_mount(&g), "/sys/fs/cgroup/cpu");
}

/* cpuset and cpuacct are other controllers. */
static void only_the_cpu_controller_counts(void **state)
{
	struct cgroup g;

	(void)state;
	put_cgroup("5:cpuset:/a\n4:cpuacct:/c\n0::/b\n");
	give_share("/b");
	assert_int_equal(cgroup_of(7, 7, &g), 0);
	assert_int_equal(g.version, 2);
	assert_string_equal(g.path, "/b");
	put_cgroup("5:cpuset:/a\n");
	assert_int_equal(cgroup_of(7, 7, &g), -ENOENT);
}

static void v2_group_without_the_controller_is_part_of_its_parent(void **state)
{
	struct cgroup g;

	(void)state;
	put_cgroup("0::" SCOPE "/libvirt/vcpu0\n");
	give_share(SCOPE);
	assert_int_equal(cgroup_of(7, 7, &g), 0);
	assert_string_equal(g.path, SCOPE);
	give_share(SCOPE "/libvirt/vcpu0");
	assert_int_equal(cgroup_of(7, 7, &g), 0);
	assert_string_equal(g.path, SCOPE "/libvirt/vcpu0");
}

static void v2_without_any_controller_is_the_root(void **state)
{
	struct cgroup g;

	(void)state;
	tree_put("", "/sys/fs/cgroup/cgroup.controllers");
	put_cgroup("0::/user.slice/a\n");
	assert_int_equal(cgroup_of(7, 7, &g), 0);
	assert_true(cgroup_is_root(&g));
}

static void v2_beside_v1_has_a_mount_of_its_own(void **state)
{
	struct cgroup g;

	(void)state;
	tree_put("100\n", "/sys/fs/cgroup/unified/b/cpu.weight");
	put_cgroup("5:memory:/a\n0::/b/c\n");
	assert_int_equal(cgroup_of(7, 7, &g), 0);
	assert_string_equal(g.path, "/b");
}

static void group_of_another_namespace_is_not_guessed(void **state)
{
	struct cgroup g;

	(void)state;
	put_cgroup("0::/../x\n");
	assert_int_equal(cgroup_of(7, 7, &g), -EPROTO);
	assert_int_equal(cgroup_of(7, 8, &g), -ESRCH);
}

static void parent_of_a_top_group_is_the_root(void **state)
{
	struct cgroup g = { 2, "/a/b" };

	(void)state;
	cgroup_parent(&g, &g);
	assert_string_equal(g.path, "/a");
	cgroup_parent(&g, &g);
	assert_string_equal(g.path, "/");
}

static void others_in_a_group_are_counted(void **state)
{
	struct cgroup g = { 2, "/a" };

	(void)state;
	give_share("/a");
	assert_int_equal(cgroup_count_others(&g, 7), -ENOENT);
	tree_put("7\n8\n77\n", "/sys/fs/cgroup/a/cgroup.procs");
	assert_int_equal(cgroup_count_others(&g, 7), 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tree_make, tree_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(v1_names_the_group_itself),
		TEST(only_the_cpu_controller_counts),
		TEST(v2_group_without_the_controller_is_part_of_its_parent),
		TEST(v2_without_any_controller_is_the_root),
		TEST(v2_beside_v1_has_a_mount_of_its_own),
		TEST(group_of_another_namespace_is_not_guessed),
		TEST(parent_of_a_top_group_is_the_root),
		TEST(others_in_a_group_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
