// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_replay.c - what the core decides on a recording. */
#include "command.h"

#include <argp.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/policy.h"
#include "exit_code.h"
#include "facts.h"
#include "recording.h"
#include "say.h"
#include "sides.h"
#include "verify.h"
#include "telling.h"

struct options {
	const char *file;
	bool verify;
	u32 nr_set;
	struct {
		u32 param, value;
	} set[VAMP_PARAMS];
};

/* ---- options ---- */

static bool number(const char *text, u32 *value)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	*value = (u32)n;
	return end != text && !*end && *text != '-' && n <= ~0u;
}

static bool policy_number(const char *name, u32 *value)
{
	const struct vamp_policy *p = vamp_policy_find(name, strlen(name));
	struct vamp_config c = { .policy = p };

	*value = p ? vamp_param_get(&c, PARAM_POLICY) : 0;
	return p;
}

static void add(struct options *o, struct argp_state *state, u32 i, u32 value)
{
	u32 n;

	for (n = 0; n < o->nr_set; n++)
		if (o->set[n].param == i)
			argp_error(state, "%s is set twice",
				   vamp_params[i].name);
	o->set[n].param = i;
	o->set[n].value = value;
	o->nr_set++;
}

static void set_policy(struct options *o, struct argp_state *state,
		       const char *name)
{
	u32 value;

	if (!policy_number(name, &value))
		argp_error(state, "%s: no such policy: vamp or vee14", name);
	add(o, state, PARAM_POLICY, value);
}

