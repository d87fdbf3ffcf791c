// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "by_hand.h"
#include "exit_code.h"
#include "options.h"

#define PARSE(...)	parse((char *[]){ "vampd", __VA_ARGS__, NULL })

static struct options o;
static char said[1024];		/* by options_parse(), before it ended */

static void parse(char **argv)
{
	int argc = 0;

	while (argv[argc])
		argc++;
	options_parse(&o, argc, argv);
}

/* In a child, which ends: its exit code; -1 if it does not end. */
static int exit_code(char *argument)
{
	int p[2], status;
	ssize_t n;

	assert_int_equal(pipe(p), 0);
	if (!fork()) {
		dup2(p[1], 1);
		dup2(p[1], 2);
		PARSE(argument);
		_exit(99);
	}
	close(p[1]);
	n = read(p[0], said, sizeof(said) - 1);
	said[n > 0 ? n : 0] = '\0';
	close(p[0]);
	wait(&status);
	return WEXITSTATUS(status) == 99 ? -1 : WEXITSTATUS(status);
}

static void discovery_is_on_unless_it_is_switched_off(void **state)
{
	(void)state;
	PARSE("-v");
	assert_true(o.discover_sound);
	assert_int_equal(o.nice, -1);
	PARSE("--no-discover-sound");
	assert_false(o.discover_sound);
}

static void what_is_set_by_hand_is_kept(void **state)
{
	struct ranges r;
	uint32_t vector;

	(void)state;
	PARSE("--sound=desk:io:0xc000-0xc0ff:r", "--sound", "9:mem:0x1-0x2",
	      "--reschedule-vector=desk:0xfd");
	by_hand_find(9, "desk", &r, &vector);
	assert_int_equal(r.count, 2);
	assert_int_equal(vector, 0xfd);
}

static void bad_values_are_bad_usage_and_say_why(void **state)
{
	static char *bad[] = {
		"--sound=desk",
		"--sound=desk:io:0x2-0x1",
		"--sound=:io:0x1-0x2",
		"--sound=desk:io:1-2",
		"--reschedule-vector=desk",
		"--reschedule-vector=desk:31",
		"--reschedule-vector=desk:0x100",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		size_t name = strcspn(bad[i], "=");

		assert_int_equal(exit_code(bad[i]), EXIT_CODE_USAGE);
		assert_non_null(strstr(said, bad[i] + name + 1));
		assert_memory_equal(strstr(said, "--"), bad[i], name);
	}
	assert_int_equal(exit_code("--no-discover-sound=x"), EXIT_CODE_USAGE);
	assert_int_equal(exit_code("--sound"), EXIT_CODE_USAGE);
}

static void help_fits_a_terminal(void **state)
{
	(void)state;
	assert_int_equal(exit_code("--help"), 0);
	for (char *line = strtok(said, "\n"); line; line = strtok(NULL, "\n"))
		assert_true(strlen(line) < 80);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(discovery_is_on_unless_it_is_switched_off),
		cmocka_unit_test(what_is_set_by_hand_is_kept),
		cmocka_unit_test(bad_values_are_bad_usage_and_say_why),
		cmocka_unit_test(help_fits_a_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
