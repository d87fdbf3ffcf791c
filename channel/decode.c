// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * decode.c - from lines to messages. The other side may be hostile: its line is
 * short, nothing in it nests deeply, and each value is in its bounds, or there is
 * no message.
 */
#include "message.h"

#include <errno.h>
#include <json-c/json.h>
#include <string.h>

#define DEPTH	4	/* object, list, object; one to spare */

/* What is wrong with the line, once anything is. */
struct fault {
	const char *why;
};

static int bad(struct fault *f, const char *why)
{
	f->why = why;
	return -EBADMSG;
}

static struct json_object *field(struct json_object *o, const char *key,
				 enum json_type type)
{
	struct json_object *value;

	if (!json_object_object_get_ex(o, key, &value) ||
	    !json_object_is_type(value, type))
		return NULL;
	return value;
}

static int to_number(struct json_object *value, uint64_t max, uint64_t *n)
{
	int64_t number;

	if (!value || !json_object_is_type(value, json_type_int))
		return -EBADMSG;
	number = json_object_get_int64(value);
	if (number < 0 || (uint64_t)number > max)
		return -EBADMSG;
	*n = (uint64_t)number;
	return 0;
}

static int get_number(struct json_object *o, const char *key, uint64_t max,
		      uint64_t *n)
{
	return to_number(field(o, key, json_type_int), max, n);
}

static int get_u32(struct json_object *o, const char *key, uint32_t max,
		   uint32_t *n)
{
	uint64_t number;
	int err = get_number(o, key, max, &number);

	if (!err)
		*n = (uint32_t)number;
	return err;
}

static int get_bool(struct json_object *o, const char *key, bool *on)
{
	struct json_object *value = field(o, key, json_type_boolean);

	if (!value)
		return -EBADMSG;
	*on = json_object_get_boolean(value);
	return 0;
}

/* Cut where it is too long; it is for people only. */
static void get_text(struct json_object *o, const char *key, char *text,
		     size_t size)
{
	struct json_object *value = field(o, key, json_type_string);
	const char *s = value ? json_object_get_string(value) : "";
	size_t n = 0;

	for (; s[n] && n < size - 1; n++)
		text[n] = s[n] < ' ' || s[n] > '~' ? '?' : s[n];
	text[n] = '\0';
}

static int get_cpus(struct json_object *o, const char *key, struct vamp_cpus *s)
{
	struct json_object *value = field(o, key, json_type_string);

	return value ? vamp_cpus_parse(s, json_object_get_string(value)) :
		       -EBADMSG;
}

/* A list of at most @max, or none: how many, or -EBADMSG. */
static int get_list(struct json_object *o, const char *key, size_t max,
		    struct json_object **list)
{
	size_t n;

	*list = NULL;
	if (!json_object_object_get_ex(o, key, list))
		return 0;
	if (!json_object_is_type(*list, json_type_array))
		return -EBADMSG;
	n = json_object_array_length(*list);
	return n > max ? -EBADMSG : (int)n;
}

static struct json_object *element(struct json_object *list, uint32_t i)
{
	struct json_object *o = json_object_array_get_idx(list, i);

	return json_object_is_type(o, json_type_object) ? o : NULL;
}

static int get_hello(struct json_object *o, enum vamp_side from,
		     struct vamp_hello *h, struct fault *f)
{
	get_text(o, "program", h->program, sizeof(h->program));
	if (from == VAMP_HOST)
		return 0;
	get_text(o, "system", h->system, sizeof(h->system));
	if (get_bool(o, "pti", &h->pti))
		h->pti = false;
	return get_cpus(o, "vcpus", &h->vcpus) ? bad(f, "vcpus: no CPU list") :
						 0;
}

/* A host that does not say may be as crowded as any. */
static int get_waited(struct json_object *o, uint32_t *waited)
{
	*waited = 100;
	return json_object_object_get_ex(o, "waited", NULL) ?
		       get_u32(o, "waited", 100, waited) :
		       0;
}

