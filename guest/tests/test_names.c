// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"

static struct roots told, now;
static struct vamp_names m;

static int reset(void **state)
{
	(void)state;
	roots_free(&told);
	roots_free(&now);
	return 0;
}

static void add(uint64_t id, pid_t pid, const char *name)
{
	struct root *r;

	now.root = realloc(now.root, (now.count + 1) * sizeof(*now.root));
	assert_non_null(now.root);
	r = &now.root[now.count++];
	*r = (struct root){ .id = id, .pid = pid };
	snprintf(r->name, sizeof(r->name), "%s", name);
}

static void changes_alone_are_told_and_once(void **state)
{
	(void)state;
	add(5, 50, "make");
	add(9, 90, "sh");
	assert_true(names_next(&told, &now, &m));
	assert_int_equal(m.count, 2);
	assert_int_equal(m.gone_count, 0);
	assert_int_equal(m.task[1].id, 9);
	assert_int_equal(m.task[1].pid, 90);
	assert_string_equal(m.task[1].name, "sh");
	assert_false(names_next(&told, &now, &m));

	/* One ends, one becomes another program, one is new. */
	now.count = 0;
	add(7, 70, "cc");
	add(9, 90, "bash");
	assert_true(names_next(&told, &now, &m));
	assert_int_equal(m.gone_count, 1);
	assert_int_equal(m.gone[0], 5);
	assert_int_equal(m.count, 2);
	assert_string_equal(m.task[0].name, "cc");
	assert_string_equal(m.task[1].name, "bash");
	assert_false(names_next(&told, &now, &m));
}

static void an_address_space_that_is_shared_has_one_name(void **state)
{
	(void)state;
	add(5, 50, "parent");
	add(5, 51, "vfork");
	add(6, 60, "other");
	assert_true(names_next(&told, &now, &m));
	assert_int_equal(m.count, 2);
	assert_int_equal(m.task[0].pid, 50);
	assert_false(names_next(&told, &now, &m));
}

static void what_does_not_fit_into_a_message_follows(void **state)
{
	unsigned int n = 3 * VAMP_CHANNEL_NAMES + 5, seen = 0, messages = 0;

	(void)state;
	for (unsigned int i = 0; i < n; i++)
		add(100 + i, (pid_t)i + 1, "many");
	while (names_next(&told, &now, &m)) {
		seen += m.count;
		messages++;
	}
	assert_int_equal(seen, n);
	assert_int_equal(messages, 4);
	now.count = 0;
	for (seen = messages = 0; names_next(&told, &now, &m); messages++)
		seen += m.gone_count;
	assert_int_equal(seen, n);
	assert_int_equal(messages, 4);
	assert_int_equal(told.count, 0);
}

/* The id is in use again, by another process. */
static void a_name_that_waits_is_not_lost(void **state)
{
	unsigned int n = VAMP_CHANNEL_NAMES;

	(void)state;
	add(1000, 7, "old");
	assert_true(names_next(&told, &now, &m));
	now.count = 0;
	for (unsigned int i = 0; i < n; i++)
		add(100 + i, (pid_t)i + 1, "many");
	add(1000, 8, "new");
	assert_true(names_next(&told, &now, &m));
	assert_int_equal(m.count, n);
	assert_true(names_next(&told, &now, &m));
	assert_int_equal(m.count, 1);
	assert_int_equal(m.task[0].pid, 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(changes_alone_are_told_and_once, reset),
		cmocka_unit_test_setup(
			an_address_space_that_is_shared_has_one_name, reset),
		cmocka_unit_test_setup(what_does_not_fit_into_a_message_follows,
				       reset),
		cmocka_unit_test_setup(a_name_that_waits_is_not_lost, reset),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	reset(NULL);
	return failed;
}
