/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * command.h - what vampctl can do. A new command is a file cmd_NAME.c that
 * defines a struct command, a line below, one in main.c's table and one in the
 * Makefile.
 */
#ifndef VAMPCTL_COMMAND_H
#define VAMPCTL_COMMAND_H

struct command {
	const char *name;
	const char *args;	/* as --help shows them; "" none */
	const char *about;	/* one line for --help */
	/*
	 * argv[0] is "vampctl NAME", as argp wants it; the rest is the
	 * command's own. Returns the exit code (exit_code.h), having said what
	 * was wrong (say.h) unless it is 0.
	 */
	int (*run)(int argc, char **argv);
};

extern const struct command command_doctor;
extern const struct command command_get;
extern const struct command command_input;
extern const struct command command_record;
extern const struct command command_replay;
extern const struct command command_report;
extern const struct command command_set;
extern const struct command command_status;
extern const struct command command_top;

#endif /* VAMPCTL_COMMAND_H */
