// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include "log.h"

static void text_of_a_user_cannot_forge_a_line(void **state)
{
	char text[] = "/tmp/a\n<0>vampd\x1b[2J\x7f\xff";

	(void)state;
	assert_string_equal(log_clean(text), "/tmp/a?<0>vampd?[2J??");
}

static void harmless_text_stays(void **state)
{
	char text[] = "/usr/bin/qemu-system-x86_64 (deleted)";

	(void)state;
	assert_string_equal(log_clean(text),
			    "/usr/bin/qemu-system-x86_64 (deleted)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_of_a_user_cannot_forge_a_line),
		cmocka_unit_test(harmless_text_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
