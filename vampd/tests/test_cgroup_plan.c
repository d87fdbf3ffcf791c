// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "cgroup_plan.h"

#define V1	"/machine/desk.libvirt-qemu"
#define V2	"/machine.slice/machine-qemu\\x2d1\\x2ddesk.scope/libvirt"
#define MAX	8

static struct cgroup_thread t[MAX];
static struct cgroup_plan p;

static void put(int i, const char *group, const char *home)
{
	t[i] = (struct cgroup_thread){
		.tid = 100 + i,
		.has_home = home[0],
		.settings = { .weight = 100, .is_threaded = true },
	};
	snprintf(t[i].group, CGROUP_PATH, "%s", group);
	snprintf(t[i].home, CGROUP_PATH, "%s", home);
}

/* Each of @count in PARENT/vcpuN, as libvirt has them. */
static void split(const char *parent, int count)
{
	for (int i = 0; i < count; i++) {
		char group[CGROUP_PATH];

		snprintf(group, sizeof(group), "%s/vcpu%d", parent, i);
		put(i, group, group);
	}
}

/* And then moved. */
static void moved(const char *parent, int count)
{
	split(parent, count);
	for (int i = 0; i < count; i++)
		snprintf(t[i].group, CGROUP_PATH, "%s/vamp", parent);
}

static void expect(size_t count, bool allowed, enum cgroup_verdict verdict,
		   size_t moves)
{
	size_t marked = 0;

	cgroup_plan(t, count, allowed, &p);
	assert_int_equal(p.verdict, verdict);
	assert_int_equal(p.moves, moves);
	for (size_t i = 0; i < count; i++)
		marked += t[i].moves;
	assert_int_equal(marked, moves);
	assert_int_equal(!!p.why,
			 verdict == CGROUP_UNDO || verdict == CGROUP_SPLIT);
}

static void expect_why(const char *why, const char *at)
{
	if (!strstr(p.why, why))
		fail_msg("'%s' is not in '%s'", why, p.why);
	assert_string_equal(p.at, at);
}

static void no_threads_are_unknown(void **state)
{
	(void)state;
	expect(0, true, CGROUP_UNKNOWN, 0);
}

static void threads_that_share_a_group_stay(void **state)
{
	(void)state;
	put(0, "/qemu.slice/100.scope", "/qemu.slice/100.scope");
	put(1, "/qemu.slice/100.scope", "/qemu.slice/100.scope");
	expect(2, true, CGROUP_SHARED, 0);
	put(0, "/", "/");
	put(1, "/", "/");
	expect(2, true, CGROUP_SHARED, 0);
	split(V2, 1);
	expect(1, true, CGROUP_SHARED, 0);
}

static void libvirt_s_groups_become_one_beside_them(void **state)
{
	static const char *const parents[] = {
		V1, V2, "/machine.slice/machine-qemu\\x2d1\\x2ddesk.scope",
		"/user.slice/user-1000.slice/user@1000.service/app.slice/x"
	};

	(void)state;
	for (int i = 0; i < 4; i++) {
		char target[CGROUP_PATH];

		split(parents[i], 4);
		expect(4, true, CGROUP_MEND, 4);
		snprintf(target, sizeof(target), "%s/vamp", parents[i]);
		assert_string_equal(p.target, target);
	}
}

static void the_weight_is_the_sum_of_theirs(void **state)
{
	(void)state;
	split(V1, 3);
	for (int i = 0; i < 3; i++)
		t[i].settings.weight = 2048;
	expect(3, true, CGROUP_MEND, 3);
	assert_int_equal(p.settings.weight, 3 * 2048);
	/* Two threads of one group. */
	put(3, V1 "/vcpu0", V1 "/vcpu0");
	t[3].settings.weight = 2048;
	expect(4, true, CGROUP_MEND, 4);
	assert_int_equal(p.settings.weight, 3 * 2048);
}

static void memory_nodes_that_all_have_are_kept(void **state)
{
	(void)state;
	split(V2, 2);
	strcpy(t[0].settings.mems, "1");
	strcpy(t[1].settings.mems, "1");
	expect(2, true, CGROUP_MEND, 2);
	assert_string_equal(p.settings.mems, "1");
}

static void what_was_mended_stays(void **state)
{
	(void)state;
	moved(V2, 4);
	expect(4, true, CGROUP_MENDED, 0);
}

static void a_vcpu_that_comes_later_is_moved_too(void **state)
{
	(void)state;
	moved(V2, 3);
	put(3, V2 "/vcpu3", V2 "/vcpu3");
	expect(4, true, CGROUP_MEND, 1);
	assert_true(t[3].moves);
	assert_int_equal(p.settings.weight, 400);
	/* Whichever comes first. */
	put(0, V2 "/vcpu0", V2 "/vcpu0");
	put(3, V2 "/vamp", V2 "/vcpu3");
	expect(4, true, CGROUP_MEND, 1);
	assert_true(t[0].moves);
}

static void nothing_that_would_be_lost_is_mended(void **state)
{
	(void)state;
	split(V2, 3);
	t[1].settings.has_quota = true;
	expect(3, true, CGROUP_SPLIT, 0);
	expect_why("quota", V2 "/vcpu1");
	split(V2, 3);
	t[2].settings.weight = 50;
	expect(3, true, CGROUP_SPLIT, 0);
	expect_why("weight", V2 "/vcpu2");
	split(V2, 3);
	t[0].settings.is_special = true;
	expect(3, true, CGROUP_SPLIT, 0);
	expect_why("idle", V2 "/vcpu0");
	split(V2, 3);
	t[2].settings.is_threaded = false;
	expect(3, true, CGROUP_SPLIT, 0);
	expect_why("threaded", V2 "/vcpu2");
	split(V2, 3);
	strcpy(t[1].settings.mems, "0-1");
	expect(3, true, CGROUP_SPLIT, 0);
	expect_why("memory nodes", V2 "/vcpu1");
}

