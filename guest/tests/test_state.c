// SPDX-License-Identifier: GPL-2.0-or-later
/* test_state.c - what has to be put back, in a file and out of it again. */
#include "test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "state.h"
#include "tree.h"

#define BOOT	"/proc/sys/kernel/random/boot_id"

static struct book book, got;
static struct pins pins, got_pins;

static int make(void **state)
{
	int err = tree_make(state);

	if (err)
		return err;
	tree_write(BOOT, "0a1b-2c3d\n");
	tree_write("/run/here", "");
	memset(&pins, 0, sizeof(pins));
	book_clear(&book);
	return state_init();
}

static void fill(unsigned int threads)
{
	struct vamp_cpus cpus = cpus_of("0-3");

	for (unsigned int i = 1; i <= threads; i++) {
		struct task t = { .tid = (pid_t)i,
				  .tgid = (pid_t)i / 2 + 1,
				  .start = 1000000000000ull + i,
				  .nice = (int)i % 40 - 20 };
		struct record *r = book_add(&book, &t, &cpus);

		assert_non_null(r);
		r->given = cpus_of("1");
		r->before = cpus_of("2-3");
		r->left_alone = i % 2;
		r->niced = i % 3 == 0;
	}
	pins.count = 2;
	pins.pin[0] = (struct pin){ 11, cpus_of("0-3"), cpus_of("0"),
				    cpus_of("0-3") };
	pins.pin[1] =
		(struct pin){ 12, cpus_of(""), cpus_of("0-1"), cpus_of("") };
}

static void expect_records(size_t count)
{
	assert_int_equal(got.count, count);
	for (size_t i = 0; i < count; i++) {
		const struct record *a = &book.record[i], *b = &got.record[i];

		assert_int_equal(a->tid, b->tid);
		assert_int_equal(a->tgid, b->tgid);
		assert_true(a->start == b->start);
		assert_int_equal(a->left_alone, b->left_alone);
		assert_int_equal(a->nice, b->nice);
		assert_int_equal(a->niced, b->niced);
		assert_memory_equal(&a->original, &b->original,
				    sizeof(a->original));
		assert_memory_equal(&a->given, &b->given, sizeof(a->given));
		assert_memory_equal(&a->before, &b->before, sizeof(a->before));
	}
}

static void what_is_written_is_what_is_read(void **state)
{
	(void)state;
	fill(500);
	assert_int_equal(state_write(&book, &pins), 0);
	assert_int_equal(state_read(&got, &got_pins), 0);
	expect_records(500);
	assert_int_equal(got_pins.count, 2);
	assert_memory_equal(got_pins.pin, pins.pin, 2 * sizeof(pins.pin[0]));
	assert_int_equal(state_remove(), 0);
	assert_int_equal(state_read(&got, &got_pins), -ENOENT);
	assert_int_equal(state_remove(), 0);
}

/* After a restart of the guest nobody has what was given. */
static void a_file_of_an_earlier_boot_means_nothing(void **state)
{
	(void)state;
	fill(3);
	assert_int_equal(state_write(&book, &pins), 0);
	tree_write(BOOT, "other-boot\n");
	assert_int_equal(state_read(&got, &got_pins), -ENOENT);
	assert_int_equal(got.count, 0);
}

/* Cut anywhere: what is whole is there, and nothing that was not written. */
static void of_a_damaged_file_the_good_part_is_kept(void **state)
{
	char *text, part[4096];
	size_t size;

	(void)state;
	fill(4);
	assert_int_equal(state_write(&book, &pins), 0);
	text = strdup(tree_read(STATE_FILE));
	assert_non_null(text);
	size = strlen(text);
	assert_in_range(size, 100, sizeof(part) - 1);
	for (size_t cut = strcspn(text, "\n") + 1; cut + 4 < size; cut++) {
		snprintf(part, cut + 1, "%s", text);
		tree_write(STATE_FILE, part);
		assert_int_equal(state_read(&got, &got_pins), -EBADMSG);
		assert_true(got.count <= 4);
		if (text[cut - 1] == '\n' && got.count < 4)
			expect_records(got.count);
	}
	free(text);
}

static void a_line_of_another_kind_is_damage(void **state)
{
	static const char *const lines[] = {
		"task",
		"task 1",
		"task 1 1 5 0 0-3 0 0",
		"task 1 1 5 0 0 0 0 9-1 0",
		"irq -",
		"irq x 0 0 0",
		"irq 5 0 0",
		"disk 1 2 3",
		"",
		"task 1 1 5 0 0 0 0-3 1",
		"task a 1 5 0 0 0 0 0 0",
		"irq 5 0 0 4096",
	};
	char text[256];

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		snprintf(text, sizeof(text),
			 "vamp-guest 2 0a1b-2c3d\n%s\nend\n", lines[i]);
		tree_write(STATE_FILE, text);
		if (state_read(&got, &got_pins) != -EBADMSG)
			fail_msg("not refused: %s", lines[i]);
	}
}

static void one_agent_at_a_time(void **state)
{
	(void)state;
	assert_false(state_is_locked());
	assert_int_equal(state_lock(), 0);
	assert_true(state_is_locked());
	assert_int_equal(state_lock(), -EWOULDBLOCK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, tree_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_written_is_what_is_read),
		TEST(a_file_of_an_earlier_boot_means_nothing),
		TEST(of_a_damaged_file_the_good_part_is_kept),
		TEST(a_line_of_another_kind_is_damage),
		TEST(one_agent_at_a_time),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	book_free(&book);
	book_free(&got);
	return failed;
}
