/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * door.h - metrics by HTTP, served by a process without privileges.
 *
 * vampd itself never reads a byte of what a client sends: it listens, and then
 * a child of it, which has given up its user, groups and capabilities and has
 * closed all else, serves GET /metrics by libmicrohttpd. For each it asks vampd,
 * which answers with a sealed file in memory.
 */
#ifndef VAMPD_DOOR_H
#define VAMPD_DOOR_H

#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-event.h>

/* At once; more clients wait. One that says nothing is sent away. */
#define DOOR_CLIENTS		16
#define DOOR_TIMEOUT_SECONDS	10

/* Asked twice within this time, the second gets what the first did. */
#define DOOR_FRESH_USEC		200000u

/* The text to serve, to be freed, and its size: 0 or -errno. */
typedef int door_text(void *context, char **text, size_t *size);

struct door;

/*
 * Opens at "ADDRESS:PORT". SIGCHLD must be blocked. NULL and errno, having
 * logged why. A child that ends is replaced after some seconds.
 */
struct door *door_open(sd_event *loop, const char *where, door_text *text,
		       void *context);

/* NULL is allowed. */
void door_close(struct door *d);

#endif /* VAMPD_DOOR_H */