static void a_quota_that_is_set_later_brings_them_back(void **state)
{
	(void)state;
	moved(V1, 3);
	t[2].settings.has_quota = true;
	expect(3, true, CGROUP_UNDO, 3);
	expect_why("quota", V1 "/vcpu2");
}

static void only_those_that_were_moved_are_brought_back(void **state)
{
	(void)state;
	moved(V1, 3);
	put(1, V1 "/vcpu1", V1 "/vcpu1");
	t[1].settings.has_quota = true;
	expect(3, true, CGROUP_UNDO, 2);
	assert_false(t[1].moves);
}

static void what_is_not_allowed_is_undone_and_not_done(void **state)
{
	(void)state;
	split(V2, 2);
	expect(2, false, CGROUP_SPLIT, 0);
	expect_why("configuration", V2 "/vcpu0");
	moved(V2, 2);
	expect(2, false, CGROUP_UNDO, 2);
}

static void a_thread_without_a_home_stays_where_it_is(void **state)
{
	(void)state;
	moved(V2, 2);
	t[1].has_home = false;
	expect(2, true, CGROUP_MENDED, 0);
	expect(2, false, CGROUP_UNDO, 1);
	assert_false(t[1].moves);
	t[0].has_home = false;
	expect(2, false, CGROUP_SPLIT, 0);
}

static void other_layouts_are_left(void **state)
{
	(void)state;
	put(0, "/a/vcpu0", "/a/vcpu0");
	put(1, "/b/vcpu1", "/b/vcpu1");
	expect(2, true, CGROUP_SPLIT, 0);
	expect_why("side by side", "/b/vcpu1");
	split(V2, 2);
	put(1, V2 "/emulator", V2 "/emulator");
	expect(2, true, CGROUP_SPLIT, 0);
	expect_why("side by side", V2 "/emulator");
	split(V2, 2);
	put(1, V2 "/vcpu1/x", V2 "/vcpu1/x");
	expect(2, true, CGROUP_SPLIT, 0);
	put(0, "/vcpu0", "/vcpu0");
	put(1, "/vcpu1", "/vcpu1");
	expect(2, true, CGROUP_SPLIT, 0);
	expect_why("below the root", "/vcpu0");
	put(0, V2, V2);
	put(1, V2 "/vcpu1", V2 "/vcpu1");
	expect(2, true, CGROUP_SPLIT, 0);
}

static void a_path_without_room_for_ours_is_left(void **state)
{
	char parent[CGROUP_PATH];

	(void)state;
	memset(parent, 'a', sizeof(parent));
	parent[0] = '/';
	parent[CGROUP_PATH - 4] = '\0';
	snprintf(t[0].group, CGROUP_PATH, "%.505s/v", parent);
	snprintf(t[1].group, CGROUP_PATH, "%.505s/w", parent);
	expect(2, true, CGROUP_SPLIT, 0);
}

static void names_of_vcpu_groups_are_exact(void **state)
{
	(void)state;
	assert_true(cgroup_is_vcpu("/a/vcpu0"));
	assert_true(cgroup_is_vcpu("/a/vcpu123"));
	assert_false(cgroup_is_vcpu("/a/vcpu"));
	assert_false(cgroup_is_vcpu("/a/vcpu0x"));
	assert_false(cgroup_is_vcpu("/a/xvcpu0"));
	assert_false(cgroup_is_vcpu("/vcpu0/a"));
	assert_true(cgroup_is_ours("/a/vamp"));
	assert_false(cgroup_is_ours("/vamp/a"));
}

static void parents_end_at_the_root(void **state)
{
	char to[CGROUP_PATH];

	(void)state;
	cgroup_parent("/a/b", to);
	assert_string_equal(to, "/a");
	cgroup_parent(to, to);
	assert_string_equal(to, "/");
	cgroup_parent(to, to);
	assert_string_equal(to, "/");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_threads_are_unknown),
		cmocka_unit_test(threads_that_share_a_group_stay),
		cmocka_unit_test(libvirt_s_groups_become_one_beside_them),
		cmocka_unit_test(the_weight_is_the_sum_of_theirs),
		cmocka_unit_test(memory_nodes_that_all_have_are_kept),
		cmocka_unit_test(what_was_mended_stays),
		cmocka_unit_test(a_vcpu_that_comes_later_is_moved_too),
		cmocka_unit_test(nothing_that_would_be_lost_is_mended),
		cmocka_unit_test(a_quota_that_is_set_later_brings_them_back),
		cmocka_unit_test(only_those_that_were_moved_are_brought_back),
		cmocka_unit_test(what_is_not_allowed_is_undone_and_not_done),
		cmocka_unit_test(a_thread_without_a_home_stays_where_it_is),
		cmocka_unit_test(other_layouts_are_left),
		cmocka_unit_test(a_path_without_room_for_ours_is_left),
		cmocka_unit_test(names_of_vcpu_groups_are_exact),
		cmocka_unit_test(parents_end_at_the_root),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
