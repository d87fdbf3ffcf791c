// SPDX-License-Identifier: GPL-2.0-or-later
/* encode.c - from messages to lines. */
#include "message.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

const struct message_kind message_kinds[VAMP_MESSAGES] = {
	[VAMP_HELLO] = { "hello", BY_HOST | BY_GUEST },
	[VAMP_PHASE] = { "phase", BY_HOST },
	[VAMP_BACKGROUND] = { "background", BY_HOST },
	[VAMP_AUDIO] = { "audio", BY_HOST | BY_GUEST },
	[VAMP_PING] = { "ping", BY_HOST },
	[VAMP_PONG] = { "pong", BY_GUEST },
	[VAMP_PLACEMENT] = { "placement", BY_GUEST },
	[VAMP_NAMES] = { "names", BY_GUEST },
	[VAMP_ERROR] = { "error", BY_HOST | BY_GUEST },
};

const char *vamp_message_name(enum vamp_message_type type)
{
	return message_kinds[type].name;
}

/* Adds @value, which it takes; NULL is an error. */
static int add(struct json_object *o, const char *key,
	       struct json_object *value)
{
	if (!value || json_object_object_add(o, key, value)) {
		json_object_put(value);
		return -ENOMEM;
	}
	return 0;
}

static int add_number(struct json_object *o, const char *key, uint64_t n)
{
	return add(o, key, json_object_new_int64((int64_t)n));
}

/* What is no printable ASCII becomes '?'; the rest json-c can write. */
static int add_text(struct json_object *o, const char *key, const char *text,
		    size_t room)
{
	char clean[VAMP_CHANNEL_TEXT];
	size_t n = strnlen(text, room - 1);

	for (size_t i = 0; i < n; i++)
		clean[i] = text[i] < ' ' || text[i] > '~' ? '?' : text[i];
	return add(o, key, json_object_new_string_len(clean, (int)n));
}

static int add_cpus(struct json_object *o, const char *key,
		    const struct vamp_cpus *s)
{
	char list[VAMP_CHANNEL_LINE];
	int n = vamp_cpus_print(s, list, sizeof(list));

	return n < 0 ? n : add(o, key, json_object_new_string(list));
}

/* A new array or object of @o's. NULL: no memory. */
static struct json_object *add_new(struct json_object *o, const char *key,
				   struct json_object *value)
{
	return add(o, key, value) ? NULL : value;
}

static struct json_object *add_element(struct json_object *array)
{
	struct json_object *o = json_object_new_object();

	if (o && !json_object_array_add(array, o))
		return o;
	json_object_put(o);
	return NULL;
}

static int put_hello(struct json_object *o, enum vamp_side from,
		     const struct vamp_hello *h)
{
	int err = add_text(o, "program", h->program, sizeof(h->program));

	if (err || from == VAMP_HOST)
		return err;
	err = add_text(o, "system", h->system, sizeof(h->system));
	if (!err)
		err = add(o, "pti", json_object_new_boolean(h->pti));
	return err ? err : add_cpus(o, "vcpus", &h->vcpus);
}

static int put_phase(struct json_object *o, const struct vamp_phase_message *p)
{
	int err = add_number(o, "number", p->number);

	if (!err)
		err = add_text(o, "state", p->begin ? "begin" : "end", 8);
	if (err || !p->begin)
		return err;
	err = add_number(o, "ms", p->ms);
	return err ? err : add_number(o, "waited", p->waited);
}

static int put_task(struct json_object *array, const struct vamp_task_load *t)
{
	struct json_object *o = add_element(array);
	int err = o ? add_number(o, "id", t->id) : -ENOMEM;

	return err ? err : add_number(o, "load", t->load);
}

static int put_background(struct json_object *o,
			  const struct vamp_background *b)
{
	struct json_object *array;
	int err = add_number(o, "number", b->number);

	array = add_new(o, "tasks", json_object_new_array());
	if (b->count > VAMP_CHANNEL_TASKS)
		return -EINVAL;
	if (!array)
		return -ENOMEM;
	for (uint32_t i = 0; i < b->count && !err; i++)
		err = put_task(array, &b->task[i]);
	return err;
}

