// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "change.h"
#include "conf.h"
#include "host.h"
#include "tree.h"

#define PARAMETERS	"/sys/module/vamp/parameters/"
#define KVM_VAMP	"/proc/sys/kernel/kvm_vamp"

static const char *parsed(const char *name, const char *text)
{
	static char value[SETTING_VALUE];
	const struct setting *s = setting_find(name);

	assert_non_null(s);
	return setting_parse(s, text, value) ? NULL : value;
}

static void bounds_are_the_modules(void **state)
{
	(void)state;
	assert_string_equal(parsed("kvm_vamp", "38"), "38");
	assert_null(parsed("kvm_vamp", "39"));
	assert_null(parsed("bg_load_thresh_pct", "0"));
	assert_string_equal(parsed("bg_load_thresh_pct", "100"), "100");
	assert_string_equal(parsed("fast_slice_ns", "0"), "0");
	assert_null(parsed("fast_slice_ns", "99999"));
	assert_string_equal(parsed("fast_slice_ns", "100000"), "100000");
}

static void only_plain_numbers_are_values(void **state)
{
	static const char *const bad[] = {
		"",   "-1", "+1", " 1",	 "1 ",
		"1x", "0x", "x",  "1.5", "99999999999999999999"
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_null(parsed("kvm_vamp", bad[i]));
	assert_string_equal(parsed("kvm_vamp", "0x10"), "16");
	assert_string_equal(parsed("kvm_vamp", "010"), "10");
}

static void words_are_matched_whole(void **state)
{
	(void)state;
	assert_string_equal(parsed("policy", "vamp"), "vamp");
	assert_string_equal(parsed("policy", "vee14"), "vee14");
	assert_null(parsed("policy", "vee"));
	assert_null(parsed("policy", "vamp|vee14"));
	assert_null(parsed("policy", ""));
	assert_null(parsed("policy", "1"));
}

/* The table and the module's documentation name the same settings. */
static void every_documented_setting_is_known(void **state)
{
	char line[4096], name[64];
	size_t found = 0;
	FILE *f = fopen("../docs/parameters.md", "r");

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "| `%63[a-z0-9_]` |", name) != 1)
			continue;
		assert_non_null(setting_find(name));
		found++;
	}
	fclose(f);
	/* The two sysctls are not in the table of parameters. */
	assert_int_equal(found + 2, settings_count);
}

static void wrong_assignment_says_what_is_wrong(void **state)
{
	struct changes c = { .count = 0 };

	(void)state;
	assert_non_null(changes_add(&c, "kvm_vamp"));
	assert_non_null(changes_add(&c, "=1"));
	assert_non_null(changes_add(&c, "nonsense=1"));
	assert_non_null(strstr(changes_add(&c, "kvm_vamp=39"), "0..38"));
	assert_int_equal(c.count, 0);
}

static void last_of_two_assignments_counts(void **state)
{
	struct changes c = { .count = 0 };

	(void)state;
	assert_null(changes_add(&c, "kvm_vamp=5"));
	assert_null(changes_add(&c, "kvm_vamp=13"));
	assert_int_equal(c.count, 1);
	assert_string_equal(c.change[0].value, "13");
}

static void put_all(void)
{
	tree_put("0\n", KVM_VAMP);
	tree_put("vamp\n", PARAMETERS "policy");
	tree_put("1\n", PARAMETERS "make_room");
	tree_put("32\n", PARAMETERS "load_period_msec");
}

static struct changes three(void)
{
	struct changes c = { .count = 0 };

	assert_null(changes_add(&c, "kvm_vamp=13"));
	assert_null(changes_add(&c, "policy=vee14"));
	assert_null(changes_add(&c, "make_room=0"));
	return c;
}

