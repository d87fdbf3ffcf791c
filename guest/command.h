/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * command.h - what vamp-guest can do. A new command is a file cmd_NAME.c that
 * defines a struct command, a line below, one in main.c's table and one in the
 * Makefile.
 */
#ifndef VAMP_GUEST_COMMAND_H
#define VAMP_GUEST_COMMAND_H

struct command {
	const char *name;
	const char *about;	/* one line for --help; NULL: not shown */
	/*
	 * argv[0] is "vamp-guest NAME", as argp wants it; the rest is the
	 * command's own. Returns the exit code (exit_code.h), having said what
	 * was wrong (log.h) unless it is 0.
	 */
	int (*run)(int argc, char **argv);
};

extern const struct command command_doctor;
extern const struct command command_keep;
extern const struct command command_list;
extern const struct command command_restore;
extern const struct command command_run;

#endif /* VAMP_GUEST_COMMAND_H */
