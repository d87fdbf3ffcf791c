// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_set.c - sets some or all of it, or nothing. */
#include "command.h"

#include <argp.h>
#include <errno.h>

#include "change.h"
#include "conf.h"
#include "exit_code.h"
#include "say.h"

struct set_options {
	bool save;
	struct changes changes;
};

static const struct argp_option options[] = {
	{ "save", 's', NULL, 0,
	  "Keep it for the next boot, in " CONF_MODPROBE " and " CONF_SYSCTL,
	  0 },
	{ 0 },
};

static void add(struct set_options *o, const char *arg,
		struct argp_state *state)
{
	const char *wrong = changes_add(&o->changes, arg);

	if (wrong)
		argp_error(state, "%s: %s", arg, wrong);
}

/* Options may come after the assignments: looked at when all are known. */
static void check_all(const struct set_options *o, struct argp_state *state)
{
	for (size_t i = 0; i < o->changes.count && !o->save; i++)
		if (o->changes.change[i].setting->at_load)
			argp_error(
				state,
				"%s: can only be set when the module is loaded: --save keeps it for then",
				o->changes.change[i].setting->name);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct set_options *o = state->input;

	switch (key) {
	case 's':
		o->save = true;
		return 0;
	case ARGP_KEY_ARG:
		add(o, arg, state);
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "set what? NAME=VALUE");
		return EINVAL;
	case ARGP_KEY_SUCCESS:
		check_all(o, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* The exit code for an error that was said already. */
static int code_of(int err, int otherwise)
{
	if (!err)
		return EXIT_CODE_OK;
	return err == -EACCES || err == -EPERM ? EXIT_CODE_NO_PERMISSION :
						 otherwise;
}

static int apply(struct changes *c)
{
	int err = changes_apply(c);

	return code_of(err,
		       err == -ENOENT ? EXIT_CODE_NO_MODULE : EXIT_CODE_SYSTEM);
}

/* Whatever fails, nothing has changed. */
static int set_and_save(struct changes *c)
{
	struct conf files[2];
	int code = code_of(conf_prepare(files, c), EXIT_CODE_WRITE);

	if (code)
		return code;
	code = apply(c);
	if (!code) {
		code = code_of(conf_place(files), EXIT_CODE_WRITE);
		if (code)
			changes_undo(c);
	}
	conf_discard(files);
	return code;
}

static int run(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "NAME=VALUE...",
		.doc = "Changes settings: all that are given, or, if anything is "
		       "wrong with one, none.",
	};
	struct set_options o = { .save = false };

	if (argp_parse(&argp, argc, argv, 0, NULL, &o))
		return EXIT_CODE_USAGE;
	if (o.save)
		return set_and_save(&o.changes);
	return apply(&o.changes);
}

const struct command command_set = {
	.name = "set",
	.args = "[--save] NAME=VALUE...",
	.about = "change settings, all or none",
	.run = run,
};
