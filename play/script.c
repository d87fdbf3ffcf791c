// SPDX-License-Identifier: GPL-2.0-or-later
#include "script.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "key.h"
#include "trace.h"

#define HOLD_US		80000	/* a key or button is held by a person */
#define REST_US		500000
#define WORDS		4
#define MS		1000

struct line {
	struct script *script;
	struct fault *fault;
	char *word[WORDS];
	size_t words;
};

static bool add(struct line *l, struct action a)
{
	struct script *s = l->script;
	size_t n = s->room ? s->room * 2 : 64;
	struct action *more;

	if (s->nr >= SCRIPT_ACTIONS_MAX)
		return fault_set(l->fault, "more than %d actions",
				 SCRIPT_ACTIONS_MAX);
	if (s->nr == s->room) {
		more = realloc(s->action, n * sizeof(*more));
		if (!more)
			return fault_set(l->fault, "out of memory");
		s->action = more;
		s->room = n;
	}
	a.line = l->fault->line;
	s->action[s->nr++] = a;
	return true;
}

static bool add_code(struct line *l, enum act what, uint32_t code)
{
	return add(l, (struct action){ .act = what, .code = code });
}

static bool add_time(struct line *l, enum act what, uint64_t us)
{
	return add(l, (struct action){ .act = what, .us = us });
}

/* Down, held, up. */
static bool add_held(struct line *l, enum act down, uint32_t code)
{
	return add_code(l, down, code) && add_time(l, ACT_WAIT, HOLD_US) &&
	       add_code(l, down == ACT_DOWN ? ACT_UP : ACT_RELEASE, code) &&
	       add_time(l, ACT_WAIT, 1);
}

static bool number(struct line *l, const char *word, long least, long most,
		   long *value)
{
	char *end;

	*value = strtol(word, &end, 10);
	return (end != word && !*end && *value >= least && *value <= most) ||
	       fault_set(l->fault, "'%.40s' is no number from %ld to %ld", word,
			 least, most);
}

static bool do_move(struct line *l, enum act act)
{
	struct action a = { .act = act };
	long x, y;

	if (!number(l, l->word[1], 0, TRACE_PLACE_MAX, &x) ||
	    !number(l, l->word[2], 0, TRACE_PLACE_MAX, &y))
		return false;
	a.x = (int32_t)x;
	a.y = (int32_t)y;
	return add(l, a);
}

static bool button(struct line *l, uint32_t *code)
{
	static const char *const names[] = { "left", "middle", "right", "up",
					     "down", "side",   "extra" };
	const char *name = l->words > 1 ? l->word[1] : names[0];

	for (*code = 1; *code <= TRACE_BUTTON_MAX; ++*code)
		if (!strcmp(names[*code - 1], name))
			return true;
	return fault_set(l->fault, "no button '%.40s'", name);
}

static bool do_button(struct line *l, enum act act)
{
	uint32_t code = 0;

	return button(l, &code) && add_code(l, act, code);
}

static bool do_click(struct line *l, enum act act)
{
	uint32_t code = 0;

	return button(l, &code) && add_held(l, act, code);
}

static bool key(struct line *l, uint32_t *code)
{
	const struct key *k = key_of_name(l->word[1]);

	if (!k)
		return fault_set(l->fault, "no key '%.40s'", l->word[1]);
	*code = k->code;
	return true;
}

static bool do_edge(struct line *l, enum act act)
{
	uint32_t code = 0;

	return key(l, &code) && add_code(l, act, code);
}

static bool do_key(struct line *l, enum act act)
{
	uint32_t code = 0;

	return key(l, &code) && add_held(l, act, code);
}

static bool type_char(struct line *l, char c)
{
	bool shift;
	const struct key *k = key_of_char(c, &shift);

	if (!k)
		return fault_set(l->fault, "no key types '%c'",
				 isprint((unsigned char)c) ? c : '?');
	if (!shift)
		return add_held(l, ACT_DOWN, k->code);
	return add_code(l, ACT_DOWN, KEY_SHIFT) &&
	       add_held(l, ACT_DOWN, k->code) && add_code(l, ACT_UP, KEY_SHIFT);
}