static void set(struct options *o, struct argp_state *state, char *text)
{
	char *value = strchr(text, '=');
	struct vamp_config scratch;
	u32 i, n;

	if (!value)
		argp_error(state, "%s: not NAME=VALUE", text);
	*value++ = '\0';
	i = vamp_param_find(text);
	if (i == VAMP_PARAMS)
		argp_error(state, "%s: no such parameter", text);
	if (i == PARAM_POLICY) {
		set_policy(o, state, value);
		return;
	}
	if (!number(value, &n) || !vamp_param_set(&scratch, i, n))
		argp_error(state, "%s: %s is not %u to %u%s", value, text,
			   vamp_params[i].min, vamp_params[i].max,
			   vamp_params[i].or_zero ? ", or 0" : "");
	add(o, state, i, n);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 's':
		set(o, state, arg);
		return 0;
	case 'p':
		set_policy(o, state, arg);
		return 0;
	case 'v':
		o->verify = true;
		return 0;
	case ARGP_KEY_ARG:
		if (o->file)
			argp_error(state, "one FILE only");
		o->file = arg;
		return 0;
	case ARGP_KEY_END:
		if (!o->file)
			argp_error(state, "which FILE?");
		if (o->verify && o->nr_set)
			argp_error(
				state,
				"--verify compares with what was recorded: not with --set or --policy");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* ---- one side, or two ---- */

/* The tasks of a classification with a load, the heaviest of them. */
static void add_tasks(struct side *side, const struct player *p)
{
	const struct vamp_tasks *t = &p->vm->tasks;
	char text[TELL_MAX];
	u32 i;

	for (i = 0; i < t->nr_tasks; i++) {
		if (!(t->task[i].flags & TASK_USED) || !t->task[i].load)
			continue;
		tell_task(text, sizeof(text), p, &t->task[i]);
		side_add(side, text);
	}
}

static void decided(void *arg, const struct player *p, const struct decision *d)
{
	struct side *side = arg;
	char text[TELL_MAX];

	side_count(side, p, d);
	if (tell_decision(text, sizeof(text), p, d))
		side_add(side, text);
	if (d->kind == DECIDED_CLASSES)
		add_tasks(side, p);
}

struct replay {
	const struct options *o;
	struct recording recording;
	struct player player[2];
	struct side side[2];
	u32 nr;			/* of them */
	u64 begins;
};

static void begin(struct replay *r, const struct options *o)
{
	static const struct player_hooks hooks = { .decided = decided };
	const struct stream *s = &r->recording.stream;
	u32 i;

	r->nr = o->nr_set ? 2 : 1;
	for (i = 0; i < r->nr; i++)
		player_init(&r->player[i], s->format, &s->cfg, &hooks,
			    &r->side[i]);
	for (i = 0; i < o->nr_set; i++)
		player_set(&r->player[1], o->set[i].param, o->set[i].value);
}

static void name_sides(const struct options *o)
{
	char text[256] = "with";
	size_t n = strlen(text);
	u32 i;

	for (i = 0; i < o->nr_set && n < sizeof(text); i++) {
		const char *name = vamp_params[o->set[i].param].name;

		if (o->set[i].param == PARAM_POLICY)
			n += snprintf(text + n, sizeof(text) - n, " %s=%s",
				      name, o->set[i].value ? "vamp" : "vee14");
		else
			n += snprintf(text + n, sizeof(text) - n, " %s=%u",
				      name, o->set[i].value);
	}
	sides_title(o->nr_set ? text : NULL);
}

static void introduce(struct replay *r, const struct event *e)
{
	r->begins = e->o.now;
	facts_print(&r->recording.stream);
	name_sides(r->o);
}

/* False if the event cannot be played. */
static bool play(struct replay *r, const struct event *e)
{
	u32 i;

	if (e->op == OP_MAKE)
		introduce(r, e);
	for (i = 0; i < r->nr; i++) {
		if (player_play(&r->player[i], e))
			continue;
		recording_bad(&r->recording, r->player[i].error);
		return false;
	}
	if (e->op == OP_LOST)
		say("%s: %" PRIu64 " events are missing from event %" PRIu64
		    " on: what follows is not what was decided",
		    r->recording.path, e->o.task_id, r->player[0].seq);
	sides_print(r->side, r->nr, r->player[0].seq,
		    (double)(long long)(r->player[0].now - r->begins) / 1e9);
	return true;
}

static int play_all(struct replay *r)
{
	enum stream_status status;
	struct event e;

	while ((status = stream_next(&r->recording.stream, &e)) == STREAM_EVENT)
		if (!play(r, &e))
			return EXIT_CODE_DATA;
	if (status == STREAM_BAD)
		return recording_bad(&r->recording, r->recording.stream.error);
	return EXIT_CODE_OK;
}

static void finish(struct replay *r)
{
	u32 i;

	for (i = 0; i < r->nr; i++)
		side_end(&r->side[i], &r->player[i]);
	sides_summary(r->side, r->nr);
}

static int replay(struct replay *r, const struct options *o)
{
	int code;
	u32 i;

	r->o = o;
	begin(r, o);
	code = play_all(r);
	if (r->player[0].vm)
		finish(r);
	for (i = 0; i < r->nr; i++) {
		player_free(&r->player[i]);
		side_free(&r->side[i]);
	}
	return code;
}

static int run(int argc, char **argv)
{
	static const struct argp_option list[] = {
		{ "set", 's', "NAME=VALUE", 0,
		  "Replay with another parameter, beside the recorded", 0 },
		{ "policy", 'p', "POLICY", 0, "The same as --set policy=POLICY",
		  0 },
		{ "verify", 'v', NULL, 0,
		  "Compare with what the module decided, and say the first difference",
		  0 },
		{ 0 },
	};
	static const struct argp argp = {
		.options = list,
		.parser = parse,
		.args_doc = "FILE",
		.doc = "Replays a recording through the core.",
	};
	struct options o = { 0 };
	struct replay r = { 0 };
	int code;

	if (argp_parse(&argp, argc, argv, 0, NULL, &o))
		return EXIT_CODE_USAGE;
	code = recording_open(&r.recording, o.file);
	if (!code)
		code = o.verify ? verify(&r.recording) : replay(&r, &o);
	recording_close(&r.recording);
	return code;
}

const struct command command_replay = {
	.name = "replay",
	.args = "FILE [OPTION...]",
	.about = "what a recording leads to, also with other parameters",
	.run = run,
};
