// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * stream.c - from text to events.
 */
#include "stream.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/param.h"
#include "core/policy.h"

#define MAGIC		"vamp-stream"
#define MAX_FIELDS	7

static bool __attribute__((format(printf, 2, 3)))
bad(struct stream *s, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(s->error, sizeof(s->error), format, args);
	va_end(args);
	return false;
}

/* ---- lines ---- */

/* False at the end, or with ->error set. */
static bool fill(struct stream *s)
{
	const char *error = "cannot be read";
	ssize_t n;

	if (s->from) {
		memmove(s->buffer, s->buffer + s->from, s->to - s->from);
		s->to -= s->from;
		s->from = 0;
	}
	n = s->read(s->arg, s->buffer + s->to, sizeof(s->buffer) - s->to,
		    &error);
	if (n < 0)
		return bad(s, "%s", error);
	s->to += (size_t)n;
	return n > 0;
}

static char *find_end(struct stream *s)
{
	size_t held = s->to - s->from;

	if (held > STREAM_LINE_MAX)
		held = STREAM_LINE_MAX;
	return memchr(s->buffer + s->from, '\n', held);
}

/* One line without its end; NULL at the end of the stream, or with ->error. */
static char *read_line(struct stream *s)
{
	char *line, *end;

	s->line++;
	while (!(end = find_end(s))) {
		if (s->to - s->from >= STREAM_LINE_MAX) {
			bad(s, "a line of more than %d bytes", STREAM_LINE_MAX);
			return NULL;
		}
		if (fill(s))
			continue;
		if (!*s->error && s->to > s->from)
			bad(s, "the stream breaks off");
		return NULL;
	}
	line = s->buffer + s->from;
	*end = '\0';
	s->from += (size_t)(end - line) + 1;
	if (strlen(line) != (size_t)(end - line)) {
		bad(s, "not text");
		return NULL;
	}
	return line;
}

/* ---- numbers ---- */

static bool number(struct stream *s, const char *text, int base, u64 max,
		   u64 *n)
{
	char *end;

	errno = 0;
	*n = strtoull(text, &end, base);
	if (errno || end == text || *end || *text == '-' || *text == '+' ||
	    *n > max)
		return bad(s, "not a number from 0 to %llu: '%.40s'",
			   (unsigned long long)max, text);
	return true;
}

static bool number32(struct stream *s, const char *text, u32 *n)
{
	u64 wide;

	if (!number(s, text, 10, ~0u, &wide))
		return false;
	*n = (u32)wide;
	return true;
}

/* A clock; what is written is how much it went on. */
static bool advance(struct stream *s, const char *text, u64 *clock)
{
	char *end;
	long long d;
	u64 after;

	errno = 0;
	d = strtoll(text, &end, 10);
	after = *clock + (u64)d;
	if (errno || end == text || *end)
		return bad(s, "not a difference of times: '%.40s'", text);
	if (d > (long long)STREAM_TIME_MAX || d < -(long long)STREAM_TIME_MAX ||
	    after > STREAM_TIME_MAX)
		return bad(s, "the clock leaves its range: %llu %+lld",
			   (unsigned long long)*clock, d);
	*clock = after;
	return true;
}

/* ---- the first line ---- */

static bool set_policy(struct stream *s, const char *name)
{
	s->cfg.policy = vamp_policy_find(name, strlen(name));
	return s->cfg.policy || bad(s, "there is no policy '%.40s'", name);
}

static bool set_period(struct stream *s, const char *text)
{
	u64 ms;

	if (!number(s, text, 10, LOAD_PERIOD_MAX_MS, &ms))
		return false;
	s->cfg.load_period_ms = (u32)ms;
	return true;
}

static bool read_setting(struct stream *s, char *word)
{
	char *value = strchr(word, '=');

	if (!value)
		return bad(s, "not NAME=VALUE: '%.40s'", word);
	*value++ = '\0';
	if (!strcmp(word, "policy"))
		return set_policy(s, value);
	if (!strcmp(word, "wakeup_latency_ns"))
		return number32(s, value, &s->cfg.wakeup_latency_ns);
	if (!strcmp(word, "load_period_ms"))
		return set_period(s, value);
	if (!strcmp(word, "load_window_ns"))
		return number32(s, value, &s->cfg.load_window_ns);
	if (!strcmp(word, "tick_ns"))
		return number32(s, value, &s->cfg.tick_ns);
	return bad(s, "there is no setting '%.40s'", word);
}

