/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * daemon.h - vampd, as an administrator would run it.
 */
#ifndef LAB_DAEMON_H
#define LAB_DAEMON_H

#include "vm.h"

void daemon_start(void);

/* Until it says that it is ready, and so attends to phases. */
void daemon_await(void);

/*
 * Until a key pressed in @vm reaches the module: the only readiness that
 * counts. Needs kvm_vamp above 0.
 */
void daemon_wait(struct vm *vm);
void daemon_stop(void);

/* Ends with FAILED if it has ended. */
void daemon_expect_alive(void);

/* That it has written to its log since it was started. */
unsigned int daemon_log_lines(void);

/* kill -9 */
void daemon_kill(void);

#endif
