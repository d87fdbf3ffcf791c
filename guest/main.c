// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vamp-guest - the agent of vAMP in a Linux guest.
 *
 *  1. The host says over a channel which address spaces are background (port,
 *     agent; the messages are in include/vamp/channel.h).
 *  2. A BPF program tells which processes these are (roots).
 *  3. Their threads go to the slow vCPUs, all others to the fast ones (sets,
 *     plan, apply, placement), and chosen interrupts too (irqs).
 *  4. What was changed is in a file before it is changed (book, state), and is
 *     put back at the phase's end, or by whoever outlives the agent (restore,
 *     keeper).
 *  5. The host is told the placement, names of processes and whether the guest
 *     makes sound (names, audio).
 *
 * Each command is a file of its own (cmd_*.c) in the table below.
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "exit_code.h"
#include "files.h"
#include "keeper.h"
#include "log.h"

#ifndef VAMP_GUEST_VERSION
#define VAMP_GUEST_VERSION "0.1"
#endif

#define KEY_ROOT	0x100

static const struct command *const commands[] = {
	&command_run,	  &command_list, &command_doctor,
	&command_restore, &command_keep,
};

#define COMMANDS	(sizeof(commands) / sizeof(commands[0]))

const char *argp_program_version = "vamp-guest " VAMP_GUEST_VERSION;

static const struct argp_option options[] = {
	{ "root", KEY_ROOT, "DIR", 0, "Look for /proc, /run and /sys in DIR",
	  0 },
	{ 0 },
};

/* Where the command's own arguments begin. */
struct chosen {
	const struct command *command;
	int first;
};

static const struct command *find(const char *name)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct chosen *c = state->input;

	switch (key) {
	case KEY_ROOT:
		files_set_root(arg);
		keeper_set_root(arg);
		return 0;
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
	fputs("Commands:\n", f);
	for (size_t i = 0; i < COMMANDS; i++)
		if (commands[i]->about)
			fprintf(f, "  %-10s%s\n", commands[i]->name,
				commands[i]->about);
	fputs("\n`vamp-guest COMMAND --help' tells a command's options.", f);
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

	snprintf(name, sizeof(name), "vamp-guest %s", c->command->name);
	argv[c->first] = name;
	return c->command->run(argc - c->first, argv + c->first);
}

int main(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "COMMAND [ARGUMENT...]",
		.doc = "The agent of vAMP in a guest: background processes go to "
		       "slow vCPUs while the user waits for others.\v ",
		.help_filter = help,
	};
	struct chosen chosen = { .command = NULL };
	int code;

	log_init(false);
	argp_err_exit_status = EXIT_CODE_USAGE;
	if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &chosen))
		return EXIT_CODE_USAGE;
	code = run(&chosen, argc, argv);
	if (fflush(stdout) || ferror(stdout)) {
		log_error("standard output cannot be written");
		return EXIT_CODE_WRITE;
	}
	return code;
}
