// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_list.c - background processes, as the original's /proc/kvm_slow_task. */
#include "command.h"

#include <argp.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exit_code.h"
#include "files.h"
#include "log.h"
#include "state.h"

static const struct argp_option options[] = {
	{ "names", 'n', NULL, 0, "Add the processes' names", 0 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	bool *names = state->input;

	(void)arg;
	if (key != 'n')
		return ARGP_ERR_UNKNOWN;
	*names = true;
	return 0;
}

static void show_named(const char *line)
{
	char path[64], name[64];

	snprintf(path, sizeof(path), "/proc/%d/comm", atoi(line));
	if (files_line(path, name, sizeof(name)))
		name[0] = '\0';
	printf("%s\t%s\n", line, log_clean(name));
}

static void show(char *text, bool names)
{
	char *line;

	while ((line = strsep(&text, "\n")))
		if (!*line)
			continue;
		else if (names)
			show_named(line);
		else
			puts(line);
}

static int run(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.doc = "Lists the processes that are on slow vCPUs now: on each "
		       "line one's id, a tab, and its load in percent of one CPU.",
	};
	bool names = false;
	char *text;

	if (argp_parse(&argp, argc, argv, 0, NULL, &names))
		return EXIT_CODE_USAGE;
	if (!state_is_locked()) {
		log_error("list: no agent runs; start it: systemctl start "
			  "vamp-guest");
		return EXIT_CODE_NO_AGENT;
	}
	text = files_read_all(STATE_LIST);
	if (!text && errno != ENOENT) {
		log_error(STATE_LIST ": %s", strerror(errno));
		return EXIT_CODE_SYSTEM;
	}
	if (text)
		show(text, names);
	free(text);
	return EXIT_CODE_OK;
}

const struct command command_list = {
	.name = "list",
	.about = "processes on slow vCPUs, and their load",
	.run = run,
};