static int get_phase(struct json_object *o, struct vamp_phase_message *p,
		     struct fault *f)
{
	char state[8];

	if (get_u32(o, "number", UINT32_MAX, &p->number))
		return bad(f, "number: missing or out of bounds");
	get_text(o, "state", state, sizeof(state));
	p->begin = !strcmp(state, "begin");
	if (!p->begin)
		return strcmp(state, "end") ?
			       bad(f, "state: neither begin nor end") :
			       0;
	if (get_u32(o, "ms", VAMP_CHANNEL_PHASE_MS, &p->ms))
		return bad(f, "ms: missing or out of bounds");
	return get_waited(o, &p->waited) ? bad(f, "waited: out of bounds") : 0;
}

static int get_task(struct json_object *o, struct vamp_task_load *t,
		    struct fault *f)
{
	if (!o || get_number(o, "id", VAMP_CHANNEL_ID_MAX, &t->id))
		return bad(f, "tasks: an id is missing or out of bounds");
	if (get_u32(o, "load", VAMP_CHANNEL_LOAD_MAX, &t->load))
		return bad(f, "tasks: a load is missing or out of bounds");
	return 0;
}

static int get_background(struct json_object *o, struct vamp_background *b,
			  struct fault *f)
{
	struct json_object *list;
	int n = get_list(o, "tasks", VAMP_CHANNEL_TASKS, &list), err = 0;

	if (get_u32(o, "number", UINT32_MAX, &b->number))
		return bad(f, "number: missing or out of bounds");
	if (n < 0 || !list)
		return bad(f, "tasks: no list, or too long");
	for (b->count = 0; b->count < (uint32_t)n && !err; b->count++)
		err = get_task(element(list, b->count), &b->task[b->count], f);
	return err;
}

static int get_placement(struct json_object *o, struct vamp_placement *p,
			 struct fault *f)
{
	struct vamp_cpus both;

	if (get_u32(o, "number", UINT32_MAX, &p->number))
		return bad(f, "number: missing or out of bounds");
	if (get_cpus(o, "slow", &p->slow) || get_cpus(o, "fast", &p->fast))
		return bad(f, "slow, fast: no CPU list");
	both = vamp_cpus_and(&p->slow, &p->fast);
	if (!vamp_cpus_empty(&both))
		return bad(f, "slow, fast: not disjoint");
	if (vamp_cpus_empty(&p->fast) && !vamp_cpus_empty(&p->slow))
		return bad(f, "fast: empty, while slow is not");
	return 0;
}

static int get_name(struct json_object *o, struct vamp_task_name *t,
		    struct fault *f)
{
	if (!o || get_number(o, "id", VAMP_CHANNEL_ID_MAX, &t->id))
		return bad(f, "tasks: an id is missing or out of bounds");
	if (get_u32(o, "pid", INT32_MAX, &t->pid))
		return bad(f, "tasks: a pid is missing or out of bounds");
	get_text(o, "name", t->name, sizeof(t->name));
	return 0;
}

static int get_gone(struct json_object *list, int n, struct vamp_names *names)
{
	int err = 0;

	for (uint32_t i = 0; i < (uint32_t)n && !err; i++)
		err = to_number(json_object_array_get_idx(list, i),
				VAMP_CHANNEL_ID_MAX, &names->gone[i]);
	names->gone_count = (uint32_t)n;
	return err;
}

static int get_names(struct json_object *o, struct vamp_names *names,
		     struct fault *f)
{
	struct json_object *tasks, *gone;
	int n = get_list(o, "tasks", VAMP_CHANNEL_NAMES, &tasks), err = 0;
	int n_gone = get_list(o, "gone", VAMP_CHANNEL_NAMES, &gone);

	if (n < 0 || n_gone < 0)
		return bad(f, "tasks, gone: no list, or too long");
	if (get_gone(gone, n_gone, names))
		return bad(f, "gone: an id is out of bounds");
	for (uint32_t i = 0; i < (uint32_t)n && !err; i++)
		err = get_name(element(tasks, i), &names->task[i], f);
	names->count = (uint32_t)n;
	return err;
}

