// SPDX-License-Identifier: GPL-2.0-or-later
/* option.c - arguments of options that are numbers. */
#include <math.h>
#include <stdlib.h>

#include "command.h"

#define SECONDS_MAX	86400

long option_number(struct argp_state *state, const char *name, const char *arg,
		   long least, long most)
{
	char *end;
	long n = strtol(arg, &end, 10);

	if (end == arg || *end || n < least || n > most)
		argp_error(state, "--%s=%s: a number from %ld to %ld", name,
			   arg, least, most);
	return n;
}

static double decimal(struct argp_state *state, const char *name,
		      const char *arg, double most)
{
	char *end;
	double n = strtod(arg, &end);

	/* Not a number is not in the range either. */
	if (end == arg || *end || !(n >= 0 && n <= most))
		argp_error(state, "--%s=%s: a number from 0 to %g", name, arg,
			   most);
	return n;
}

uint32_t option_percent(struct argp_state *state, const char *name,
			const char *arg)
{
	return (uint32_t)lround(decimal(state, name, arg, 100) * 100);
}

uint64_t option_seconds(struct argp_state *state, const char *name,
			const char *arg)
{
	double ms = decimal(state, name, arg, SECONDS_MAX) * 1000;

	return (uint64_t)llround(ms) * 1000;
}
