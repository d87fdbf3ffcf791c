// SPDX-License-Identifier: GPL-2.0-or-later
#include "deadline.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "clock.h"

#define AGAIN_US	10000	/* the first may have come just before a wait */
#define SECOND_US	1000000
#define HURRY_US	200000

static volatile sig_atomic_t watched = -1, over, running;

static void ring(int number)
{
	int err = errno;

	(void)number;
	over = 1;
	if (watched >= 0)
		shutdown(watched, SHUT_RDWR);
	errno = err;
}

/* A signal that whoever started us has blocked would never come. */
static void catch_alarm(void)
{
	struct sigaction act = { .sa_handler = ring };
	sigset_t alarm;

	sigaction(SIGALRM, &act, NULL);
	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	sigprocmask(SIG_UNBLOCK, &alarm, NULL);
}

static void ring_in(uint64_t us)
{
	struct itimerval t = {
		.it_interval = { .tv_usec = AGAIN_US },
		.it_value = { (time_t)(us / SECOND_US),
			      (suseconds_t)(us % SECOND_US) },
	};

	setitimer(ITIMER_REAL, &t, NULL);
}

void deadline_begin(int fd, uint64_t at)
{
	uint64_t now = clock_us(), us = at > now ? at - now : 1;
	static bool caught;

	if (!caught)
		catch_alarm();
	caught = true;
	watched = fd;
	over = 0;
	running = 1;
	ring_in(us);
}

void deadline_hurry(void)
{
	struct itimerval left;

	if (!running || getitimer(ITIMER_REAL, &left) ||
	    (!left.it_value.tv_sec && left.it_value.tv_usec < HURRY_US))
		return;
	ring_in(HURRY_US);
}

bool deadline_end(void)
{
	static const struct itimerval none;

	running = 0;
	setitimer(ITIMER_REAL, &none, NULL);
	watched = -1;
	return over;
}
