/* SPDX-License-Identifier: GPL-2.0-or-later */
/* screen.h - top on a terminal, by ncurses. */
#ifndef VAMPCTL_SCREEN_H
#define VAMPCTL_SCREEN_H

#include <stdbool.h>

#include "view.h"

/* Takes the terminal over: 0, or -ENOTTY if it is none that can be used. */
int screen_open(void);
void screen_close(void);

/* Shows @v, scrolled to where the user wants it. */
void screen_show(const struct view *v);

/* Waits for @ms at most, scrolling on keys; true if the user wants to leave. */
bool screen_wait(const struct view *v, int ms);

#endif /* VAMPCTL_SCREEN_H */
