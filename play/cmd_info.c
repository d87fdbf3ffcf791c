// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_info.c - what a trace says, in words and pictures. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "command.h"
#include "examine.h"
#include "exit_code.h"
#include "picture.h"
#include "report.h"
#include "say.h"
#include "trace_file.h"

struct options {
	const char *file, *pictures;
	bool events;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'e':
		o->events = true;
		return 0;
	case 'p':
		o->pictures = arg;
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

static int write_one(const struct options *o, size_t event,
		     const struct snapshot *s)
{
	struct surface f;
	char path[4096];
	int code;

	if (!picture_of(s, NULL, &f)) {
		printf("event %zu: no picture, as the trace does not say of which size the screen was\n",
		       event);
		return EXIT_CODE_OK;
	}
	snprintf(path, sizeof(path), "%s/%06zu.png", o->pictures, event);
	code = report_picture(path, &f);
	picture_free((uint32_t *)f.pixels);
	return code;
}

static int write_pictures(const struct options *o, const struct trace *t)
{
	int code = EXIT_CODE_OK;
	size_t i;

	if (mkdir(o->pictures, 0700) && errno != EEXIST) {
		say("%s: %s", o->pictures, strerror(errno));
		return EXIT_CODE_WRITE;
	}
	for (i = 0; !code && i < t->nr; i++)
		if (t->event[i].snapshot)
			code = write_one(o, i + 1, t->event[i].snapshot);
	return code;
}

static int info(const struct options *o)
{
	struct trace t = { 0 };
	enum trace_format format;
	int code = trace_load(&t, o->file, false, &format);
	size_t i;

	if (!code) {
		printf("format: %s\n", format_name(format));
		for (i = 0; i < t.facts; i++)
			printf("%s: %s\n", t.fact[i].name, t.fact[i].text);
		examine_counts(&t, stdout);
		examine_points(&t, stdout);
		if (o->events)
			examine_events(&t, stdout);
		if (o->pictures)
			code = write_pictures(o, &t);
	}
	trace_free(&t);
	return code;
}

static int run(int argc, char **argv)
{
	static const struct argp_option list[] = {
		{ "events", 'e', NULL, 0, "List all events", 0 },
		{ "pictures", 'p', "DIR", 0,
		  "Write the snapshots to DIR, as PNG", 0 },
		{ 0 },
	};
	static const struct argp argp = {
		.options = list,
		.parser = parse,
		.args_doc = "FILE",
		.doc = "Tells what is in a trace.",
	};
	struct options o = { 0 };

	if (argp_parse(&argp, argc, argv, 0, NULL, &o))
		return EXIT_CODE_USAGE;
	return info(&o);
}

const struct command command_info = {
	.name = "info",
	.args = "FILE",
	.about = "what a trace has: events, points, pictures",
	.run = run,
};
