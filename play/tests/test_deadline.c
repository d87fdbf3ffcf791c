// SPDX-License-Identifier: GPL-2.0-or-later
/* test_deadline.c - what waits for a socket ends with the deadline. */
#include "test.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "clock.h"
#include "deadline.h"

static int pair[2];

static int begin(void **state)
{
	(void)state;
	return socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
}

static int end(void **state)
{
	(void)state;
	close(pair[0]);
	close(pair[1]);
	return 0;
}

/* Until it is cut off; a signal alone may only interrupt. */
static ssize_t read_on(int fd)
{
	ssize_t n;
	char c;

	do {
		n = read(fd, &c, 1);
	} while (n < 0 && errno == EINTR);
	return n;
}

static void a_read_ends_with_the_deadline(void **state)
{
	(void)state;
	deadline_begin(pair[0], clock_us() + 1000);
	assert_int_equal(read_on(pair[0]), 0);
	assert_true(deadline_end());
}

static void one_that_is_over_already_counts(void **state)
{
	(void)state;
	deadline_begin(pair[0], 0);
	assert_int_equal(read_on(pair[0]), 0);
	assert_true(deadline_end());
}

static void a_write_ends_with_the_deadline(void **state)
{
	static const char much[1 << 16];
	ssize_t n;

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	deadline_begin(pair[0], clock_us() + 1000);
	do {
		n = write(pair[0], much, sizeof(much));
	} while (n > 0 || errno == EINTR);
	assert_true(deadline_end());
}

static void in_a_hurry_it_is_over_soon(void **state)
{
	uint64_t begun = clock_us();

	(void)state;
	deadline_begin(pair[0], begun + 3600ull * 1000000);
	deadline_hurry();
	assert_int_equal(read_on(pair[0]), 0);
	assert_true(deadline_end());
	assert_true(clock_us() - begun < 1800ull * 1000000);
}

static void a_hurry_with_nothing_to_wait_for_is_none(void **state)
{
	struct itimerval t;

	(void)state;
	deadline_hurry();
	assert_int_equal(getitimer(ITIMER_REAL, &t), 0);
	assert_int_equal(t.it_value.tv_sec + t.it_value.tv_usec, 0);
}

/* As while a connection is made. */
static void without_a_socket_it_interrupts(void **state)
{
	(void)state;
	deadline_begin(-1, clock_us() + 1000);
	assert_int_equal(poll(NULL, 0, -1), -1);
	assert_int_equal(errno, EINTR);
	assert_true(deadline_end());
}

static void before_it_nothing_happens(void **state)
{
	char c = 'x';

	(void)state;
	deadline_begin(pair[0], clock_us() + 3600ull * 1000000);
	assert_int_equal(write(pair[1], &c, 1), 1);
	assert_int_equal(read(pair[0], &c, 1), 1);
	assert_false(deadline_end());
	assert_int_equal(write(pair[0], &c, 1), 1);
}

static void a_blocked_signal_comes_all_the_same(void **state)
{
	sigset_t alarm;

	(void)state;
	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	sigprocmask(SIG_BLOCK, &alarm, NULL);
	deadline_begin(pair[0], clock_us() + 1000);
	assert_int_equal(read_on(pair[0]), 0);
	assert_true(deadline_end());
}

int main(void)
{
	static const struct CMUnitTest list[] = {
		/* The first, as it is done once. */
		cmocka_unit_test_setup_teardown(
			a_blocked_signal_comes_all_the_same, begin, end),
		cmocka_unit_test_setup_teardown(a_read_ends_with_the_deadline,
						begin, end),
		cmocka_unit_test_setup_teardown(one_that_is_over_already_counts,
						begin, end),
		cmocka_unit_test_setup_teardown(a_write_ends_with_the_deadline,
						begin, end),
		cmocka_unit_test_setup_teardown(without_a_socket_it_interrupts,
						begin, end),
		cmocka_unit_test_setup_teardown(in_a_hurry_it_is_over_soon,
						begin, end),
		cmocka_unit_test(a_hurry_with_nothing_to_wait_for_is_none),
		cmocka_unit_test_setup_teardown(before_it_nothing_happens,
						begin, end),
	};

	return cmocka_run_group_tests(list, NULL, NULL);
}
