// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_restore.c - puts back what an agent that was killed has left. */
#include "command.h"

#include <argp.h>
#include <errno.h>
#include <string.h>

#include "exit_code.h"
#include "log.h"
#include "restore.h"
#include "state.h"

static int failed(int err)
{
	if (err == -EWOULDBLOCK) {
		log_error(STATE_DIR
			  ": an agent runs; stop it, it puts all back");
		return EXIT_CODE_BUSY;
	}
	if (err == -EPERM || err == -EACCES) {
		log_error(STATE_DIR ": %s; run vamp-guest as root",
			  strerror(-err));
		return EXIT_CODE_NO_PERMISSION;
	}
	log_error(STATE_DIR ": %s", strerror(-err));
	return EXIT_CODE_SYSTEM;
}

static int run(int argc, char **argv)
{
	static const struct argp argp = {
		.doc = "Gives all threads and interrupts the CPUs, and threads "
		       "the nice, that they had, where an agent was killed before it could.",
	};
	int err;

	if (argp_parse(&argp, argc, argv, 0, NULL, NULL))
		return EXIT_CODE_USAGE;
	err = state_init();
	if (!err)
		err = state_lock_soon();
	if (!err)
		err = restore_from_file();
	return err ? failed(err) : EXIT_CODE_OK;
}

const struct command command_restore = {
	.name = "restore",
	.about = "put back what a killed agent has left",
	.run = run,
};
