/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * display.h - who draws the screen.
 *
 * All that the user sees waits for the display server and the compositor, so they are
 * never background, however much they have to draw.
 */
#ifndef VAMP_GUEST_DISPLAY_H
#define VAMP_GUEST_DISPLAY_H

#include <stdbool.h>

/* True if a process of that name (comm) does. */
bool display_draws(const char *name);

#endif /* VAMP_GUEST_DISPLAY_H */
