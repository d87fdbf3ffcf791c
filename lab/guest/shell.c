// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * shell.c - like a script: one short process after the other, each with an
 * address space of its own.
 */
#include <stdlib.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"
#include "work.h"

#define SHORTEST	40
#define LONGEST		800
#define PAUSE_US	3000

static void run_step(unsigned int amount)
{
	pid_t pid = fork();
	char text[12];

	if (!pid) {
		snprintf(text, sizeof(text), "%u", amount);
		execl("/init", "step", text, NULL);
		_exit(127);
	}
	waitpid(pid, NULL, 0);
}

/* shell */
int shell_main(void)
{
	for (;;) {
		run_step(SHORTEST + random() % (LONGEST - SHORTEST));
		usleep(PAUSE_US);
	}
}

/* step AMOUNT */
int step_main(int argc, char **argv)
{
	work(argc > 1 ? atoi(argv[1]) : 1);
	return 0;
}
