// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_get.c - how the module is set. */
#include "command.h"

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "exit_code.h"
#include "say.h"
#include "settings.h"
#include "state_json.h"

struct get_options {
	bool json, names, about;
	const struct setting *wanted[SETTINGS_MAX];
	size_t count;
};

static const struct argp_option options[] = {
	{ "about", 'a', NULL, 0, "Print ranges and meanings, too", 0 },
	{ "json", 'j', NULL, 0, "Print JSON", 0 },
	{ "names", 'n', NULL, 0, "Print the names alone", 0 },
	{ 0 },
};

static void want(struct get_options *o, const char *name,
		 struct argp_state *state)
{
	const struct setting *s = setting_find(name);

	if (!s)
		argp_error(state, "%s: no such setting (vampctl get --names)",
			   name);
	if (o->count == SETTINGS_MAX)
		argp_error(state, "%s: too many names", name);
	o->wanted[o->count++] = s;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct get_options *o = state->input;

	switch (key) {
	case 'a':
		o->about = true;
		return 0;
	case 'j':
		o->json = true;
		return 0;
	case 'n':
		o->names = true;
		return 0;
	case ARGP_KEY_ARG:
		want(o, arg, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int read_or_say(const struct setting *s, char *value)
{
	char path[128];
	int err = setting_read(s, value);

	if (!err)
		return EXIT_CODE_OK;
	setting_path(s, path, sizeof(path));
	if (err != -ENOENT)
		return say_failed(path, err);
	say("%s: missing; the module is not loaded (modprobe vamp) or of another version",
	    path);
	return EXIT_CODE_NO_MODULE;
}

static void show(const struct setting *s, const char *value, bool about)
{
	char range[48];

	if (!about) {
		printf("%s=%s\n", s->name, value);
		return;
	}
	setting_range(s, range, sizeof(range));
	printf("%s=%s\n    %s%s: %s\n", s->name, value, range,
	       s->at_load ? ", when the module is loaded" : "", s->about);
}

/* The values of all that is wanted. */
struct values {
	char of[SETTINGS_MAX][SETTING_VALUE];
};

static struct json_object *value_json(const struct setting *s,
				      const char *value)
{
	return s->words ? json_object_new_string(value) :
			  json_object_new_int64(atoll(value));
}

static void show_json(const struct get_options *o, const struct values *v)
{
	struct json_object *top = json_object_new_object();
	struct json_object *list = json_object_new_object();

	for (size_t i = 0; i < o->count; i++)
		json_object_object_add(list, o->wanted[i]->name,
				       value_json(o->wanted[i], v->of[i]));
	json_object_object_add(top, "format", json_object_new_int(JSON_FORMAT));
	json_object_object_add(top, "settings", list);
	json_show(top);
}

/* All is read first: an error leaves nothing half printed. */
static int get(const struct get_options *o)
{
	struct values v;
	int code;

	for (size_t i = 0; i < o->count; i++) {
		code = read_or_say(o->wanted[i], v.of[i]);
		if (code)
			return code;
	}
	if (o->json)
		show_json(o, &v);
	else
		for (size_t i = 0; i < o->count; i++)
			show(o->wanted[i], v.of[i], o->about);
	return EXIT_CODE_OK;
}

static void want_all(struct get_options *o)
{
	for (o->count = 0; o->count < settings_count; o->count++)
		o->wanted[o->count] = &settings[o->count];
}

static int run(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "[NAME...]",
		.doc = "Prints settings, as `vampctl set' takes them; all of them "
		       "without a name.",
	};
	struct get_options o = { .count = 0 };

	if (argp_parse(&argp, argc, argv, 0, NULL, &o))
		return EXIT_CODE_USAGE;
	if (!o.count)
		want_all(&o);
	if (!o.names)
		return get(&o);
	for (size_t i = 0; i < o.count; i++)
		puts(o.wanted[i]->name);
	return EXIT_CODE_OK;
}

const struct command command_get = {
	.name = "get",
	.args = "[NAME...]",
	.about = "settings",
	.run = run,
};
