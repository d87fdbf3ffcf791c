// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_keep.c - waits for the agent's end; started by the agent itself. */
#include "command.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "exit_code.h"
#include "log.h"
#include "restore.h"
#include "state.h"

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

/* Where another agent has begun, that one has put all back. */
static int run(int argc, char **argv)
{
	(void)argv;
	if (argc > 1) {
		log_error("keep: takes no arguments; the agent starts it");
		return EXIT_CODE_USAGE;
	}
	prctl(PR_SET_NAME, "vamp-guest");
	outlive_signals();
	wait_for_end();
	if (state_lock_soon())
		return EXIT_CODE_OK;
	return restore_from_file() ? EXIT_CODE_SYSTEM : EXIT_CODE_OK;
}

const struct command command_keep = { .name = "keep", .run = run };
