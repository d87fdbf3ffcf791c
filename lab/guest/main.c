// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * main.c - picks the guest program by the name it was called by.
 */
#include <string.h>
#include <sys/prctl.h>

#include "guest.h"

int main(int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/');
	const char *name = slash ? slash + 1 : argv[0];

	/* All are one file: what tells them apart is this. */
	prctl(PR_SET_NAME, name);
	if (!strcmp(name, "hog"))
		return hog_main(argc, argv);
	if (!strcmp(name, "app"))
		return app_main(argc, argv);
	if (!strcmp(name, "player"))
		return player_main(argc, argv);
	if (!strcmp(name, "server"))
		return server_main(argc, argv);
	if (!strcmp(name, "shell"))
		return shell_main();
	if (!strcmp(name, "liar"))
		return liar_main(argc, argv);
	if (!strcmp(name, "job"))
		return job_main(argc, argv);
	if (!strcmp(name, "step"))
		return step_main(argc, argv);
	if (!strcmp(name, "serve"))
		return serve_main();
	return init_main();
}
