// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * job.c - real background work: a program of the desktop's, run again and again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "board.h"
#include "desk.h"
#include "guest.h"

static int run_once(const char *script)
{
	pid_t pid = fork();
	int status = -1;

	if (!pid)
		desk_exec(script);
	waitpid(pid, &status, 0);
	return status;
}

/* job SLOT NAME: /lab/job-NAME, a unit of work each time */
int job_main(int argc, char **argv)
{
	struct board *board = board_map();
	unsigned int slot = argc > 1 ? atoi(argv[1]) : 0;
	char script[64];

	if (!board || slot >= BOARD_SLOTS || argc < 3)
		return 1;
	snprintf(script, sizeof(script), "exec /lab/job-%s %u", argv[2], slot);
	while (!run_once(script))
		board->slot[slot].work++;
	return 1;
}
