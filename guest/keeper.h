/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * keeper.h - a process that outlives the agent: when the agent is gone, however it
 * ended, the keeper puts back what the file says.
 *
 * It is `vamp-guest keep`, a child of the agent; the end of the agent is the end of
 * a pipe between them.
 */
#ifndef VAMP_GUEST_KEEPER_H
#define VAMP_GUEST_KEEPER_H

#include <sys/types.h>

/* The --root that it is started with; NULL none, the default. */
void keeper_set_root(const char *root);

/* Starts one: its process, or -errno. */
pid_t keeper_start(void);

#endif /* VAMP_GUEST_KEEPER_H */
