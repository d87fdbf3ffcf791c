/* SPDX-License-Identifier: GPL-2.0-or-later */
/* door_keeper.h - the process without privileges that speaks HTTP. */
#ifndef VAMPD_DOOR_KEEPER_H
#define VAMPD_DOOR_KEEPER_H

#define KEEPER_USER		65534	/* nobody; of groups too */
#define KEEPER_PRIVILEGED	77	/* it could not give up its privileges */

/*
 * Serves the clients of @listener until vampd, at the other end of @line, is
 * gone: an exit status. Keeps these two and 0 to 2 open, and nothing else.
 */
int keeper_run(int listener, int line);

#endif /* VAMPD_DOOR_KEEPER_H */
