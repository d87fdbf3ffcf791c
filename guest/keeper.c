// SPDX-License-Identifier: GPL-2.0-or-later
#include "keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stddef.h>
#include <unistd.h>

extern char **environ;

static const char *root;
static int our_end = -1;

void keeper_set_root(const char *dir)
{
	root = dir;
}

static pid_t spawn(int its_end)
{
	char *const plain[] = { "vamp-guest", "keep", NULL };
	char *const rooted[] = { "vamp-guest", "--root", (char *)root, "keep",
				 NULL };
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int err;

	if (posix_spawn_file_actions_init(&actions))
		return -ENOMEM;
	err = posix_spawn_file_actions_adddup2(&actions, its_end, 0);
	if (!err)
		err = posix_spawn(&pid, "/proc/self/exe", &actions, NULL,
				  root ? rooted : plain, environ);
	posix_spawn_file_actions_destroy(&actions);
	return err ? -err : pid;
}

pid_t keeper_start(void)
{
	int ends[2];
	pid_t pid;

	if (our_end >= 0)
		close(our_end);
	our_end = -1;
	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	pid = spawn(ends[0]);
	close(ends[0]);
	if (pid > 0)
		our_end = ends[1];
	else
		close(ends[1]);
	return pid;
}
