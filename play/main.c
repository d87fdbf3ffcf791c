// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vampplay - records what is done on a VM's desktop, replays it, and measures how
 * long the desktop takes to respond.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "exit_code.h"
#include "say.h"

#ifndef VAMPPLAY_VERSION
#define VAMPPLAY_VERSION "0.1"
#endif

static const struct command *const commands[] = {
	&command_record, &command_replay,  &command_check,
	&command_info,	 &command_convert,
};

#define COMMANDS	(sizeof(commands) / sizeof(commands[0]))

const char *argp_program_version = "vampplay " VAMPPLAY_VERSION;

static const struct command *find(const char *name)
{
	size_t i;

	for (i = 0; i < COMMANDS; i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

/* Where the command's own arguments begin. */
struct chosen {
	const struct command *command;
	int first;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct chosen *c = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		c->command = find(arg);
		if (!c->command)
			argp_error(state, "%s: no such command", arg);
		c->first = state->next - 1;
		state->next = state->argc;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which command?");
		return ARGP_ERR_UNKNOWN;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void list_commands(FILE *f)
{
	char usage[64];
	size_t i;

	fputs("Commands:\n", f);
	for (i = 0; i < COMMANDS; i++) {
		snprintf(usage, sizeof(usage), "%s %s", commands[i]->name,
			 commands[i]->args);
		fprintf(f, "  %-25s%s\n", usage, commands[i]->about);
	}
	fputs("\nA SERVER is vnc://HOST:PORT, spice://HOST:PORT, vnc+unix://PATH or spice+unix://PATH.\n",
	      f);
	fputs("`vampplay COMMAND --help' tells a command's options.", f);
}

/* argp frees what it is given here. */
static char *help(int key, const char *text, void *input)
{
	char *list = NULL;
	size_t size;
	FILE *f;

	(void)input;
	if (key != ARGP_KEY_HELP_POST_DOC)
		return (char *)text;
	f = open_memstream(&list, &size);
	if (!f)
		return NULL;
	list_commands(f);
	fclose(f);
	return list;
}

static int run(const struct chosen *c, int argc, char **argv)
{
	char name[64];

	snprintf(name, sizeof(name), "vampplay %s", c->command->name);
	argv[c->first] = name;
	return c->command->run(argc - c->first, argv + c->first);
}

int main(int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse,
		.args_doc = "COMMAND [ARGUMENT...]",
		.doc = "Records what is done on a desktop, replays it, and measures response times.\v ",
		.help_filter = help,
	};
	struct chosen chosen = { .command = NULL };
	int code;

	/* A server that hangs up is told like any other failure. */
	signal(SIGPIPE, SIG_IGN);
	argp_err_exit_status = EXIT_CODE_USAGE;
	if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &chosen))
		return EXIT_CODE_USAGE;
	code = run(&chosen, argc, argv);
	if (fflush(stdout) || ferror(stdout)) {
		say("standard output cannot be written");
		return EXIT_CODE_WRITE;
	}
	return code;
}