/* All that is behind the word. */
static bool do_type(struct line *l, enum act act)
{
	const char *c;

	(void)act;
	for (c = l->word[1]; *c; c++)
		if (!type_char(l, *c))
			return false;
	return true;
}

static bool do_time(struct line *l, enum act act)
{
	long ms = REST_US / MS;

	if (l->words > 1 && !number(l, l->word[1], 0, SCRIPT_WAIT_MAX, &ms))
		return false;
	return add_time(l, act, (uint64_t)ms * MS);
}

static const struct verb {
	const char *name;
	size_t least, most;	/* words behind it */
	bool (*read)(struct line *l, enum act act);
	enum act act;
} verbs[] = {
	{ "move", 2, 2, do_move, ACT_MOVE },
	{ "click", 0, 1, do_click, ACT_PRESS },
	{ "press", 0, 1, do_button, ACT_PRESS },
	{ "release", 0, 1, do_button, ACT_RELEASE },
	{ "key", 1, 1, do_key, ACT_DOWN },
	{ "keydown", 1, 1, do_edge, ACT_DOWN },
	{ "keyup", 1, 1, do_edge, ACT_UP },
	{ "type", 1, 1, do_type, ACT_DOWN },
	{ "wait", 1, 1, do_time, ACT_WAIT },
	{ "rest", 0, 1, do_time, ACT_REST },
	{ "sync", 0, 1, do_time, ACT_SYNC },
	{ "sync-any", 0, 1, do_time, ACT_SYNC_ANY },
};

static const struct verb *find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (!strcmp(verbs[i].name, name))
			return &verbs[i];
	return NULL;
}

/* "type" has one argument, the rest of the line. */
static void split(struct line *l, char *text)
{
	char *at = text + strspn(text, " \t");
	bool type = !strncmp(at, "type ", 5);

	for (l->words = 0; *at && l->words < WORDS; l->words++) {
		l->word[l->words] = at;
		if (type && l->words == 1) {
			l->words = 2;
			return;
		}
		at += strcspn(at, " \t");
		if (*at)
			*at++ = '\0';
		if (!type)
			at += strspn(at, " \t");
	}
}

static bool read_line(struct line *l, char *text)
{
	const struct verb *v;

	split(l, text);
	if (!l->words || *l->word[0] == '#')
		return true;
	v = find(l->word[0]);
	if (!v)
		return fault_set(l->fault, "no action '%.40s'", l->word[0]);
	if (l->words - 1 < v->least)
		return fault_set(l->fault, "'%s' needs more arguments",
				 v->name);
	if (l->words - 1 > v->most)
		return fault_set(l->fault, "'%s' has too many arguments",
				 v->name);
	return v->read(l, v->act);
}

bool script_read(struct script *s, const char *text, size_t size,
		 struct fault *f)
{
	struct line l = { .script = s, .fault = f };
	const char *end = text + size, *next;
	char line[SCRIPT_LINE_MAX + 1];
	size_t n;

	for (f->line = 1; text < end; f->line++, text = next) {
		next = memchr(text, '\n', (size_t)(end - text));
		n = (size_t)((next ? next : end) - text);
		next = next ? next + 1 : end;
		if (n > SCRIPT_LINE_MAX)
			return fault_set(f, "a line of more than %d bytes",
					 SCRIPT_LINE_MAX);
		if (memchr(text, '\0', n))
			return fault_set(f, "this is no text");
		memcpy(line, text, n);
		n -= n && line[n - 1] == '\r';
		line[n] = '\0';
		if (!read_line(&l, line))
			return false;
	}
	return s->nr || fault_set(f, "the script does nothing");
}

void script_free(struct script *s)
{
	free(s->action);
	*s = (struct script){ 0 };
}
