// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_report.c - a phase of a recording as a picture. */
#include "command.h"

#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exit_code.h"
#include "page.h"
#include "recording.h"
#include "say.h"
#include "timeline.h"

#define MARGIN_NS	(500 * VAMP_NSEC_PER_MSEC)

struct options {
	const char *file, *output;
	unsigned long phase;	/* 0: the longest with mixed load */
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;
	char *end;

	switch (key) {
	case 'o':
		o->output = arg;
		return 0;
	case 'p':
		o->phase = strtoul(arg, &end, 10);
		if (end == arg || *end || *arg == '-' || !o->phase ||
		    o->phase > PHASES_MAX)
			argp_error(state, "%s: phases are numbered from 1",
				   arg);
		return 0;
	case ARGP_KEY_ARG:
		if (o->file)
			argp_error(state, "one FILE only");
		o->file = arg;
		return 0;
	case ARGP_KEY_END:
		if (!o->file)
			argp_error(state, "which FILE?");
		if (!strcmp(o->file, "-"))
			argp_error(
				state,
				"the recording is read twice: not from standard input");
		if (!o->output)
			argp_error(state, "to which file? -o FILE");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* ---- playing ---- */

static bool play_one(struct player *p, struct timeline *t,
		     const struct event *e)
{
	if (t && !timeline_before(t, p, e))
		return false;
	return player_play(p, e) && (!t || timeline_after(t, p, e));
}

/* Plays all events, into @t if there is one. */
static int play(struct recording *r, struct player *p, struct timeline *t)
{
	enum stream_status status;
	struct event e;

	while ((status = stream_next(&r->stream, &e)) == STREAM_EVENT)
		if (!play_one(p, t, &e))
			return recording_bad(r, *p->error ? p->error :
							    "no memory");
	if (status == STREAM_BAD)
		return recording_bad(r, r->stream.error);
	return EXIT_CODE_OK;
}

static int find_phases(const char *path, struct phases *phases)
{
	static const struct player_hooks hooks = { .decided = phases_decided };
	struct recording r;
	struct player p = { 0 };
	int code = recording_open(&r, path);

	if (!code) {
		player_init(&p, r.stream.format, &r.stream.cfg, &hooks, phases);
		code = play(&r, &p, NULL);
		phases_end(phases, &p);
	}
	player_free(&p);
	recording_close(&r);
	return code;
}

/* ---- the page ---- */

/* Into a new file that takes the name of the old one when it is whole. */
static int write_page(const struct options *o, const struct timeline *t,
		      const struct stream *s, u32 number, u32 phases)
{
	char path[4096];
	bool good;
	FILE *f;

	if (snprintf(path, sizeof(path), "%s.new", o->output) >=
	    (int)sizeof(path))
		return say_failed(o->output, -ENAMETOOLONG);
	f = fopen(path, "we");
	if (f) {
		page_write(f, t, s, number, phases);
		good = !ferror(f);
		if (!fclose(f) && good && !rename(path, o->output))
			return EXIT_CODE_OK;
	}
	say("%s: %s", o->output, strerror(errno));
	if (f)
		unlink(path);
	return EXIT_CODE_WRITE;
}

static int draw(const struct options *o, const struct phases *phases,
		u32 number)
{
	static const struct player_hooks hooks = { .decided =
							   timeline_decided };
	struct timeline t;
	struct recording r;
	struct player p = { 0 };
	int code = recording_open(&r, o->file);

	timeline_init(&t, &phases->phase[number - 1], MARGIN_NS);
	if (!code) {
		player_init(&p, r.stream.format, &r.stream.cfg, &hooks, &t);
		code = play(&r, &p, &t);
	}
	if (!code) {
		timeline_end(&t);
		code = write_page(o, &t, &r.stream, number, phases->nr);
	}
	timeline_free(&t);
	player_free(&p);
	recording_close(&r);
	return code;
}

static void list(const struct phases *phases, u32 chosen)
{
	static const char *const names[] = { "-", "NON_MIXED", "MIXED" };
	u64 begin = phases->phase[0].begin;
	u32 i;

	printf("  phase    begins     lasts  kind       load  background  inputs\n");
	for (i = 0; i < phases->nr; i++) {
		const struct phase_info *x = &phases->phase[i];

		printf("%c %5u %8.3f s %7.3f s  %-9s %4u %% %11u %7u%s\n",
		       i + 1 == chosen ? '*' : ' ', i + 1,
		       (double)(long long)(x->begin - begin) / 1e9,
		       (double)(long long)(x->end - x->begin) / 1e9,
		       names[x->phase], x->load, x->background, x->inputs,
		       x->open ? "  (not over)" : "");
	}
}

static u32 choose(const struct options *o, const struct phases *phases)
{
	u64 length, longest = 0;
	u32 i, best = 1;

	if (o->phase)
		return (u32)o->phase;
	for (i = 0; i < phases->nr; i++) {
		length = vamp_sub(phases->phase[i].end, phases->phase[i].begin);
		if (phases->phase[i].phase != PHASE_MIXED || length <= longest)
			continue;
		longest = length;
		best = i + 1;
	}
	return best;
}

static int report(const struct options *o)
{
	struct phases phases = { 0 };
	int code = find_phases(o->file, &phases);
	u32 number = choose(o, &phases);

	if (!code && number > phases.nr) {
		say("%s: there is no phase %u, but %u of them", o->file, number,
		    phases.nr);
		code = EXIT_CODE_USAGE;
	}
	if (!code)
		code = draw(o, &phases, number);
	if (!code)
		list(&phases, number);
	phases_free(&phases);
	return code;
}

static int run(int argc, char **argv)
{
	static const struct argp_option list[] = {
		{ "output", 'o', "FILE", 0, "Write the page to FILE", 0 },
		{ "phase", 'p', "N", 0,
		  "Draw phase N, the first being 1, instead of the longest with mixed load",
		  0 },
		{ 0 },
	};
	static const struct argp argp = {
		.options = list,
		.parser = parse,
		.args_doc = "FILE",
		.doc = "Draws an interactive phase of a recording.",
	};
	struct options o = { 0 };

	if (argp_parse(&argp, argc, argv, 0, NULL, &o))
		return EXIT_CODE_USAGE;
	return report(&o);
}

const struct command command_report = {
	.name = "report",
	.args = "FILE -o HTML",
	.about = "a phase of a recording as a picture",
	.run = run,
};
