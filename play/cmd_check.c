// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_check.c - is a trace whole, and what could go wrong with it? */
#include <stdio.h>

#include "command.h"
#include "examine.h"
#include "exit_code.h"
#include "trace_file.h"

struct options {
	const char *file;
	bool strict;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 's':
		o->strict = true;
		return 0;
	case ARGP_KEY_ARG:
		if (o->file)
			argp_error(state, "one FILE only");
		o->file = arg;
		return 0;
	case ARGP_KEY_END:
		if (!o->file)
			argp_error(state, "which FILE?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int check(const struct options *o)
{
	struct trace t = { 0 };
	enum trace_format format;
	int code = trace_load(&t, o->file, false, &format);

	if (!code) {
		printf("%s: a trace in the %s format\n", o->file,
		       format_name(format));
		examine_counts(&t, stdout);
		if (examine_doubts(&t, stdout) && o->strict)
			code = EXIT_CODE_DOUBTS;
	}
	trace_free(&t);
	return code;
}

static int run(int argc, char **argv)
{
	static const struct argp_option list[] = {
		{ "strict", 's', NULL, 0, "End with 1 if anything is doubtful",
		  0 },
		{ 0 },
	};
	static const struct argp argp = {
		.options = list,
		.parser = parse,
		.args_doc = "FILE",
		.doc = "Checks a trace, of either format, and counts what is in it.",
	};
	struct options o = { 0 };

	if (argp_parse(&argp, argc, argv, 0, NULL, &o))
		return EXIT_CODE_USAGE;
	return check(&o);
}

const struct command command_check = {
	.name = "check",
	.args = "FILE",
	.about = "is a trace whole, and what is in it?",
	.run = run,
};
