// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_run.c - the agent itself: its options, and what it needs to begin. */
#include "command.h"

#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "agent.h"
#include "exit_code.h"
#include "log.h"
#include "machine.h"
#include "port.h"
#include "restore.h"
#include "state.h"

#define NICE_OF_AGENT	-15

enum {
	KEY_PORT = 0x100,
	KEY_NO_NAMES
};

static const struct argp_option options[] = {
	{ "fast", 'f', "N", 0,
	  "Fast vCPUs, at the beginning of a phase: 2 if not given", 0 },
	{ "mode", 'm', "MODE", 0,
	  "static, dynamic, dynamic-load or load, or 0 to 3: how vCPUs are "
	  "divided; static if not given",
	  0 },
	{ "period", 'p', "MS", 0,
	  "How often that is looked at in a phase: 1000 if not given", 0 },
	{ "irq", 'i', "IRQ", 0,
	  "Keep an interrupt on fast vCPUs: its number or name, a driver, "
	  "block or sound; may be given again",
	  0 },
	{ "port", KEY_PORT, "PATH", 0,
	  "The channel to the host: " PORT_PATH " if not given", 0 },
	{ "no-names", KEY_NO_NAMES, NULL, 0,
	  "Do not tell the host names of processes", 0 },
	{ "verbose", 'v', NULL, 0, "Log more", 0 },
	{ 0 },
};

struct run_options {
	struct agent_options agent;
	bool verbose;
};

static unsigned int parse_number(char option, const char *arg, unsigned int min,
				 unsigned int max, struct argp_state *state)
{
	char *end;
	unsigned long n;

	errno = 0;
	n = strtoul(arg, &end, 10);
	if (errno || *arg < '0' || *arg > '9' || *end || n < min || n > max)
		argp_error(state, "-%c %s: not a number from %u to %u", option,
			   arg, min, max);
	return (unsigned int)n;
}

static enum sets_mode parse_mode(const char *arg, struct argp_state *state)
{
	for (enum sets_mode m = 0; m < SETS_MODES; m++)
		if (!strcmp(arg, sets_mode_name(m)) ||
		    (arg[0] == (char)('0' + (int)m) && !arg[1]))
			return m;
	argp_error(state,
		   "-m %s: not static (0), dynamic (1), dynamic-load (2) or "
		   "load (3)",
		   arg);
	return SETS_STATIC;
}

static void add_irq(struct placement_options *o, const char *arg,
		    struct argp_state *state)
{
	if (o->irqs == IRQS_CHOICES)
		argp_error(state, "-i %s: more than %d", arg, IRQS_CHOICES);
	else
		o->irq[o->irqs++] = arg;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct run_options *o = state->input;

	switch (key) {
	case 'f':
		o->agent.placement.fast =
			parse_number('f', arg, 1, VAMP_CHANNEL_CPUS, state);
		return 0;
	case 'm':
		o->agent.placement.mode = parse_mode(arg, state);
		return 0;
	case 'p':
		o->agent.period_ms = parse_number('p', arg, 10, 60000, state);
		return 0;
	case 'i':
		add_irq(&o->agent.placement, arg, state);
		return 0;
	case KEY_PORT:
		o->agent.port = arg;
		return 0;
	case KEY_NO_NAMES:
		o->agent.no_names = true;
		return 0;
	case 'v':
		o->verbose = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int failed(int err)
{
	if (err == -EWOULDBLOCK) {
		log_error(STATE_DIR ": another agent runs already");
		return EXIT_CODE_BUSY;
	}
	log_error(STATE_DIR ": %s%s", strerror(-err),
		  err == -EACCES || err == -EPERM ? "; run vamp-guest as root" :
						    "");
	return err == -EACCES || err == -EPERM ? EXIT_CODE_NO_PERMISSION :
						 EXIT_CODE_SYSTEM;
}

/* It has little to do, but that soon: a user waits. */
static void take_priority(void)
{
	if (setpriority(PRIO_PROCESS, 0, NICE_OF_AGENT))
		log_warn("cannot take nice %d: %s; background is placed later",
			 NICE_OF_AGENT, strerror(errno));
}

/* What an agent before this one has left is put back first. */
static int serve(const struct agent_options *o)
{
	int err = state_init();

	take_priority();
	if (!err)
		err = state_lock_soon();
	if (!err)
		err = restore_from_file();
	return err ? failed(err) : agent_run(o);
}

/* More fast CPUs than there are: a mistake, unless nobody asked for them. */
static int check_fast(unsigned int fast)
{
	static struct machine m;
	int err = machine_read(&m);

	if (err) {
		log_error("which CPUs there are: %s", strerror(-err));
		return EXIT_CODE_SYSTEM;
	}
	if (fast <= vamp_cpus_count(&m.online))
		return EXIT_CODE_OK;
	log_error("-f %u: the guest has %u CPUs only", fast,
		  vamp_cpus_count(&m.online));
	return EXIT_CODE_USAGE;
}

static int run(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.doc = "Serves the host: in an interactive phase background "
		       "processes go to slow vCPUs, and all else to fast ones.",
	};
	struct run_options o = {
		.agent = { .port = PORT_PATH, .period_ms = AGENT_PERIOD_MS },
	};
	int code;

	if (argp_parse(&argp, argc, argv, 0, NULL, &o))
		return EXIT_CODE_USAGE;
	log_init(o.verbose);
	code = check_fast(o.agent.placement.fast);
	if (code)
		return code;
	if (!o.agent.placement.fast)
		o.agent.placement.fast = PLACEMENT_FAST;
	return serve(&o.agent);
}

const struct command command_run = {
	.name = "run",
	.about = "serve the host; what the systemd unit does",
	.run = run,
};
