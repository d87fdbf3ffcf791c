// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_record.c - records what is done in a window, or by a script. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "command.h"
#include "connect.h"
#include "exit_code.h"
#include "run.h"
#include "say.h"
#include "script.h"
#include "trace_file.h"

#define SCRIPT_SIZE_MAX	(1 << 20)	/* bytes */
#define DISPLAY_WAIT_US	50000

enum {
	KEY_REACH = 0x100,
	KEY_STEP,
	KEY_DISPLAY,
	KEY_POINT_SHARE,
	KEY_BARE
};

struct options {
	const char *server, *file, *script;
	enum trace_format format;
	struct record_settings set;
	struct connect_options connect;
	uint64_t timeout_us;
	bool window;
};

static const struct argp_option list[] = {
	{ "script", 's', "FILE", 0,
	  "Do what FILE says, instead of what is done in the window", 0 },
	{ "window", 'w', NULL, 0, "Show a script's work in a window", 0 },
	{ "timeout", 't', "SECONDS", 0,
	  "Wait so long for what the script waits for (60)", 0 },
	{ "format", 'f', "FORMAT", 0, "Write vplay (default) or spiceplay", 0 },
	{ "reach", KEY_REACH, "PIXELS", 0,
	  "Snapshots before a press go so far to each side (10)", 0 },
	{ "step", KEY_STEP, "PIXELS", 0,
	  "A synchronisation point has a sample each so many (50)", 0 },
	{ "display", KEY_DISPLAY, "N", 0, "Record this display (0)", 0 },
	{ "point-tolerance", KEY_POINT_SHARE, "PERCENT", 0,
	  "What replays are going to have, to tell if the screen changed (10)",
	  0 },
	{ "updates", 'u', NULL, 0, "Record how much of the screen changes when",
	  0 },
	{ "no-pictures", KEY_BARE, NULL, 0,
	  "Leave out the whole picture at synchronisation points", 0 },
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
			argp_error(state, "which SERVER, and to which FILE?");
		if (o->format == FORMAT_SPICEPLAY &&
		    o->set.step != SNAPSHOT_STEP)
			argp_error(state,
				   "the spiceplay format has --step=%d only",
				   SNAPSHOT_STEP);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse_snapshot(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;
	struct record_settings *set = &o->set;

	switch (key) {
	case KEY_REACH:
		set->reach = (uint32_t)option_number(state, "reach", arg, 0,
						     SNAPSHOT_REACH_MAX);
		return 0;
	case KEY_STEP:
		set->step = (uint32_t)option_number(state, "step", arg, 1,
						    SNAPSHOT_STEP_MAX);
		return 0;
	case KEY_DISPLAY:
		set->display = (uint32_t)option_number(state, "display", arg, 0,
						       SCREEN_SURFACES - 1);
		return 0;
	case KEY_POINT_SHARE:
		set->tolerance.point =
			option_percent(state, "point-tolerance", arg);
		return 0;
	case KEY_BARE:
		set->pictures = false;
		return 0;
	case 'u':
		set->updates = true;
		return 0;
	default:
		return parse_place(key, arg, state);
	}
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 's':
		o->script = arg;
		return 0;
	case 'w':
		o->window = true;
		return 0;
	case 't':
		o->timeout_us = option_seconds(state, "timeout", arg);
		return 0;
	case 'f':
		if (!format_find(arg, &o->format))
			argp_error(state, "%s: a format is vplay or spiceplay",
				   arg);
		return 0;
	default:
		return parse_snapshot(key, arg, state);
	}
}

/* ---- the script ---- */

static int parse_script(const struct options *o, struct script *s, FILE *from)
{
	struct fault f = { 0 };
	char *text = malloc(SCRIPT_SIZE_MAX);
	size_t size = text ? fread(text, 1, SCRIPT_SIZE_MAX, from) : 0;
	int code = EXIT_CODE_OK;

	if (!text || ferror(from)) {
		say("%s: %s", o->script, strerror(errno));
		code = EXIT_CODE_NO_INPUT;
	} else if (size == SCRIPT_SIZE_MAX) {
		say("%s: a script is smaller than %d bytes", o->script,
		    SCRIPT_SIZE_MAX);
		code = EXIT_CODE_DATA;
	} else if (!script_read(s, text, size, &f)) {
		say("%s:%zu: %s", o->script, f.line, f.text);
		code = EXIT_CODE_DATA;
	}
	free(text);
	return code;
}

