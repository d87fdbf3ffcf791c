/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * deadline.h - ends what a library does with a socket, and would do without end.
 *
 * By SIGALRM and the timer ITIMER_REAL: one at a time, in one thread.
 */
#ifndef PLAY_DEADLINE_H
#define PLAY_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Once clock_us() is @at, until deadline_end(), calls that wait are interrupted, and
 * the socket is shut down: who waits for it sees the connection end. @fd: the socket,
 * or -1 while there is none.
 */
void deadline_begin(int fd, uint64_t at);

/*
 * Brings the time near at which it is over, if deadline_begin() set one: nobody wants
 * to wait any more. For signal handlers.
 */
void deadline_hurry(void);

/* True: it was over, and the socket is of no more use. */
bool deadline_end(void);

#endif /* PLAY_DEADLINE_H */
