// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <string.h>

#include "files.h"
#include "machine.h"
#include "tree.h"

#define ONLINE	"/sys/devices/system/cpu/online"

/* Two sockets of three cores: APIC ids have a gap, as the host's vCPUs do. */
static void vcpus_are_told_by_their_apic_ids(void **state)
{
	static struct machine m;
	struct vamp_cpus cpus = cpus_of("2-3"), vcpus;

	(void)state;
	tree_write(ONLINE, "0-3\n");
	tree_write("/proc/cpuinfo", "processor\t: 0\ninitial apicid\t: 0\n\n"
				    "processor\t: 1\ninitial apicid\t: 1\n\n"
				    "processor\t: 2\ninitial apicid\t: 2\n\n"
				    "processor\t: 3\ninitial apicid\t: 4\n\n");
	memset(&m, 0, sizeof(m));
	assert_int_equal(machine_read(&m), 0);
	expect_cpus(&m.online, "0-3");
	vcpus = machine_vcpus(&m, &cpus);
	expect_cpus(&vcpus, "2,4");

	/* One goes offline, another processor comes in its place. */
	tree_write(ONLINE, "0,3\n");
	tree_write("/proc/cpuinfo", "processor\t: 3\ninitial apicid\t: 9\n");
	assert_int_equal(machine_read(&m), 0);
	vcpus = machine_vcpus(&m, &m.online);
	expect_cpus(&vcpus, "0,9");
}

static void what_cannot_be_read_is_an_error(void **state)
{
	static struct machine m;

	(void)state;
	memset(&m, 0, sizeof(m));
	tree_write(ONLINE, "all of them\n");
	assert_true(machine_read(&m) < 0);
	assert_true(vamp_cpus_empty(&m.online));
}

static void load_is_of_these_cpus_and_of_this_time(void **state)
{
	static struct machine_load before, after;
	struct vamp_cpus first = cpus_of("0"), second = cpus_of("1"),
			 both = cpus_of("0-1");

	(void)state;
	/* user nice system idle iowait irq softirq steal guest guest_nice */
	tree_write("/proc/stat", "cpu  9 9 9 9 9 9 9 9 9 9\n"
				 "cpu0 100 0 50 1000 0 0 0 7 100 0\n"
				 "cpu1 0 0 0 500 0 0 0 0 0 0\n");
	assert_int_equal(machine_read_load(&before), 0);
	tree_write("/proc/stat", "cpu  9 9 9 9 9 9 9 9 9 9\n"
				 "cpu0 160 10 60 1000 0 10 10 99 160 0\n"
				 "cpu1 0 0 0 570 30 0 0 0 0 0\nintr 1 2\n");
	assert_int_equal(machine_read_load(&after), 0);
	assert_int_equal(machine_load(&before, &after, &first), 100);
	assert_int_equal(machine_load(&before, &after, &second), 0);
	assert_int_equal(machine_load(&before, &after, &both), 50);
	assert_int_equal(machine_load(&after, &before, &both), 0);
}

static void a_processors_flags_are_whole_words(void **state)
{
	(void)state;
	tree_write("/proc/cpuinfo", "processor\t: 0\nmodel name\t: pti model\n"
				    "flags\t\t: fpu ptiful xpti pti\n");
	assert_true(files_cpu_flag("pti"));
	assert_true(files_cpu_flag("fpu"));
	assert_false(files_cpu_flag("pt"));
	tree_write("/proc/cpuinfo",
		   "processor\t: 0\nmodel name\t: pti model\n"
		   "flags\t\t: fpu ptiful xpti\nbugs\t: pti\n");
	assert_false(files_cpu_flag("pti"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(vcpus_are_told_by_their_apic_ids,
						tree_make, tree_remove),
		cmocka_unit_test_setup_teardown(what_cannot_be_read_is_an_error,
						tree_make, tree_remove),
		cmocka_unit_test_setup_teardown(
			load_is_of_these_cpus_and_of_this_time, tree_make,
			tree_remove),
		cmocka_unit_test_setup_teardown(
			a_processors_flags_are_whole_words, tree_make,
			tree_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