static int load_script(const struct options *o, struct script *s)
{
	FILE *from;
	int code;

	if (!o->script)
		return EXIT_CODE_OK;
	from = strcmp(o->script, "-") ? fopen(o->script, "re") : stdin;
	if (!from) {
		say("%s: %s", o->script, strerror(errno));
		return EXIT_CODE_NO_INPUT;
	}
	code = parse_script(o, s, from);
	if (from != stdin)
		fclose(from);
	return code;
}

/* ---- recording ---- */

static void add_facts(const struct options *o, struct client *c,
		      struct trace *t)
{
	const struct surface *f = &c->screen.surface[o->set.display];
	char size[32];

	snprintf(size, sizeof(size), "%ux%u", f->width, f->height);
	trace_fact(t, "recorded by", argp_program_version);
	trace_fact(t, "screen", size);
	trace_fact(t, "protocol", c->kind->scheme);
}

/* A further display may come later than the first. */
static bool display_there(const struct options *o, struct client *c)
{
	uint64_t end = clock_us() + o->connect.timeout_us;

	client_limit(c, end, "--connect-timeout");
	while (o->set.display >= c->screen.nr && clock_us() < end &&
	       client_wait(c, DISPLAY_WAIT_US))
		;
	return !c->code && o->set.display < c->screen.nr &&
	       surface_there(&c->screen.surface[o->set.display]);
}

/*
 * What was recorded by hand is kept when the connection is lost; a script can be run
 * again.
 */
static int record(const struct options *o, struct client *c, struct window *w,
		  const struct script *s)
{
	struct trace t = { 0 };
	struct recorder r;
	int code, saved = EXIT_CODE_OK;

	add_facts(o, c, &t);
	recorder_begin(&r, &t, &o->set, clock_us());
	run_catch_signals();
	code = o->script ? run_script(c, w, &r, s, o->timeout_us) :
			   run_window(c, w, &r);
	recorder_end(&r);
	if (!code && !t.nr) {
		say("nothing was done: there is no trace");
		code = EXIT_CODE_STOPPED;
	}
	if (!code || (!o->script && t.nr))
		saved = trace_save(&t, o->file, o->format);
	if (!code && !saved)
		fprintf(strcmp(o->file, "-") ? stdout : stderr,
			"%s: %zu events, %zu synchronisation points\n", o->file,
			t.nr, trace_count(&t, KIND_POINT));
	trace_free(&t);
	return code ? code : saved;
}

static int with_client(const struct options *o, struct client *c,
		       const struct script *s)
{
	struct window *w = NULL;
	int code;

	if (!display_there(o, c)) {
		client_fail(c, EXIT_CODE_NO_SERVER,
			    "there is no display %u (--connect-timeout)",
			    o->set.display);
		say("%s: %s", o->server, c->error);
		return c->code;
	}
	if (!o->script || o->window) {
		w = window_open(o->set.display);
		if (!w)
			return EXIT_CODE_NO_WINDOW;
	}
	code = record(o, c, w, s);
	window_close(w);
	return code;
}

static int start(const struct options *o)
{
	struct script s = { 0 };
	struct client *c = NULL;
	int code = load_script(o, &s);

	if (!code && strcmp(o->file, "-") && !access(o->file, F_OK)) {
		say("%s: is there already", o->file);
		code = EXIT_CODE_WRITE;
	}
	if (!code)
		c = connect_to(&o->connect, o->server, &code);
	if (c)
		code = with_client(o, c, &s);
	client_close(c);
	script_free(&s);
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
		.doc = "Records a trace: what is done in a window (PrtSc sets a synchronisation point, closing it ends), or by a script.",
		.children = children,
	};
	struct options o = {
		.set = { .reach = RECORD_REACH,
			 .step = SNAPSHOT_STEP,
			 .pictures = true,
			 .tolerance = { MATCH_PRESS, MATCH_POINT, 0 } },
		.connect = CONNECT_DEFAULTS,
		.timeout_us = 60000000,
	};

	if (argp_parse(&argp, argc, argv, 0, NULL, &o))
		return EXIT_CODE_USAGE;
	return start(&o);
}

const struct command command_record = {
	.name = "record",
	.args = "SERVER FILE",
	.about = "records what is done on a desktop",
	.run = run,
};
