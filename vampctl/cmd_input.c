// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_input.c - an input reported by hand. */
#include "command.h"

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "device.h"
#include "exit_code.h"
#include "say.h"
#include "state.h"
#include "state_json.h"
#include "words.h"

#define CODE_MAX	255

struct input_options {
	const char *vm;
	int type;	/* -1: not said */
	int code;	/* same */
	bool json;
};

static const struct argp_option options[] = {
	{ "code", 'c', "N", 0,
	  "Scan code (set 1) of a key, or mask of buttons held: 0 to 255", 0 },
	{ "json", 'j', NULL, 0, "Print JSON", 0 },
	{ 0 },
};

static int parse_code(const char *arg, struct argp_state *state)
{
	unsigned long n;
	char *end;

	errno = 0;
	n = strtoul(arg, &end, 0);
	if (errno || *end || *arg < '0' || *arg > '9' || n > CODE_MAX)
		argp_error(state, "--code %s: not a number from 0 to %d", arg,
			   CODE_MAX);
	return (int)n;
}

static void parse_argument(struct input_options *o, char *arg,
			   struct argp_state *state)
{
	if (!state->arg_num) {
		o->vm = arg;
		return;
	}
	if (state->arg_num > 1)
		argp_error(state, "%s: one VM and one type, no more", arg);
	o->type = word_input_type(arg);
	if (o->type < 0)
		argp_error(state, "%s: no type of input (--help lists them)",
			   arg);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct input_options *o = state->input;

	switch (key) {
	case 'c':
		o->code = parse_code(arg, state);
		return 0;
	case 'j':
		o->json = true;
		return 0;
	case ARGP_KEY_ARG:
		parse_argument(o, arg, state);
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "to which VM?");
		return EINVAL;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int refused(const struct state_vm *vm, int err)
{
	switch (-err) {
	case ESRCH:
		say("%s: the VM has just ended", vm->name);
		return EXIT_CODE_NO_VM;
	case EOPNOTSUPP:
		say("%s: vAMP is off: vampctl set kvm_vamp=5 switches it on",
		    vm->name);
		return EXIT_CODE_REFUSED;
	case EBUSY:
		say("%s: busy with another input; try again", vm->name);
		return EXIT_CODE_REFUSED;
	default:
		return say_failed(VAMP_DEVICE, err);
	}
}

static void show(const struct input_options *o, const struct state_vm *vm,
		 uint32_t result)
{
	struct json_object *j;

	if (!o->json) {
		printf("%s: %s\n", vm->name, word_result(result));
		return;
	}
	j = json_object_new_object();
	json_object_object_add(j, "format", json_object_new_int(JSON_FORMAT));
	json_object_object_add(j, "pid", json_object_new_int(vm->info.pid));
	json_object_object_add(j, "name", json_object_new_string(vm->name));
	json_object_object_add(j, "result",
			       json_object_new_string(word_result(result)));
	json_show(j);
}

static int report(const struct input_options *o, int device,
		  const struct state *s)
{
	int code = EXIT_CODE_OK, result;
	const struct state_vm *vm = state_find_or_say(s, o->vm, &code);

	if (!vm)
		return code;
	result = device_input(device, vm->info.pid, (uint32_t)o->type,
			      (uint32_t)o->code);
	if (result < 0)
		return refused(vm, result);
	show(o, vm, (uint32_t)result);
	return EXIT_CODE_OK;
}

static int find_and_report(const struct input_options *o, int device)
{
	struct state s;
	int err = state_read(device, false, &s);
	int code;

	if (err)
		return say_failed(VAMP_DEVICE, err);
	code = report(o, device, &s);
	state_free(&s);
	return code;
}

static int run(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "VM [TYPE]",
		.doc = "Tells the module that a user gave input to VM, its name or "
		       "process, and prints what that did.\vTYPE is key-press "
		       "(with the Enter key's code if --code says no other), "
		       "key-release, button-press, button-release, scroll, drag, "
		       "touch-begin or touch-end. Without it: Enter is pressed.",
	};
	struct input_options o = { .type = VAMP_INPUT_KEY_PRESS, .code = -1 };
	int device, code = EXIT_CODE_OK;

	if (argp_parse(&argp, argc, argv, 0, NULL, &o))
		return EXIT_CODE_USAGE;
	if (o.code < 0)
		o.code = o.type <= VAMP_INPUT_KEY_RELEASE ?
				 VAMP_SCANCODE_ENTER :
				 0;
	device = device_open_or_say(&code);
	if (device < 0)
		return code;
	code = find_and_report(&o, device);
	device_close(device);
	return code;
}

const struct command command_input = {
	.name = "input",
	.args = "VM [TYPE]",
	.about = "report a user's input by hand",
	.run = run,
};