static void all_are_written(void **state)
{
	struct changes c = three();

	(void)state;
	put_all();
	assert_int_equal(changes_apply(&c), 0);
	assert_memory_equal(tree_text(KVM_VAMP), "13", 2);
	assert_memory_equal(tree_text(PARAMETERS "policy"), "vee14", 5);
	assert_memory_equal(tree_text(PARAMETERS "make_room"), "0", 1);
}

static void remove_file(const char *path)
{
	char real[PATH_MAX];

	assert_int_equal(host_path(real, sizeof(real), "%s", path), 0);
	assert_int_equal(unlink(real), 0);
}

/* Reads work, a write fails: what a module that refuses looks like. */
static void refuse_writes(const char *path)
{
	remove_file(path);
	tree_link("/dev/full", path);
}

static void refused_write_puts_the_others_back(void **state)
{
	struct changes c = three();

	(void)state;
	put_all();
	refuse_writes(PARAMETERS "make_room");
	assert_int_equal(changes_apply(&c), -ENOSPC);
	assert_memory_equal(tree_text(KVM_VAMP), "0", 1);
	assert_memory_equal(tree_text(PARAMETERS "policy"), "vamp", 4);
}

static void setting_that_cannot_be_read_stops_all(void **state)
{
	struct changes c = three();

	(void)state;
	put_all();
	remove_file(PARAMETERS "make_room");
	assert_int_equal(changes_apply(&c), -ENOENT);
	assert_memory_equal(tree_text(KVM_VAMP), "0", 1);
}

static void setting_of_load_time_is_not_written(void **state)
{
	struct changes c = { .count = 0 };

	(void)state;
	put_all();
	assert_null(changes_add(&c, "load_period_msec=64"));
	assert_int_equal(changes_apply(&c), 0);
	assert_string_equal(tree_text(PARAMETERS "load_period_msec"), "32\n");
}

typedef void editor(FILE *to, char *old, const struct changes *c);

static void edits_to(editor *edit, const struct changes *c, const char *old,
		     const char *expected)
{
	char *made = NULL, *copy = strdup(old);
	size_t size;
	FILE *to = open_memstream(&made, &size);

	edit(to, copy, c);
	fclose(to);
	assert_string_equal(made, expected);
	free(made);
	free(copy);
}

static void options_of_others_stay(void **state)
{
	struct changes c = three();

	(void)state;
	edits_to(conf_edit_modprobe, &c, "",
		 "options vamp policy=vee14 make_room=0\n");
	edits_to(conf_edit_modprobe, &c,
		 "# options vamp policy=vamp\n"
		 "softdep vamp pre: kvm\n"
		 "options kvm_amd avic=0\n"
		 "options  vamp\tfast_hold_ns=1 policy=vamp\n",
		 "# options vamp policy=vamp\n"
		 "softdep vamp pre: kvm\n"
		 "options kvm_amd avic=0\n"
		 "options vamp fast_hold_ns=1 policy=vee14\n"
		 "options vamp make_room=0\n");
}

static void option_that_is_the_start_of_another_is_not_it(void **state)
{
	struct changes c = { .count = 0 };

	(void)state;
	assert_null(changes_add(&c, "policy=vee14"));
	edits_to(conf_edit_modprobe, &c, "options vamp policy_x=1 polic=2",
		 "options vamp policy_x=1 polic=2\n"
		 "options vamp policy=vee14\n");
	edits_to(conf_edit_modprobe, &c, "options vampire policy=vamp\n",
		 "options vampire policy=vamp\noptions vamp policy=vee14\n");
}

static void sysctls_of_others_stay(void **state)
{
	struct changes c = three();

	(void)state;
	edits_to(conf_edit_sysctl, &c, "", "kernel.kvm_vamp = 13\n");
	edits_to(conf_edit_sysctl, &c,
		 "# kernel.kvm_vamp = 1\n\n-kernel.kvm_vamp=2\n"
		 "kernel.kvm_vampire = 3\nkernel/kvm_vamp = 4\n",
		 "# kernel.kvm_vamp = 1\n\nkernel.kvm_vamp = 13\n"
		 "kernel.kvm_vampire = 3\nkernel.kvm_vamp = 13\n");
}

