/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * listener.h - connects to a unix socket on which a process listens, without its
 * being named on the command line: a VM's starter (libvirt) has opened it.
 */
#ifndef VAMPD_LISTENER_H
#define VAMPD_LISTENER_H

#include <sys/types.h>

/*
 * The socket whose path's last part is @name and on which process @pid listens,
 * whoever made it listen. Another's of that name is never connected to. Never waits.
 *
 * A non-blocking descriptor or -errno: ENOENT there is none, EBUSY too many wait
 * for it already, ESTALE its path leads to another by now; else as open() says.
 */
int listener_connect(pid_t pid, const char *name);

#endif /* VAMPD_LISTENER_H */
