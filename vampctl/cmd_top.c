// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_top.c - VM, vCPU, guest task, looked at again and again. */
#include "command.h"

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "device.h"
#include "exit_code.h"
#include "host_info.h"
#include "say.h"
#include "screen.h"
#include "state.h"
#include "state_json.h"
#include "view.h"

#define DELAY_MS_MIN	100
#define DELAY_MS_MAX	3600000
#define TASKS_MAX	65536

struct top_options {
	bool batch, json;
	int delay_ms;
	unsigned int count;	/* of looks; 0: no end */
	unsigned int tasks;
	const char *vm;		/* NULL: all */
};

/* The present look and the one before. */
struct top {
	const struct top_options *o;
	int device;
	bool first;
	struct host_info host;
	struct state now, before;
	uint64_t now_ns, before_ns;
	struct view view;
};

static const struct argp_option options[] = {
	{ "batch", 'b', NULL, 0, "Print lines, one look after the other", 0 },
	{ "once", '1', NULL, 0, "Print one look and end", 0 },
	{ "count", 'n', "N", 0, "End after N looks", 0 },
	{ "delay", 'd', "SECONDS", 0, "Time between looks, 0.1 to 3600 (2)",
	  0 },
	{ "json", 'j', NULL, 0, "Print JSON, one object a line", 0 },
	{ "tasks", 't', "N", 0, "Show at most N guest tasks of a vCPU (10)",
	  0 },
	{ 0 },
};

static unsigned int parse_number(const char *name, const char *arg,
				 unsigned long least, unsigned long most,
				 struct argp_state *state)
{
	unsigned long n;
	char *end;

	errno = 0;
	n = strtoul(arg, &end, 10);
	if (errno || *end || *arg < '0' || *arg > '9' || n < least || n > most)
		argp_error(state, "--%s %s: not a number from %lu to %lu", name,
			   arg, least, most);
	return (unsigned int)n;
}

static int parse_delay(const char *arg, struct argp_state *state)
{
	char *end;
	double ms = strtod(arg, &end) * 1000;

	if (end == arg || *end || !(ms >= DELAY_MS_MIN && ms <= DELAY_MS_MAX))
		argp_error(state, "--delay %s: not a time from 0.1 to 3600",
			   arg);
	return (int)ms;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct top_options *o = state->input;

	switch (key) {
	case '1':
		o->count = 1;
		o->batch = true;
		return 0;
	case 'b':
		o->batch = true;
		return 0;
	case 'j':
		o->json = o->batch = true;
		return 0;
	case 'd':
		o->delay_ms = parse_delay(arg, state);
		return 0;
	case 'n':
		o->count = parse_number("count", arg, 1, 1000000, state);
		return 0;
	case 't':
		o->tasks = parse_number("tasks", arg, 0, TASKS_MAX, state);
		return 0;
	case ARGP_KEY_ARG:
		if (o->vm)
			argp_error(state, "%s: one VM at most", arg);
		o->vm = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static uint64_t clock_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static int look(struct top *t)
{
	int err, code = EXIT_CODE_OK;

	state_free(&t->before);
	t->before = t->now;
	t->before_ns = t->now_ns;
	host_info_read(&t->host);
	t->now_ns = clock_ns();
	err = state_read(t->device, true, &t->now);
	if (err)
		return say_failed(VAMP_DEVICE, err);
	if (t->o->vm)
		state_keep_or_say(&t->now, t->o->vm, &code);
	return code;
}

static int make_view(struct top *t)
{
	struct view_input in = {
		.host = &t->host,
		.now = &t->now,
		.before = t->first ? NULL : &t->before,
		.elapsed_ns = t->now_ns - t->before_ns,
		.tasks = t->o->tasks,
	};
	int err = view_make(&t->view, &in);

	t->first = false;
	return err ? say_failed("top", err) : EXIT_CODE_OK;
}

static int print_look(struct top *t)
{
	bool first = t->first;
	int code;

	if (t->o->json) {
		json_show_line(state_json(&t->host, &t->now));
		return EXIT_CODE_OK;
	}
	code = make_view(t);
	if (code)
		return code;
	if (!first)
		putchar('\n');
	for (size_t i = 0; i < t->view.lines; i++)
		puts(t->view.line[i].text);
	fflush(stdout);
	return EXIT_CODE_OK;
}

static int run_batch(struct top *t)
{
	struct timespec delay = { t->o->delay_ms / 1000,
				  t->o->delay_ms % 1000 * 1000000L };
	int code;

	for (unsigned int i = 1;; i++) {
		code = look(t);
		if (!code)
			code = print_look(t);
		if (code || i == t->o->count || ferror(stdout))
			return code;
		nanosleep(&delay, NULL);
	}
}

/* Shows looks until the user or the count ends them. */
static int show_looks(struct top *t)
{
	int code = EXIT_CODE_OK;

	for (unsigned int i = 1; !code; i++) {
		code = make_view(t);
		if (code)
			break;
		screen_show(&t->view);
		if (screen_wait(&t->view, t->o->delay_ms) || i == t->o->count)
			break;
		code = look(t);
	}
	return code;
}

/* Whatever is said while the screen is open comes after it is closed. */
static int run_screen(struct top *t)
{
	int code = look(t);

	if (code)
		return code;
	if (screen_open()) {
		say("top: this terminal cannot be used; try --batch");
		return EXIT_CODE_USAGE;
	}
	say_hold();
	code = show_looks(t);
	screen_close();
	say_held();
	return code;
}

static int run_with(const struct top_options *o, int device)
{
	struct top t = { .o = o, .device = device, .first = true };
	int code = o->batch ? run_batch(&t) : run_screen(&t);

	state_free(&t.now);
	state_free(&t.before);
	view_free(&t.view);
	return code;
}

static int run(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "[VM]",
		.doc = "Shows VMs, their vCPUs, and the guest tasks on each, with "
		       "load, class, nice and who woke them. Keys: q ends, arrows "
		       "and pages scroll.",
	};
	struct top_options o = { .delay_ms = 2000, .tasks = 10 };
	int device, code = EXIT_CODE_OK;

	if (argp_parse(&argp, argc, argv, 0, NULL, &o))
		return EXIT_CODE_USAGE;
	if (!o.batch && !isatty(STDOUT_FILENO)) {
		say("top: standard output is no terminal; use --batch or --once");
		return EXIT_CODE_USAGE;
	}
	device = device_open_or_say(&code);
	if (device < 0)
		return code;
	code = run_with(&o, device);
	device_close(device);
	return code;
}

const struct command command_top = {
	.name = "top",
	.args = "[--once] [VM]",
	.about = "VMs, vCPUs and guest tasks, as they run",
	.run = run,
};
