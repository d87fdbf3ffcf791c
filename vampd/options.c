// SPDX-License-Identifier: GPL-2.0-or-later
#include "options.h"

#include <argp.h>
#include <errno.h>
#include <stdlib.h>

#include "by_hand.h"
#include "config.h"
#include "exit_code.h"
#include "settings.h"

enum {
	KEY_NICE = 0x100,
	KEY_POLICY,
	KEY_NO_CONFIG,
	KEY_SOUND,
	KEY_VECTOR,
	KEY_NO_DISCOVER,
	KEY_CONFIG,
	KEY_CHECK
};

static const struct argp_option known[] = {
	{ "foreground", 'f', NULL, 0,
	  "Stay in the foreground; vampd always does", 0 },
	{ "config", KEY_CONFIG, "FILE", 0, "Read FILE instead of " CONFIG_FILE,
	  0 },
	{ "check-config", KEY_CHECK, NULL, 0,
	  "Say whether the configuration file is good, and end", 0 },
	{ "no-config", KEY_NO_CONFIG, NULL, 0,
	  "Leave the module's settings as they are", 0 },
	{ "nice", KEY_NICE, "N", 0,
	  "Set kvm_vamp: nice of background vCPUs, 1 to 19; 20 to 38 dynamic; 0 off",
	  0 },
	{ "policy", KEY_POLICY, "NAME", 0,
	  "Set the module's policy: vamp or vee14", 0 },
	{ "sound", KEY_SOUND, "VM:RANGES", 0,
	  "Where the sound devices of VM (its process or name) are: "
	  "io:0xFIRST-0xLAST or mem:0xFIRST-0xLAST, and :r or :w if only reads "
	  "or writes count; more of them after commas",
	  0 },
	{ "no-discover-sound", KEY_NO_DISCOVER, NULL, 0,
	  "Do not ask QEMU where its sound devices are", 0 },
	{ "reschedule-vector", KEY_VECTOR, "VM:VECTOR", 0,
	  "The vector of that VM's reschedule interrupts; else it is learned",
	  0 },
	{ "verbose", 'v', NULL, 0, "Log every input and what became of it", 0 },
	{ 0 },
};

static int parse_nice(const char *arg, struct argp_state *state)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(arg, &end, 10);
	if (errno || end == arg || *end || n < 0 || n > SETTINGS_NICE_MAX)
		argp_error(state, "--nice %s: not a number from 0 to %d", arg,
			   SETTINGS_NICE_MAX);
	return (int)n;
}

static void refuse_if(const char *wrong, const char *option, const char *arg,
		      struct argp_state *state)
{
	if (wrong)
		argp_error(state, "--%s %s: %s", option, arg, wrong);
}

static error_t parse_config(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case KEY_CONFIG:
		o->config = arg;
		return 0;
	case KEY_CHECK:
		o->check_config = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse_sound(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case KEY_SOUND:
		refuse_if(by_hand_sound(arg), "sound", arg, state);
		return 0;
	case KEY_VECTOR:
		refuse_if(by_hand_vector(arg), "reschedule-vector", arg, state);
		return 0;
	case KEY_NO_DISCOVER:
		o->discover_sound = false;
		return 0;
	default:
		return parse_config(key, arg, state);
	}
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'f':
		return 0;
	case 'v':
		o->verbose = true;
		return 0;
	case KEY_NO_CONFIG:
		o->no_config = true;
		return 0;
	case KEY_NICE:
		o->nice = parse_nice(arg, state);
		return 0;
	case KEY_POLICY:
		o->policy = arg;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "%s: vampd takes no arguments", arg);
		return EINVAL;
	default:
		return parse_sound(key, arg, state);
	}
}

const char *argp_program_version = "vampd " VAMPD_VERSION;

void options_parse(struct options *o, int argc, char **argv)
{
	static const struct argp argp = {
		.options = known,
		.parser = parse,
		.doc = "Tells the vamp module of the input that users give to "
		       "stock QEMU VMs, and where these have sound devices.",
	};

	*o = (struct options){ .nice = -1, .discover_sound = true };
	argp_err_exit_status = EXIT_CODE_USAGE;
	if (argp_parse(&argp, argc, argv, 0, NULL, o))
		exit(EXIT_CODE_USAGE);
}
