/* SPDX-License-Identifier: GPL-2.0-or-later */
/* command.h - a command of vampplay. */
#ifndef PLAY_COMMAND_H
#define PLAY_COMMAND_H

#include <argp.h>
#include <stdbool.h>
#include <stdint.h>

struct command {
	const char *name, *args, *about;
	/* argv[0] is "vampplay NAME"; returns an exit code. */
	int (*run)(int argc, char **argv);
};

extern const struct command command_record, command_replay, command_check,
	command_info, command_convert;

/* A number from @least to @most, or argp_error(). @name: of the option. */
long option_number(struct argp_state *state, const char *name, const char *arg,
		   long least, long most);

/* Percent, with up to two digits behind the point, in 1/100. */
uint32_t option_percent(struct argp_state *state, const char *name,
			const char *arg);

/* Seconds, from 0 to 86400 and to the ms, in us. */
uint64_t option_seconds(struct argp_state *state, const char *name,
			const char *arg);

#endif /* PLAY_COMMAND_H */
