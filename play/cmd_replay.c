// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_replay.c - replays a trace and measures. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "connect.h"
#include "exit_code.h"
#include "report.h"
#include "responses.h"
#include "run.h"
#include "say.h"
#include "trace_file.h"

#define REPETITIONS_MAX	100000

enum {
	KEY_START = 0x100,
	KEY_PRESS,
	KEY_POINT_SHARE,
	KEY_COLOUR,
	KEY_CSV,
	KEY_JSON,
	KEY_REPORT,
	KEY_FROM,
};

struct options {
	const char *server, *file, *csv, *json, *report;
	struct replay_settings set;
	struct connect_options connect;
	uint32_t repetitions;
	bool window, quiet;
};

static const struct argp_option list[] = {
	{ "repeat", 'n', "N", 0, "Replay N times, on one connection (1)", 0 },
	{ "think", 'T', "SECONDS", 0,
	  "Wait so long behind each synchronisation point, in addition (0)",
	  0 },
	{ "start", KEY_START, "SECONDS", 0,
	  "Wait so long before the first event (1)", 0 },
	{ "timeout", 't', "SECONDS", 0,
	  "Wait so long for the screen to be as recorded (60)", 0 },
	{ "press-tolerance", KEY_PRESS, "PERCENT", 0,
	  "Of the samples before a press so many may differ (25)", 0 },
	{ "point-tolerance", KEY_POINT_SHARE, "PERCENT", 0,
	  "Of those at a synchronisation point (10)", 0 },
	{ "colour-tolerance", KEY_COLOUR, "N", 0,
	  "A sample differs if red, green or blue do by more than N (0)", 0 },
	{ "from", KEY_FROM, "EVENT", 0,
	  "Responses begin at the last press or release (release)", 0 },
	{ "csv", KEY_CSV, "FILE", 0, "Write each response to FILE", 0 },
	{ "json", KEY_JSON, "FILE", 0, "Write responses and statistics to FILE",
	  0 },
	{ "report", KEY_REPORT, "DIR", 0,
	  "Where pictures go if the screen differs (vampplay-report)", 0 },
	{ "window", 'w', NULL, 0, "Show the screen in a window", 0 },
	{ "quiet", 'q', NULL, 0, "Print no table", 0 },
	{ 0 },
};

