// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_doctor.c - is there anything that makes vAMP ineffective? */
#include "command.h"

#include <argp.h>
#include <stdio.h>

#include "doctor.h"
#include "exit_code.h"
#include "say.h"
#include "state_json.h"

#define INTERVAL_MS	1000

struct doctor_options {
	bool json, quiet;
};

static const struct argp_option options[] = {
	{ "json", 'j', NULL, 0, "Print JSON", 0 },
	{ "quiet", 'q', NULL, 0, "Leave out what is well", 0 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct doctor_options *o = state->input;

	(void)arg;
	switch (key) {
	case 'j':
		o->json = true;
		return 0;
	case 'q':
		o->quiet = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void show_one(const struct finding *f)
{
	printf("%-8s %s: ", doctor_level(f->level), f->rule);
	if (f->vm)
		printf("VM %s (%d): ", f->name, f->vm);
	puts(f->text);
	if (f->remedy[0])
		printf("%-8s -> %s\n", "", f->remedy);
}

static void add_text(struct json_object *o, const char *key, const char *text)
{
	json_object_object_add(o, key, json_object_new_string(text));
}

static struct json_object *one_json(const struct finding *f)
{
	struct json_object *o = json_object_new_object();
	struct json_object *vm = NULL;

	add_text(o, "rule", f->rule);
	add_text(o, "level", doctor_level(f->level));
	if (f->vm) {
		vm = json_object_new_object();
		json_object_object_add(vm, "pid", json_object_new_int(f->vm));
		add_text(vm, "name", f->name);
	}
	json_object_object_add(o, "vm", vm);
	add_text(o, "text", f->text);
	json_object_object_add(
		o, "remedy",
		f->remedy[0] ? json_object_new_string(f->remedy) : NULL);
	return o;
}

static void show_json(const struct findings *found, bool quiet)
{
	struct json_object *o = json_object_new_object();
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < found->count; i++)
		if (!quiet || found->finding[i].level != LEVEL_GOOD)
			json_object_array_add(list,
					      one_json(&found->finding[i]));
	json_object_object_add(o, "format", json_object_new_int(JSON_FORMAT));
	json_object_object_add(o, "findings", list);
	json_show(o);
}

static void show(const struct doctor_options *o, const struct findings *found)
{
	if (o->json) {
		show_json(found, o->quiet);
		return;
	}
	for (size_t i = 0; i < found->count; i++)
		if (!o->quiet || found->finding[i].level != LEVEL_GOOD)
			show_one(&found->finding[i]);
}

static int run(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.doc = "Looks for all that makes vAMP ineffective on this host, "
		       "for a second, and says what to do about it. Ends with 0 "
		       "if all is well, 1 if there are problems, and 2 if there "
		       "are none but something could not be told.",
	};
	struct doctor_options o = { .json = false };
	struct findings found;
	struct facts facts;
	int err, code;

	if (argp_parse(&argp, argc, argv, 0, NULL, &o))
		return EXIT_CODE_USAGE;
	err = facts_gather(&facts, INTERVAL_MS);
	if (err)
		return say_failed(VAMP_DEVICE, err);
	doctor_judge(&facts, &found);
	show(&o, &found);
	code = doctor_exit_code(&found);
	findings_free(&found);
	facts_free(&facts);
	return code;
}

const struct command command_doctor = {
	.name = "doctor",
	.args = "[--json]",
	.about = "what makes vAMP ineffective here, and the remedy",
	.run = run,
};