static bool read_settings(struct stream *s, char *rest)
{
	char *more = NULL, *word;

	s->cfg.policy = &vamp_policy_vee14;
	for (word = strtok_r(rest, " ", &more); word;
	     word = strtok_r(NULL, " ", &more))
		if (!read_setting(s, word))
			return false;
	return s->cfg.load_window_ns || bad(s, "load_window_ns is 0");
}

static bool read_header(struct stream *s)
{
	char *line = read_line(s);

	if (!line && *s->error)
		return false;
	if (line && !strncmp(line, MAGIC " 1 ", strlen(MAGIC) + 3)) {
		s->format = FORMAT_GOLDEN;
		return read_settings(s, line + strlen(MAGIC) + 2);
	}
	if (line && !strcmp(line, MAGIC " 2")) {
		s->format = FORMAT;
		return true;
	}
	if (line && !strncmp(line, MAGIC " ", strlen(MAGIC) + 1))
		return bad(
			s,
			"not a stream of this format, but of a newer one: '%.40s'",
			line);
	return bad(s, "not a stream of this format: no '" MAGIC " 1' or 2");
}

bool stream_open(struct stream *s, stream_read_fn read, void *arg)
{
	*s = (struct stream){
		.cfg = { VAMP_CONFIG_DEFAULTS },
		.read = read,
		.arg = arg,
	};
	return read_header(s);
}

void stream_free(struct stream *s)
{
	u32 i;

	for (i = 0; i < s->nr_facts; i++)
		free(s->fact[i].name);
	s->nr_facts = 0;
}

const char *stream_fact(const struct stream *s, const char *name)
{
	u32 i;

	for (i = 0; i < s->nr_facts; i++)
		if (!strcmp(s->fact[i].name, name))
			return s->fact[i].text;
	return "";
}

ssize_t stream_read_file(void *file, char *to, size_t size, const char **error)
{
	size_t n = fread(to, 1, size, file);

	if (n || !ferror((FILE *)file))
		return (ssize_t)n;
	*error = "cannot be read";
	return -1;
}

/* ---- lines that are no event of the VM ---- */

/* NAME TEXT */
static bool read_fact(struct stream *s, const char *words)
{
	const char *blank = strchr(words, ' ');
	struct stream_fact *f = &s->fact[s->nr_facts];

	if (s->nr_facts == STREAM_FACTS)
		return bad(s, "more than %d facts", STREAM_FACTS);
	if (!blank || blank == words)
		return bad(s, "not fact NAME TEXT: '%.40s'", words);
	f->name = strdup(words);
	if (!f->name)
		return bad(s, "no memory");
	f->name[blank - words] = '\0';
	f->text = f->name + (blank - words) + 1;
	s->nr_facts++;
	return true;
}

/* NAME VALUE */
static bool read_param(struct stream *s, char *words, struct event *e)
{
	struct vamp_config scratch;
	char *value = strchr(words, ' ');
	u32 i;

	if (!value)
		return bad(s, "not param NAME VALUE: '%.40s'", words);
	*value++ = '\0';
	i = vamp_param_find(words);
	if (i == VAMP_PARAMS)
		return bad(s, "there is no parameter '%.40s'", words);
	if (!number32(s, value, &e->arg))
		return false;
	if (!vamp_param_set(&scratch, i, e->arg))
		return bad(s, "%s is not %u..%u: %u", words, vamp_params[i].min,
			   vamp_params[i].max, e->arg);
	*e = (struct event){ .op = OP_PARAM, .arg = e->arg };
	e->o.task_id = i;
	return true;
}

/* ---- events ---- */

/* Splits @line at its blanks; missing fields are "0". */
static bool split(struct stream *s, char *line, char *field[MAX_FIELDS])
{
	static char zero[] = "0";
	char *rest = NULL, *word;
	int n = 0;

	for (word = strtok_r(line, " ", &rest); word;
	     word = strtok_r(NULL, " ", &rest)) {
		if (n == MAX_FIELDS)
			return bad(s, "more than %d fields", MAX_FIELDS);
		field[n++] = word;
	}
	if (!n)
		return bad(s, "an empty line");
	while (n < MAX_FIELDS)
		field[n++] = zero;
	return true;
}

static bool expect_zero(struct stream *s, const struct event *e, u32 has,
			const char *text)
{
	if (op_fields(e->op, s->format) & has || !strcmp(text, "0"))
		return true;
	return bad(s, "%s has no use for '%.40s'", op_kinds[e->op].name, text);
}

