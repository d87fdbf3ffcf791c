// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "address.h"
#include "config.h"

static char file[] = "/tmp/vampd-conf-XXXXXX";
static char wrong[512];
static struct config c;

static int read_bytes(const char *text, size_t size)
{
	FILE *f = fopen(file, "w");

	fwrite(text, 1, size, f);
	fclose(f);
	config_free(&c);
	return config_read(file, &c, wrong, sizeof(wrong));
}

static int read_text(const char *text)
{
	return read_bytes(text, strlen(text));
}

/* @line and a part of what is said of it. */
static void expect_wrong(const char *text, int line, const char *why)
{
	char start[64];

	assert_int_equal(read_text(text), -EINVAL);
	snprintf(start, sizeof(start), "%s:%d: ", file, line);
	assert_memory_equal(wrong, start, strlen(start));
	if (!strstr(wrong, why))
		fail_msg("'%s' is not in '%s'", why, wrong);
	assert_null(strchr(wrong, '\n'));
	assert_int_equal(c.nice, -1);
	assert_int_equal(c.vms, 0);
}

static struct vm_name named(const char *text, const char *id)
{
	struct vm_name n = { .source = NAME_QEMU };

	snprintf(n.text, sizeof(n.text), "%s", text);
	snprintf(n.id, sizeof(n.id), "%s", id);
	return n;
}

static const struct config_vm *of(const char *text, const char *id)
{
	struct vm_name n = named(text, id);

	return config_of_vm(&c, &n);
}

static void an_empty_file_is_the_defaults(void **state)
{
	struct config d;

	(void)state;
	assert_int_equal(read_text("# nothing\n\n; nor here\n"), 0);
	config_default(&d);
	assert_memory_equal(&c, &d, sizeof(c));
	assert_true(c.mend_cgroups && c.restore_cgroups && c.ports);
	assert_true(c.discover_sound);
	assert_string_equal(c.listen, "");
}

static void every_key_is_read(void **state)
{
	(void)state;
	assert_int_equal(read_text("[vampd]\nnice = 13\npolicy=vee14\n"
				   "[input]\nports = no ; a remark\n"
				   "[sound]\ndiscover = off\n"
				   "[cgroups]\nmend=false\nrestore = no\n"
				   "[metrics]\nlisten = 127.0.0.1:1234\n"),
			 0);
	assert_int_equal(c.nice, 13);
	assert_string_equal(c.policy, "vee14");
	assert_false(c.ports || c.discover_sound || c.mend_cgroups ||
		     c.restore_cgroups);
	assert_string_equal(c.listen, "127.0.0.1:1234");
}

static void vms_have_exceptions_of_their_own(void **state)
{
	const struct config_vm *vm;

	(void)state;
	assert_int_equal(read_text(
				 "[vm \"desk 1\"]\nsound = io:0x220-0x22f:r\n"
				 "sound = mem:0x1000-0x1fff\n"
				 "reschedule-vector = 0xfb\nmend-cgroups = no\n"
				 "[vm \"build-*\"]\nignore = yes\n"
				 "[vm \"100\"]\nignore = yes\n"),
			 0);
	vm = of("desk 1", "");
	assert_non_null(vm);
	assert_int_equal(vm->sound.count, 2);
	assert_int_equal(vm->vector, 0xfb);
	assert_false(vm->ignore);
	assert_false(config_mends(&c, vm));
	assert_true(config_mends(&c, of("build-2", "")));
	assert_true(config_mends(&c, NULL));
	assert_true(of("build-2", "")->ignore);
	assert_true(of("x", "100")->ignore);
	assert_null(of("desk 11", ""));
	assert_null(of("build", ""));
}

static void the_first_section_that_means_a_vm_counts(void **state)
{
	(void)state;
	assert_int_equal(read_text("[vm \"a\"]\nignore = no\n"
				   "[vm \"*\"]\nignore = yes\n"),
			 0);
	assert_false(of("a", "")->ignore);
	assert_true(of("b", "")->ignore);
}

static void unknown_sections_and_keys_are_errors_with_their_line(void **state)
{
	(void)state;
	expect_wrong("[vampd]\nnice = 5\n\nnices = 5\n", 4, "nice, policy");
	expect_wrong("nice = 5\n", 1, "before the first [section]");
	expect_wrong("[vamp]\nnice = 5\n", 2, "[cgroups]");
	expect_wrong("[vm]\nignore = yes\n", 2, "no such section");
	expect_wrong("[vm desk]\nignore = yes\n", 2, "no such section");
	expect_wrong("[vm \"\"]\nignore = yes\n", 2, "no such section");
	expect_wrong("[vm \"a\"]\nmend = yes\n", 2, "mend-cgroups");
	expect_wrong("[sound]\nsound = io:0x1-0x2\n", 2, "discover");
}

