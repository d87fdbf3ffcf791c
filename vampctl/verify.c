// SPDX-License-Identifier: GPL-2.0-or-later
/* verify.c - compares a replay with what the module answered. */
#include "verify.h"

#include <inttypes.h>
#include <stdio.h>

#include "exit_code.h"
#include "replay/player.h"
#include "say.h"
#include "telling.h"

#define CONTEXT		8	/* events shown before a difference */

struct verification {
	const struct recording *recording;
	struct event before[CONTEXT];
	u64 line[CONTEXT];	/* of the file */
	u64 events, answers;
	bool differs;
	u64 lost;
};

static void show_event(const char *what, u64 line, const struct event *e)
{
	char text[TELL_MAX] = "nothing";

	if (e)
		tell_event(text, sizeof(text), e);
	if (line)
		printf("%-10s line %-9" PRIu64 " %s\n", what, line, text);
	else
		printf("%-10s %14s %s\n", what, "", text);
}

static void show_context(const struct verification *v)
{
	u64 i = v->events > CONTEXT ? v->events - CONTEXT : 0;

	for (; i < v->events; i++)
		show_event("", v->line[i % CONTEXT], &v->before[i % CONTEXT]);
}

static void differs(void *arg, const struct player *p, const struct event *said,
		    const struct event *ours)
{
	struct verification *v = arg;

	(void)p;
	if (v->differs)
		return;
	v->differs = true;
	show_context(v);
	show_event("module:", said ? v->recording->stream.line : 0, said);
	show_event("replay:", 0, ours);
}

static void note(struct verification *v, const struct event *e)
{
	v->before[v->events % CONTEXT] = *e;
	v->line[v->events % CONTEXT] = v->recording->stream.line;
	v->events++;
	v->answers += op_is_answer(e->op) && !v->lost;
	if (e->op == OP_LOST)
		v->lost = v->recording->stream.line;
}

static int verdict(const struct verification *v)
{
	if (v->differs) {
		say("%s: the replay is not what the module did",
		    v->recording->path);
		return EXIT_CODE_DIFFERS;
	}
	printf("%" PRIu64 " events, %" PRIu64
	       " answers of the module: the replay gives the same\n",
	       v->events, v->answers);
	if (!v->lost)
		return EXIT_CODE_OK;
	say("%s: events were lost at line %" PRIu64
	    ": what follows cannot be compared",
	    v->recording->path, v->lost);
	return EXIT_CODE_UNKNOWN;
}

static int play_all(struct verification *v, struct player *p,
		    struct recording *r)
{
	enum stream_status status = STREAM_END;
	struct event e;

	while (!v->differs && !v->lost &&
	       (status = stream_next(&r->stream, &e)) == STREAM_EVENT) {
		if (!player_play(p, &e))
			return recording_bad(r, p->error);
		note(v, &e);
	}
	if (status == STREAM_BAD)
		return recording_bad(r, r->stream.error);
	if (!v->differs)
		player_end(p);
	return verdict(v);
}

int verify(struct recording *r)
{
	static const struct player_hooks hooks = { .differs = differs };
	struct verification v = { .recording = r };
	struct player p;
	int code;

	if (r->stream.format == FORMAT_GOLDEN)
		return recording_bad(
			r,
			"this format has no answers of the module to compare with");
	player_init(&p, r->stream.format, &r->stream.cfg, &hooks, &v);
	code = play_all(&v, &p, r);
	player_free(&p);
	return code;
}