static int get_error(struct json_object *o, struct vamp_error *e,
		     struct fault *f)
{
	if (get_u32(o, "lines", UINT32_MAX, &e->lines))
		return bad(f, "lines: missing or out of bounds");
	get_text(o, "text", e->text, sizeof(e->text));
	return 0;
}

static int get_body(struct json_object *o, enum vamp_side from,
		    struct vamp_message *m, struct fault *f)
{
	switch (m->type) {
	case VAMP_HELLO:
		return get_hello(o, from, &m->hello, f);
	case VAMP_PHASE:
		return get_phase(o, &m->phase, f);
	case VAMP_BACKGROUND:
		return get_background(o, &m->background, f);
	case VAMP_AUDIO:
		return get_bool(o, "on", &m->audio) ? bad(f, "on: missing") : 0;
	case VAMP_PLACEMENT:
		return get_placement(o, &m->placement, f);
	case VAMP_NAMES:
		return get_names(o, &m->names, f);
	case VAMP_ERROR:
		return get_error(o, &m->error, f);
	default:
		if (get_u32(o, "number", UINT32_MAX, &m->number))
			return bad(f, "number: missing or out of bounds");
		return 0;
	}
}

static int find_type(struct json_object *o, enum vamp_side from,
		     enum vamp_message_type *type, struct fault *f)
{
	char name[VAMP_CHANNEL_TEXT];

	get_text(o, "type", name, sizeof(name));
	for (*type = 0; *type < VAMP_MESSAGES; ++*type)
		if (!strcmp(name, message_kinds[*type].name))
			break;
	if (*type == VAMP_MESSAGES) {
		f->why = name[0] ? "type: not known" : "type: missing";
		return name[0] ? -ENOTSUP : -EBADMSG;
	}
	if (!(message_kinds[*type].by >> from & 1))
		return bad(f, "type: not for that side to send");
	return 0;
}

static int check_version(struct json_object *o, struct fault *f)
{
	uint64_t version;

	if (get_number(o, "v", INT32_MAX, &version))
		return bad(f, "v: missing or no version");
	if (version == VAMP_CHANNEL_VERSION)
		return 0;
	f->why = "v: another version";
	return -EPROTO;
}

static int get_message(struct json_object *o, enum vamp_side from,
		       struct vamp_message *m, struct fault *f)
{
	int err;

	if (!json_object_is_type(o, json_type_object))
		return bad(f, "no JSON object");
	err = check_version(o, f);
	if (!err)
		err = find_type(o, from, &m->type, f);
	return err ? err : get_body(o, from, m, f);
}

/*
 * All of the line has to be one value. json-c knows that a number has ended only
 * by what follows; but a line that is a number is no message anyway.
 */
static struct json_object *parse(struct json_tokener *t, const char *line,
				 size_t size)
{
	struct json_object *o = json_tokener_parse_ex(t, line, (int)size);

	if (o && json_tokener_get_parse_end(t) == size)
		return o;
	json_object_put(o);
	return NULL;
}

int vamp_message_decode(struct vamp_message *m, enum vamp_side from,
			const char *line, size_t size, const char **why)
{
	struct fault f = { "not JSON" };
	struct json_tokener *t;
	struct json_object *o;
	int err;

	memset(m, 0, sizeof(*m));
	if (size && line[size - 1] == '\r')
		size--;
	*why = "too long";
	if (size >= VAMP_CHANNEL_LINE)
		return -EBADMSG;
	t = json_tokener_new_ex(DEPTH);
	*why = "out of memory";
	if (!t)
		return -ENOMEM;
	json_tokener_set_flags(t, JSON_TOKENER_STRICT |
					  JSON_TOKENER_VALIDATE_UTF8);
	o = parse(t, line, size);
	err = o ? get_message(o, from, m, &f) : -EBADMSG;
	json_object_put(o);
	json_tokener_free(t);
	*why = f.why;
	return err;
}
