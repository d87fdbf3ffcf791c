/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * command.h - commands as an administrator would type them.
 */
#ifndef LAB_COMMAND_H
#define LAB_COMMAND_H

#include <stddef.h>

/*
 * Runs it by the shell; all that it prints goes to commands.txt beside the report.
 * Its exit status, 128 and more if it was killed, and in @said, which may be NULL,
 * the last line that it printed.
 */
int command_run(const char *command, char *said, size_t size);

/* The same, but ends with FAILED unless its status is 0. */
void command_must(const char *command, char *said, size_t size);

#endif
