// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "paths.h"
#include "settings.h"

static char nice_file[] = "/tmp/vampd-nice-XXXXXX";
static char policy_file[] = "/tmp/vampd-policy-XXXXXX";

static struct config file;

static void put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	fputs(text, f);
	fclose(f);
}

static void expect(const char *path, const char *text)
{
	char now[32] = "";
	FILE *f = fopen(path, "r");

	assert_true(fread(now, 1, sizeof(now) - 1, f) > 0);
	fclose(f);
	assert_string_equal(now, text);
}

static int apply(bool no_config, int nice, const char *policy)
{
	struct options o = {
		.no_config = no_config,
		.nice = nice,
		.policy = policy,
	};

	return settings_apply(&o, &file);
}

static void off_becomes_the_default(void **state)
{
	(void)state;
	put(nice_file, "0\n");
	assert_int_equal(apply(false, -1, NULL), 0);
	expect(nice_file, "5\n");
}

static void administrator_s_value_stays(void **state)
{
	(void)state;
	put(nice_file, "13\n");
	assert_int_equal(apply(false, -1, NULL), 0);
	expect(nice_file, "13\n");
}

static void no_config_leaves_off_as_it_is(void **state)
{
	(void)state;
	put(nice_file, "0\n");
	assert_int_equal(apply(true, -1, NULL), 0);
	expect(nice_file, "0\n");
}

static void what_is_asked_for_is_written_even_with_no_config(void **state)
{
	(void)state;
	put(nice_file, "5\n");
	put(policy_file, "vee14");
	assert_int_equal(apply(true, 0, "vamp"), 0);
	expect(nice_file, "0\n");
	expect(policy_file, "vamp4");
}

static void the_file_counts_unless_an_option_says_otherwise(void **state)
{
	(void)state;
	put(nice_file, "0\n");
	put(policy_file, "vamp");
	file.nice = 7;
	strcpy(file.policy, "vee14");
	assert_int_equal(apply(false, -1, NULL), 0);
	expect(nice_file, "7\n");
	expect(policy_file, "vee14");
	assert_int_equal(apply(false, 9, "vamp0"), 0);
	expect(nice_file, "9\n");
	expect(policy_file, "vamp0");
	put(nice_file, "3\n");
	assert_int_equal(apply(true, -1, NULL), 0);
	expect(nice_file, "3\n");
	config_default(&file);
}

static void missing_file_is_enoent_and_nothing_else_is_set(void **state)
{
	const char *policy = paths.policy;

	(void)state;
	put(nice_file, "0\n");
	paths.policy = "/nonexistent/policy";
	assert_int_equal(apply(false, 7, "vamp"), -ENOENT);
	paths.policy = policy;
	expect(nice_file, "0\n");
}

static int set_up(void **state)
{
	(void)state;
	config_default(&file);
	close(mkstemp(nice_file));
	close(mkstemp(policy_file));
	paths.kvm_vamp = nice_file;
	paths.policy = policy_file;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	unlink(nice_file);
	unlink(policy_file);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(off_becomes_the_default),
		cmocka_unit_test(administrator_s_value_stays),
		cmocka_unit_test(no_config_leaves_off_as_it_is),
		cmocka_unit_test(
			what_is_asked_for_is_written_even_with_no_config),
		cmocka_unit_test(
			the_file_counts_unless_an_option_says_otherwise),
		cmocka_unit_test(
			missing_file_is_enoent_and_nothing_else_is_set),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
