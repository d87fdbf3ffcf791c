/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * extension.h - vamp-guest in this guest, as its administrator would run it.
 */
#ifndef LAB_GUEST_EXTENSION_H
#define LAB_GUEST_EXTENSION_H

#include <stdbool.h>

/* What else uses the channel needs this first: the ports' names in /dev. */
void extension_prepare(void);

/*
 * Starts `vamp-guest run` with @options, which are parted by blanks, and waits until
 * it is ready. What it says goes to the console. False if this image has none, or it
 * runs already or does not become ready.
 */
bool extension_start(char *options);

/* Ends it with @sig, and waits for its end: its status, -1 if none ran. */
int extension_end(int sig);

/* Send it a signal that it outlives; false if there is none. */
bool extension_signal(int sig);

#endif
