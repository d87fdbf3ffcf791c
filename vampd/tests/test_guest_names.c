// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest_names.h"
#include "paths.h"

#define PID	4711

static char dir[] = "/tmp/vampd-names-XXXXXX";
static char path[80];
static struct sd_event *loop;
static struct guest_names *names;

/* What vampctl would read, once all that is due was written. */
static const char *file(void)
{
	static char text[65536];
	FILE *f;
	size_t n;

	sd_event_run(loop, 2 * (uint64_t)GUEST_NAMES_USEC);
	f = fopen(path, "re");
	if (!f)
		return NULL;
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = '\0';
	return text;
}

static void tell(uint64_t id, uint32_t pid, const char *name)
{
	struct vamp_names m = { .count = 1 };

	m.task[0].id = id;
	m.task[0].pid = pid;
	snprintf(m.task[0].name, sizeof(m.task[0].name), "%s", name);
	guest_names_take(names, &m);
}

static void gone(uint64_t id)
{
	struct vamp_names m = { .gone_count = 1, .gone = { id } };

	guest_names_take(names, &m);
}

static void names_are_in_the_file_by_id(void **state)
{
	struct stat st;

	(void)state;
	tell(0x20, 7, "cc1");
	tell(0x10, 5, "Xorg server");
	assert_string_equal(file(), "10 5 Xorg server\n20 7 cc1\n");
	assert_int_equal(stat(path, &st), 0);
	snprintf(path + strlen(dir), sizeof(path) - strlen(dir), "/names");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 077, 0);
	snprintf(path, sizeof(path), "%s/names/%d", dir, PID);
}

static void new_name_of_an_id_replaces_the_old(void **state)
{
	(void)state;
	tell(0x10, 5, "sh");
	tell(0x10, 5, "make");
	assert_string_equal(file(), "10 5 make\n");
}

static void what_is_gone_is_not_in_it(void **state)
{
	(void)state;
	tell(0x10, 5, "sh");
	tell(0x20, 7, "cc1");
	gone(0x10);
	gone(0x30);
	assert_string_equal(file(), "20 7 cc1\n");
	guest_names_clear(names);
	assert_string_equal(file(), "");
}

static void too_many_are_left_out(void **state)
{
	(void)state;
	for (uint64_t id = 1; id <= GUEST_NAMES_MAX + 10; id++)
		tell(id, 1, "x");
	assert_int_equal(guest_names_count(names), GUEST_NAMES_MAX);
	gone(1);
	tell(GUEST_NAMES_MAX + 1, 1, "x");
	assert_int_equal(guest_names_count(names), GUEST_NAMES_MAX);
}

static void the_file_goes_with_the_vm(void **state)
{
	(void)state;
	tell(0x10, 5, "sh");
	assert_non_null(file());
	guest_names_free(names);
	names = NULL;
	assert_int_equal(access(path, F_OK), -1);
}

static int begin(void **state)
{
	(void)state;
	names = guest_names_new(loop, PID);
	return names ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	guest_names_free(names);
	return 0;
}

static int make_directory(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	paths.state = dir;
	snprintf(path, sizeof(path), "%s/names/%d", dir, PID);
	return sd_event_default(&loop) < 0;
}

static int remove_one(const char *name, const struct stat *st, int type,
		      struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(name);
}

static int remove_directory(void **state)
{
	(void)state;
	sd_event_unref(loop);
	return nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(names_are_in_the_file_by_id),
		TEST(new_name_of_an_id_replaces_the_old),
		TEST(what_is_gone_is_not_in_it),
		TEST(too_many_are_left_out),
		TEST(the_file_goes_with_the_vm),
	};

	return cmocka_run_group_tests_name("guest_names", tests, make_directory,
					   remove_directory);
}