static bool read_vcpu(struct stream *s, const char *text, struct event *e)
{
	if (!(op_fields(e->op, s->format) & HAS_VCPU)) {
		if (!strcmp(text, "0") || !strcmp(text, "-"))
			return true;
		return bad(s, "%s is of no vCPU, not '%.40s'",
			   op_kinds[e->op].name, text);
	}
	if (!number32(s, text, &e->vcpu))
		return false;
	return e->vcpu < s->nr_vcpus || bad(s, "there is no vCPU %u", e->vcpu);
}

static bool read_times(struct stream *s, char *const field[], struct event *e)
{
	if (!expect_zero(s, e, HAS_NOW, field[2]) ||
	    !expect_zero(s, e, HAS_TIMES, field[3]) ||
	    !expect_zero(s, e, HAS_TIMES, field[4]) ||
	    !advance(s, field[2], &s->now))
		return false;
	e->o.now = s->now;
	if (!(op_fields(e->op, s->format) & HAS_TIMES))
		return true;
	if (!advance(s, field[3], &s->clock[e->vcpu].run_delay) ||
	    !advance(s, field[4], &s->clock[e->vcpu].cpu_time))
		return false;
	e->o.run_delay = s->clock[e->vcpu].run_delay;
	e->o.cpu_time = s->clock[e->vcpu].cpu_time;
	return true;
}

static bool read_task(struct stream *s, const char *text, struct event *e)
{
	if (!expect_zero(s, e, HAS_TASK, text))
		return false;
	e->o.task_id = TASK_NO_ID;
	return !strcmp(text, "-") ||
	       number(s, text, 16, SYSTEM_NONE - 2, &e->o.task_id);
}

static bool note_made(struct stream *s, const struct event *e)
{
	u32 nr = e->arg & 0xffff;

	if (s->made)
		return bad(s, "the VM is made twice");
	if (!nr || nr > VM_VCPUS_MAX)
		return bad(s, "a VM has 1..%u vCPUs, not %u", VM_VCPUS_MAX, nr);
	if (e->arg >> 16 > TRACK_TRAP)
		return bad(s, "no such way of tracking: %u", e->arg >> 16);
	s->made = true;
	s->nr_vcpus = nr;
	return true;
}

/* Lines before it, its own left out. */
static bool note_finish(struct stream *s, const struct event *e)
{
	if (e->o.task_id != s->line - 1)
		return bad(s, "%llu lines, not the %llu that were written",
			   (unsigned long long)s->line - 1,
			   (unsigned long long)e->o.task_id);
	s->finished = true;
	return true;
}

static bool may_come_first(enum op op)
{
	return op == OP_MAKE || op == OP_CONFIG || op > OP_CLASS;
}

static bool read_event(struct stream *s, char *line, struct event *e)
{
	char *field[MAX_FIELDS];

	*e = (struct event){ 0 };
	if (!split(s, line, field))
		return false;
	e->op = op_find(field[0], s->format);
	if (e->op == OP_COUNT)
		return bad(s, "there is no event '%.40s'", field[0]);
	if (!s->made && !may_come_first(e->op))
		return bad(s, "%s before the VM is made", op_kinds[e->op].name);
	if (!read_vcpu(s, field[1], e) || !read_times(s, field, e) ||
	    !read_task(s, field[5], e) ||
	    !expect_zero(s, e, HAS_ARG, field[6]) ||
	    !number32(s, field[6], &e->arg))
		return false;
	if (e->op == OP_MAKE)
		return note_made(s, e);
	return e->op != OP_FINISH || note_finish(s, e);
}

static bool starts(const char *line, const char *word)
{
	size_t len = strlen(word);

	return !strncmp(line, word, len) && line[len] == ' ';
}

/* True for an event, false for a fact, or with ->error set. */
static bool read_any(struct stream *s, char *line, struct event *e)
{
	if (s->finished)
		return bad(s, "something comes after the end");
	if (s->format > FORMAT_GOLDEN && starts(line, "fact")) {
		read_fact(s, line + 5);
		return false;
	}
	if (s->format > FORMAT_GOLDEN && starts(line, "param"))
		return read_param(s, line + 6, e);
	return read_event(s, line, e);
}

static enum stream_status at_end(struct stream *s)
{
	if (!*s->error && !s->made)
		bad(s, "the VM is never made");
	if (!*s->error && s->format > FORMAT_GOLDEN && !s->finished)
		bad(s, "the recording breaks off: its last line is missing");
	return *s->error ? STREAM_BAD : STREAM_END;
}

enum stream_status stream_next(struct stream *s, struct event *e)
{
	char *line;

	while (!*s->error) {
		line = read_line(s);
		if (!line)
			return at_end(s);
		if (read_any(s, line, e))
			return STREAM_EVENT;
	}
	return STREAM_BAD;
}
