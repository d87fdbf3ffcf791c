// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * command.c - commands as an administrator would type them.
 */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "command.h"
#include "report.h"

#define LOG	"/run/lab/commands.txt"

int command_run(const char *command, char *said, size_t size)
{
	char line[1024], last[1024] = "", whole[1024];
	static const char *mode = "we";	/* anew in each run */
	FILE *log = fopen(LOG, mode), *f;
	int status;

	snprintf(whole, sizeof(whole), "{ %s; } 2>&1", command);
	f = popen(whole, "re");
	mode = "ae";
	if (!log || !f)
		undecided("cannot run %s", command);
	fprintf(log, "# %s\n", command);
	while (fgets(line, sizeof(line), f)) {
		fputs(line, log);
		if (*line != '\n')
			strcpy(last, line);
	}
	status = pclose(f);
	status = WIFEXITED(status) ? WEXITSTATUS(status) :
				     128 + WTERMSIG(status);
	fprintf(log, "# status %d\n\n", status);
	fclose(log);
	last[strcspn(last, "\n")] = 0;
	if (said)
		snprintf(said, size, "%s", last);
	return status;
}

void command_must(const char *command, char *said, size_t size)
{
	char line[512];
	int status = command_run(command, line, sizeof(line));

	if (status)
		fail("%s: status %d: %s", command, status, line);
	if (said)
		snprintf(said, size, "%s", line);
}
