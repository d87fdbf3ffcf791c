// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "binaries.h"
#include "fake_probe.h"

/* The test's own executable has the function, as QEMU's has. */
__attribute__((used, noinline)) void qemu_input_event_send_impl(void);
void qemu_input_event_send_impl(void)
{
}

static struct binary *get(const char *path)
{
	int fd = open(path, O_RDONLY);
	struct binary *b;

	assert_true(fd >= 0);
	b = binary_get(fd);
	close(fd);
	return b;
}

/* A file of its own with the same content: what an upgrade leaves. */
static int copy_of_self(void)
{
	char bytes[65536];
	FILE *to = tmpfile(), *from = fopen("/proc/self/exe", "rb");
	size_t n;
	int fd;

	while ((n = fread(bytes, 1, sizeof(bytes), from)))
		fwrite(bytes, 1, n, to);
	fflush(to);
	fd = dup(fileno(to));
	fclose(from);
	fclose(to);
	return fd;
}

static void one_binary_is_attached_once_and_detached_by_the_last(void **state)
{
	struct binary *a = get("/proc/self/exe"), *b = get("/proc/self/exe");

	(void)state;
	assert_ptr_equal(a, b);
	assert_int_equal(binary_error(a), 0);
	assert_int_equal(attached, 1);
	assert_int_equal(binaries_attached(), 1);
	binary_put(a);
	assert_int_equal(attached, 1);
	binary_put(b);
	assert_int_equal(attached, 0);
	assert_int_equal(binaries_attached(), 0);
}

static void another_inode_is_another_binary(void **state)
{
	struct binary *a = get("/proc/self/exe"), *b;
	int fd = copy_of_self();

	(void)state;
	b = binary_get(fd);
	close(fd);
	assert_ptr_not_equal(a, b);
	assert_int_not_equal(binary_id(a), binary_id(b));
	assert_int_equal(attached, 2);
	binary_put(a);
	binary_put(b);
	assert_int_equal(attached, 0);
}

static void an_id_is_never_used_again(void **state)
{
	struct binary *b = get("/proc/self/exe");
	uint64_t id = binary_id(b);

	(void)state;
	binary_put(b);
	b = get("/proc/self/exe");
	assert_true(binary_id(b) > id);
	binary_put(b);
}

static void without_the_function_it_is_kept_but_not_attached(void **state)
{
	struct binary *b = get("/bin/sleep");

	(void)state;
	assert_int_equal(binary_error(b), -ENOENT);
	assert_int_equal(attached, 0);
	binary_put(b);
	assert_int_equal(attached, 0);
}

static void refusal_of_the_kernel_is_told(void **state)
{
	struct binary *b;

	(void)state;
	refuse = EOPNOTSUPP;
	b = get("/proc/self/exe");
	refuse = 0;
	assert_int_equal(binary_error(b), -EOPNOTSUPP);
	binary_put(b);
	assert_int_equal(attached, 0);
}

static void the_table_is_bounded_and_places_come_back(void **state)
{
	struct binary *all[BINARIES_MAX];
	int fd;

	(void)state;
	for (int i = 0; i < BINARIES_MAX; i++) {
		fd = fileno(tmpfile());
		all[i] = binary_get(fd);
		assert_non_null(all[i]);
	}
	assert_null(get("/bin/sleep"));
	assert_int_equal(errno, ENOSPC);
	for (int i = 0; i < BINARIES_MAX; i++)
		binary_put(all[i]);
	all[0] = get("/bin/sleep");
	assert_non_null(all[0]);
	binary_put(all[0]);
}

static void putting_none_is_nothing(void **state)
{
	(void)state;
	binary_put(NULL);
	forget_fake();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			one_binary_is_attached_once_and_detached_by_the_last),
		cmocka_unit_test(another_inode_is_another_binary),
		cmocka_unit_test(an_id_is_never_used_again),
		cmocka_unit_test(
			without_the_function_it_is_kept_but_not_attached),
		cmocka_unit_test(refusal_of_the_kernel_is_told),
		cmocka_unit_test(the_table_is_bounded_and_places_come_back),
		cmocka_unit_test(putting_none_is_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