static error_t parse_place(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &o->connect;
		return 0;
	case ARGP_KEY_ARG:
		if (o->file)
			argp_error(state, "SERVER and FILE only");
		*(o->server ? &o->file : &o->server) = arg;
		return 0;
	case ARGP_KEY_END:
		if (!o->file)
			argp_error(state, "which SERVER, and which FILE?");
		return 0;
	case KEY_CSV:
		o->csv = arg;
		return 0;
	case KEY_JSON:
		o->json = arg;
		return 0;
	case KEY_REPORT:
		o->report = arg;
		return 0;
	case 'w':
		o->window = true;
		return 0;
	case 'q':
		o->quiet = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void parse_from(struct options *o, const char *arg,
		       struct argp_state *state)
{
	o->set.from_press = !strcmp(arg, "press");
	if (!o->set.from_press && strcmp(arg, "release"))
		argp_error(state, "--from=%s: press or release", arg);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;
	struct replay_settings *set = &o->set;

	switch (key) {
	case 'n':
		o->repetitions = (uint32_t)option_number(state, "repeat", arg,
							 1, REPETITIONS_MAX);
		return 0;
	case 'T':
		set->think_us = option_seconds(state, "think", arg);
		return 0;
	case 't':
		set->timeout_us = option_seconds(state, "timeout", arg);
		return 0;
	case KEY_START:
		set->start_us = option_seconds(state, "start", arg);
		return 0;
	case KEY_PRESS:
		set->tolerance.press =
			option_percent(state, "press-tolerance", arg);
		return 0;
	case KEY_POINT_SHARE:
		set->tolerance.point =
			option_percent(state, "point-tolerance", arg);
		return 0;
	case KEY_COLOUR:
		set->tolerance.colour = (uint32_t)option_number(
			state, "colour-tolerance", arg, 0, 255);
		return 0;
	case KEY_FROM:
		parse_from(o, arg, state);
		return 0;
	default:
		return parse_place(key, arg, state);
	}
}

/* ---- the results ---- */

static int cannot(const char *path)
{
	say("%s: %s", path, strerror(errno));
	return EXIT_CODE_WRITE;
}

static bool put(const struct options *o, const struct responses *r,
		const char *path, FILE *to)
{
	struct responses_about about = { o->file, o->server, &o->set };

	if (path == o->csv)
		return responses_csv(r, to);
	return responses_json(r, &about, to);
}

static int write_file(const struct options *o, const struct responses *r,
		      const char *path)
{
	FILE *to;
	bool good;

	if (!path)
		return EXIT_CODE_OK;
	if (!strcmp(path, "-"))
		return put(o, r, path, stdout) ? EXIT_CODE_OK : cannot(path);
	to = fopen(path, "we");
	if (!to)
		return cannot(path);
	good = put(o, r, path, to);
	if (fclose(to) || !good)
		return cannot(path);
	return EXIT_CODE_OK;
}

static int tell(const struct options *o, const struct responses *r)
{
	int csv, json;

	if (!o->quiet && r->nr && !responses_table(r, stdout)) {
		say("the table cannot be made");
		return EXIT_CODE_SOFTWARE;
	}
	csv = write_file(o, r, o->csv);
	json = write_file(o, r, o->json);
	return csv ? csv : json;
}

/* ---- replaying ---- */

static int once(const struct options *o, struct client *c, struct window *w,
		struct responses *to)
{
	struct replay r;
	int code = run_replay(c, w, to->trace, &o->set, &r);

	if (r.result && !responses_add(to, &r)) {
		say("out of memory");
		code = EXIT_CODE_SOFTWARE;
	}
	if (code == EXIT_CODE_DIFFERS) {
		say("repetition %u of %u", to->repetitions, o->repetitions);
		code = report_difference(o->file, &r, &c->screen, o->report);
	}
	replay_free(&r);
	return code;
}

static int repeat(const struct options *o, struct client *c, struct window *w,
		  struct responses *to)
{
	int code = EXIT_CODE_OK;
	size_t n;

	while (!code && to->repetitions < o->repetitions)
		code = once(o, c, w, to);
	n = responses_count(to, OUTCOME_UNCHANGED);
	if (n)
		say("%zu points were not timed: the screen was as recorded before the input already",
		    n);
	return !code && n ? EXIT_CODE_UNCHANGED : code;
}

static int with_client(const struct options *o, struct client *c,
		       const struct trace *t)
{
	struct window *w = o->window ? window_open(trace_display(t)) : NULL;
	struct responses r;
	int code, told;

	if (o->window && !w)
		return EXIT_CODE_NO_WINDOW;
	responses_init(&r, t);
	run_catch_signals();
	code = repeat(o, c, w, &r);
	told = tell(o, &r);
	responses_free(&r);
	window_close(w);
	return code ? code : told;
}

static int replay(const struct options *o)
{
	struct trace t = { 0 };
	enum trace_format format;
	int code = trace_load(&t, o->file, false, &format);
	struct client *c = NULL;

	if (!code)
		c = connect_to(&o->connect, o->server, &code);
	if (c)
		code = with_client(o, c, &t);
	client_close(c);
	trace_free(&t);
	return code;
}

static int run(int argc, char **argv)
{
	static const struct argp_child children[] = {
		{ &connect_argp, 0, NULL, 0 }, { 0 }
	};
	static const struct argp argp = {
		.options = list,
		.parser = parse,
		.args_doc = "SERVER FILE",
		.doc = "Replays a trace, of either format, and measures response times.",
		.children = children,
	};
	struct options o = {
		.report = "vampplay-report",
		.set = { .start_us = 1000000,
			 .timeout_us = 60000000,
			 .tolerance = { MATCH_PRESS, MATCH_POINT, 0 } },
		.connect = CONNECT_DEFAULTS,
		.repetitions = 1,
	};

	if (argp_parse(&argp, argc, argv, 0, NULL, &o))
		return EXIT_CODE_USAGE;
	return replay(&o);
}

const struct command command_replay = {
	.name = "replay",
	.args = "SERVER FILE",
	.about = "does again what was recorded, and measures",
	.run = run,
};