static void put_folders(void)
{
	tree_put("", "/etc/modprobe.d/other.conf");
	tree_put("", "/etc/sysctl.d/other.conf");
}

static void saved_files_are_replaced_whole(void **state)
{
	struct changes c = three();
	struct conf files[2];
	struct stat s;

	(void)state;
	put_folders();
	tree_put("options vamp policy=vamp\n", CONF_MODPROBE);
	assert_int_equal(conf_prepare(files, &c), 0);
	assert_string_equal(tree_text(CONF_MODPROBE),
			    "options vamp policy=vamp\n");
	assert_int_equal(conf_place(files), 0);
	conf_discard(files);
	assert_string_equal(tree_text(CONF_MODPROBE),
			    "options vamp policy=vee14\n"
			    "options vamp make_room=0\n");
	assert_string_equal(tree_text(CONF_SYSCTL), "kernel.kvm_vamp = 13\n");
	assert_int_equal(tree_count("/etc/modprobe.d"), 2);
	assert_int_equal(tree_count("/etc/sysctl.d"), 2);
	assert_int_equal(stat(files[1].real, &s), 0);
	assert_int_equal(s.st_mode & 0777, 0644);
}

static void file_that_is_not_concerned_is_not_made(void **state)
{
	struct changes c = { .count = 0 };
	struct conf files[2];

	(void)state;
	put_folders();
	assert_null(changes_add(&c, "kvm_vamp=5"));
	assert_int_equal(conf_prepare(files, &c), 0);
	assert_int_equal(conf_place(files), 0);
	conf_discard(files);
	assert_int_equal(tree_count("/etc/modprobe.d"), 1);
	assert_int_equal(tree_count("/etc/sysctl.d"), 2);
}

static void second_file_that_fails_undoes_the_first(void **state)
{
	struct changes c = three();
	struct conf files[2];

	(void)state;
	put_folders();
	tree_put("options vamp policy=vamp\n", CONF_MODPROBE);
	assert_int_equal(conf_prepare(files, &c), 0);
	/* Somebody made the other file meanwhile. */
	tree_put("kernel.kvm_vamp = 7\n", CONF_SYSCTL);
	assert_int_equal(conf_place(files), -EEXIST);
	conf_discard(files);
	assert_string_equal(tree_text(CONF_MODPROBE),
			    "options vamp policy=vamp\n");
	assert_string_equal(tree_text(CONF_SYSCTL), "kernel.kvm_vamp = 7\n");
	assert_int_equal(tree_count("/etc/modprobe.d"), 2);
	assert_int_equal(tree_count("/etc/sysctl.d"), 2);
}

static void folder_that_is_missing_leaves_nothing(void **state)
{
	struct changes c = three();
	struct conf files[2];

	(void)state;
	tree_put("", "/etc/modprobe.d/other.conf");
	assert_int_equal(conf_prepare(files, &c), -ENOENT);
	assert_int_equal(tree_count("/etc/modprobe.d"), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tree_make, tree_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(bounds_are_the_modules),
		TEST(only_plain_numbers_are_values),
		TEST(words_are_matched_whole),
		TEST(every_documented_setting_is_known),
		TEST(wrong_assignment_says_what_is_wrong),
		TEST(last_of_two_assignments_counts),
		TEST(all_are_written),
		TEST(refused_write_puts_the_others_back),
		TEST(setting_that_cannot_be_read_stops_all),
		TEST(setting_of_load_time_is_not_written),
		TEST(options_of_others_stay),
		TEST(option_that_is_the_start_of_another_is_not_it),
		TEST(sysctls_of_others_stay),
		TEST(saved_files_are_replaced_whole),
		TEST(file_that_is_not_concerned_is_not_made),
		TEST(second_file_that_fails_undoes_the_first),
		TEST(folder_that_is_missing_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
