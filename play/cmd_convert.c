// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_convert.c - from one format of traces to the other. */
#include <stdio.h>

#include "command.h"
#include "exit_code.h"
#include "trace_file.h"

struct options {
	const char *from, *to;
	enum trace_format format;
	bool chosen, partial;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'f':
		if (!format_find(arg, &o->format))
			argp_error(state, "%s: a format is vplay or spiceplay",
				   arg);
		o->chosen = true;
		return 0;
	case 'p':
		o->partial = true;
		return 0;
	case ARGP_KEY_ARG:
		if (o->to)
			argp_error(state, "FROM and TO only");
		*(o->from ? &o->to : &o->from) = arg;
		return 0;
	case ARGP_KEY_END:
		if (!o->to)
			argp_error(state, "from which FILE, and TO which?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int convert(const struct options *o)
{
	enum trace_format from, to = o->format;
	struct trace t = { 0 };
	int code = trace_load(&t, o->from, o->partial, &from);

	if (!o->chosen)
		to = from == FORMAT_VPLAY ? FORMAT_SPICEPLAY : FORMAT_VPLAY;
	if (!code)
		code = trace_save(&t, o->to, to);
	trace_free(&t);
	return code;
}

static int run(int argc, char **argv)
{
	static const struct argp_option list[] = {
		{ "format", 'f', "FORMAT", 0,
		  "Write vplay or spiceplay instead of the one that FROM is not",
		  0 },
		{ "partial", 'p', NULL, 0,
		  "Take what is good of a trace that breaks off", 0 },
		{ 0 },
	};
	static const struct argp argp = {
		.options = list,
		.parser = parse,
		.args_doc = "FROM TO",
		.doc = "Converts a trace, by default to the other format.",
	};
	struct options o = { 0 };

	if (argp_parse(&argp, argc, argv, 0, NULL, &o))
		return EXIT_CODE_USAGE;
	return convert(&o);
}

const struct command command_convert = {
	.name = "convert",
	.args = "FROM TO",
	.about = "from one format of traces to the other",
	.run = run,
};