static int put_placement(struct json_object *o, const struct vamp_placement *p)
{
	int err = add_number(o, "number", p->number);

	if (!err)
		err = add_cpus(o, "slow", &p->slow);
	return err ? err : add_cpus(o, "fast", &p->fast);
}

static int put_name(struct json_object *array, const struct vamp_task_name *t)
{
	struct json_object *o = add_element(array);
	int err = o ? add_number(o, "id", t->id) : -ENOMEM;

	if (!err)
		err = add_number(o, "pid", t->pid);
	return err ? err : add_text(o, "name", t->name, sizeof(t->name));
}

static int put_gone(struct json_object *array, uint64_t id)
{
	struct json_object *n = json_object_new_int64((int64_t)id);

	if (n && !json_object_array_add(array, n))
		return 0;
	json_object_put(n);
	return -ENOMEM;
}

static int put_names(struct json_object *o, const struct vamp_names *n)
{
	struct json_object *tasks, *gone;
	int err = 0;

	if (n->count > VAMP_CHANNEL_NAMES || n->gone_count > VAMP_CHANNEL_NAMES)
		return -EINVAL;
	tasks = add_new(o, "tasks", json_object_new_array());
	gone = add_new(o, "gone", json_object_new_array());
	if (!tasks || !gone)
		return -ENOMEM;
	for (uint32_t i = 0; i < n->count && !err; i++)
		err = put_name(tasks, &n->task[i]);
	for (uint32_t i = 0; i < n->gone_count && !err; i++)
		err = put_gone(gone, n->gone[i]);
	return err;
}

static int put_error(struct json_object *o, const struct vamp_error *e)
{
	int err = add_number(o, "lines", e->lines);

	return err ? err : add_text(o, "text", e->text, sizeof(e->text));
}

static int put_body(struct json_object *o, enum vamp_side from,
		    const struct vamp_message *m)
{
	switch (m->type) {
	case VAMP_HELLO:
		return put_hello(o, from, &m->hello);
	case VAMP_PHASE:
		return put_phase(o, &m->phase);
	case VAMP_BACKGROUND:
		return put_background(o, &m->background);
	case VAMP_AUDIO:
		return add(o, "on", json_object_new_boolean(m->audio));
	case VAMP_PING:
	case VAMP_PONG:
		return add_number(o, "number", m->number);
	case VAMP_PLACEMENT:
		return put_placement(o, &m->placement);
	case VAMP_NAMES:
		return put_names(o, &m->names);
	case VAMP_ERROR:
		return put_error(o, &m->error);
	default:
		return -EINVAL;
	}
}

static int put(struct json_object *o, enum vamp_side from,
	       const struct vamp_message *m)
{
	int err = add_number(o, "v", VAMP_CHANNEL_VERSION);

	if (!err)
		err = add_text(o, "type", vamp_message_name(m->type),
			       VAMP_CHANNEL_TEXT);
	return err ? err : put_body(o, from, m);
}

static int write_line(struct json_object *o, char line[VAMP_CHANNEL_LINE])
{
	const char *text = json_object_to_json_string_ext(
		o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
	size_t n = text ? strlen(text) : 0;

	if (!text)
		return -ENOMEM;
	if (n >= VAMP_CHANNEL_LINE)
		return -EMSGSIZE;
	memcpy(line, text, n);
	line[n] = '\n';
	return (int)n + 1;
}

int vamp_message_encode(const struct vamp_message *m, enum vamp_side from,
			char line[VAMP_CHANNEL_LINE])
{
	struct json_object *o;
	int n;

	if (m->type >= VAMP_MESSAGES ||
	    !(message_kinds[m->type].by >> from & 1))
		return -EINVAL;
	o = json_object_new_object();
	if (!o)
		return -ENOMEM;
	n = put(o, from, m);
	if (!n)
		n = write_line(o, line);
	json_object_put(o);
	return n;
}