static void bad_values_are_errors_with_their_line(void **state)
{
	(void)state;
	expect_wrong("[vampd]\nnice = 39\n", 2, "0 to 38");
	expect_wrong("[vampd]\nnice = -1\n", 2, "0 to 38");
	expect_wrong("[vampd]\nnice = 5x\n", 2, "0 to 38");
	expect_wrong("[vampd]\nnice =\n", 2, "0 to 38");
	expect_wrong("[vampd]\npolicy = best\n", 2, "vee14");
	expect_wrong("[cgroups]\n#\nmend = perhaps\n", 3, "yes or no");
	expect_wrong("[metrics]\nlisten = localhost:80\n", 2, "in numbers");
	expect_wrong("[metrics]\nlisten = 127.0.0.1\n", 2, "in numbers");
	expect_wrong("[vm \"a\"]\nsound = io:0x2-0x1\n", 2, "not a range");
	expect_wrong("[vm \"a\"]\nsound = 0x1\n", 2, "a range is");
	expect_wrong("[vm \"a\"]\nreschedule-vector = 31\n", 2, "32 to 255");
}

static void what_is_given_twice_is_an_error(void **state)
{
	(void)state;
	expect_wrong("[vampd]\nnice = 5\nnice = 6\n", 3, "twice");
	expect_wrong("[vampd]\nnice = 5\n[vampd]\nnice = 6\n", 4, "twice");
	expect_wrong("[vm \"a\"]\nignore=no\n[vm \"a\"]\nignore=no\n", 4,
		     "twice");
	/* A line that is indented goes on with the last key. */
	expect_wrong("[vampd]\nnice = 5\n  6\n", 3, "twice");
}

static void what_is_no_ini_is_an_error_with_its_line(void **state)
{
	(void)state;
	expect_wrong("[vampd]\nnice\n", 2, "neither");
	expect_wrong("[vampd\nnice = 5\n", 1, "neither");
	expect_wrong("{}\n", 1, "neither");
}

static void lines_and_names_that_would_be_cut_are_errors(void **state)
{
	char text[600];

	(void)state;
	snprintf(text, sizeof(text), "[vampd]\n#%0300d\nnice = 5\n", 0);
	expect_wrong(text, 2, "longer than");
	snprintf(text, sizeof(text), "[vm \"%060d\"]\nignore = yes\n", 0);
	expect_wrong(text, 2, "longer than");
	snprintf(text, sizeof(text), "[vampd]\n%060d = yes\n", 0);
	expect_wrong(text, 2, "longer than");
	/* The longest name that fits. */
	snprintf(text, sizeof(text), "[vm \"%043d\"]\nignore = yes\n", 0);
	assert_int_equal(read_text(text), 0);
	assert_int_equal(strlen(c.vm[0].pattern), 43);
}

static void only_the_first_mistake_is_told(void **state)
{
	(void)state;
	expect_wrong("[vampd]\nnice = a\nnice = b\n[x]\ny = z\n", 2,
		     "nice = a");
}

static void vms_are_bounded(void **state)
{
	size_t room = 64 * CONFIG_VMS_MAX, used = 0;
	char *text = malloc(room);

	(void)state;
	for (int i = 0; i <= CONFIG_VMS_MAX; i++)
		used += (size_t)snprintf(text + used, room - used,
					 "[vm \"v%d\"]\nignore = yes\n", i);
	expect_wrong(text, 2 * CONFIG_VMS_MAX + 2, "more than 256");
	free(text);
}

static void a_file_that_cannot_be_read_says_why(void **state)
{
	(void)state;
	assert_int_equal(config_read("/nonexistent", &c, wrong, sizeof(wrong)),
			 -ENOENT);
	assert_string_equal(wrong, "/nonexistent: No such file or directory");
	assert_int_equal(config_read("/tmp", &c, wrong, sizeof(wrong)),
			 -EINVAL);
	assert_non_null(strstr(wrong, "directory"));
}

