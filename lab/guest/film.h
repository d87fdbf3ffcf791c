/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * film.h - the real player of the desktop, which plays a film for ever.
 */
#ifndef LAB_FILM_H
#define LAB_FILM_H

#include <stdbool.h>
#include <stdint.h>

/* (Re)start it with that film; the session runs already. */
bool film_start(unsigned int number);

/* What it said last: the frame that it is at, and how many it dropped. */
bool film_look(uint64_t *frame, uint64_t *dropped);

/* The player's CPU time. */
uint64_t film_cpu_ns(void);

#endif
