/* SPDX-License-Identifier: GPL-2.0-or-later */
/* monitor.h - a connection to the socket on which a VM's QEMU listens. */
#ifndef VAMPD_MONITOR_H
#define VAMPD_MONITOR_H

#include <sys/types.h>

/*
 * Connects to @path as process @pid means it: under its root, or its working
 * directory. Never waits. The VM's owner chose the path: unless that process
 * itself listens there, nothing is sent and the connection ends.
 *
 * A non-blocking descriptor or -errno: EBUSY too many wait for it already,
 * EREMOTE another process listens there, ENOTSOCK it is no socket,
 * ECONNREFUSED nobody listens, EXDEV the path leads out of the directory;
 * else as open() says.
 */
int monitor_connect(pid_t pid, const char *path);

#endif /* VAMPD_MONITOR_H */