static void random_bytes_do_no_harm(void **state)
{
	static const char *const seed[] = { "[vm \"a\"]\n", "sound=io:0x1-",
					    "nice = ",	    "[vampd]\n",
					    "\"]",	    "\n" };
	char text[400];

	(void)state;
	srand(2);
	for (int round = 0; round < 3000; round++) {
		size_t used = 0;

		while (used < 200) {
			if (rand() % 2)
				used += (size_t)sprintf(text + used, "%s",
							seed[rand() % 6]);
			else
				text[used++] = (char)rand();
		}
		read_bytes(text, used);
	}
}

static void the_shipped_file_is_good_and_says_nothing(void **state)
{
	struct config d;

	(void)state;
	config_free(&c);
	assert_int_equal(config_read(SHIPPED, &c, wrong, sizeof(wrong)), 0);
	config_default(&d);
	assert_memory_equal(&c, &d, sizeof(c));
}

/* Each default as it is commented out. Without a value for nice, policy. */
static void the_shipped_file_names_the_defaults(void **state)
{
	char text[8192], *to = text, line[256];
	FILE *f = fopen(SHIPPED, "r");
	struct config d;

	(void)state;
	while (fgets(line, sizeof(line), f)) {
		bool key = line[0] == '#' && line[1] != ' ' && line[1] != '\n';

		to = stpcpy(to, line + key);
	}
	fclose(f);
	assert_int_equal(read_text(text), 0);
	config_default(&d);
	assert_int_equal(c.ports, d.ports);
	assert_int_equal(c.discover_sound, d.discover_sound);
	assert_int_equal(c.mend_cgroups, d.mend_cgroups);
	assert_int_equal(c.restore_cgroups, d.restore_cgroups);
	assert_int_equal(c.talk, d.talk);
	assert_string_equal(c.listen, d.listen);
	assert_int_equal(c.nice, 5);
	assert_string_equal(c.policy, "vamp");
	assert_int_equal(__builtin_popcount(c.given), 8);
	assert_int_equal(c.vms, 1);
	assert_int_equal(__builtin_popcount(c.vm[0].given), 5);
}

static void listening_on_means_loopback(void **state)
{
	struct address a;

	(void)state;
	assert_int_equal(read_text("[metrics]\nlisten = on\n"), 0);
	assert_int_equal(address_parse(c.listen, &a), 0);
	assert_true(address_is_loopback(&a));
	assert_int_equal(address_parse("[::1]:1", &a), 0);
	assert_true(address_is_loopback(&a));
	assert_int_equal(address_parse("10.0.0.1:65535", &a), 0);
	assert_false(address_is_loopback(&a));
	assert_int_equal(address_parse("[::]:1", &a), 0);
	assert_false(address_is_loopback(&a));
}

static void addresses_are_numbers(void **state)
{
	static const char *const bad[] = {
		"",
		":",
		":1",
		"127.0.0.1:",
		"127.0.0.1:0",
		"127.0.0.1:65536",
		"127.0.0.1:1x",
		"127.0.0.1: 1",
		"::1:1",
		"[::1:1",
		"[::1]",
		"[127.0.0.1]:1",
		"1:2:3",
		"x:1",
		"[]:1",
		"[0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000]:1",
	};
	struct address a;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(address_parse(bad[i], &a), -EINVAL);
}

static int set_up(void **state)
{
	(void)state;
	close(mkstemp(file));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	config_free(&c);
	unlink(file);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_file_is_the_defaults),
		cmocka_unit_test(every_key_is_read),
		cmocka_unit_test(vms_have_exceptions_of_their_own),
		cmocka_unit_test(the_first_section_that_means_a_vm_counts),
		cmocka_unit_test(
			unknown_sections_and_keys_are_errors_with_their_line),
		cmocka_unit_test(bad_values_are_errors_with_their_line),
		cmocka_unit_test(what_is_given_twice_is_an_error),
		cmocka_unit_test(what_is_no_ini_is_an_error_with_its_line),
		cmocka_unit_test(lines_and_names_that_would_be_cut_are_errors),
		cmocka_unit_test(only_the_first_mistake_is_told),
		cmocka_unit_test(vms_are_bounded),
		cmocka_unit_test(a_file_that_cannot_be_read_says_why),
		cmocka_unit_test(random_bytes_do_no_harm),
		cmocka_unit_test(the_shipped_file_is_good_and_says_nothing),
		cmocka_unit_test(the_shipped_file_names_the_defaults),
		cmocka_unit_test(listening_on_means_loopback),
		cmocka_unit_test(addresses_are_numbers),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
