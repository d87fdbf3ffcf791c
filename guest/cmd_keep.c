// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_keep.c - waits for the agent's end; started by the agent itself. */
#include "command.h"

#include <errno.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "exit_code.h"
#include "log.h"
#include "restore.h"
#include "state.h"

#define LOCK_TRIES	100
#define LOCK_PAUSE_NS	10000000

/* Who ends the agent by a signal to all its group means the agent. */
static void outlive_signals(void)
{
	signal(SIGTERM, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
}

static void wait_for_end(void)
{
	char byte;
	ssize_t n;

	do {
		n = read(0, &byte, 1);
	} while (n > 0 || (n < 0 && errno == EINTR));
}

/* The agent's own lock goes with it, maybe a little later than the pipe. */
static int lock(void)
{
	struct timespec pause = { .tv_nsec = LOCK_PAUSE_NS };
	int err = state_lock();

	for (int i = 0; i < LOCK_TRIES && err == -EWOULDBLOCK; i++) {
		nanosleep(&pause, NULL);
		err = state_lock();
	}
	return err;
}

/* Where another agent has begun, that one has put all back. */
static int run(int argc, char **argv)
{
	(void)argv;
	if (argc > 1) {
		log_error("keep: takes no arguments; the agent starts it");
		return EXIT_CODE_USAGE;
	}
	outlive_signals();
	wait_for_end();
	if (lock())
		return EXIT_CODE_OK;
	return restore_from_file() ? EXIT_CODE_SYSTEM : EXIT_CODE_OK;
}

const struct command command_keep = { .name = "keep", .run = run };
