/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kmsg.h - the host kernel's log.
 */
#ifndef LAB_KMSG_H
#define LAB_KMSG_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

/* Is @text something that no healthy kernel prints? */
bool kmsg_is_trouble(const char *text);

/* First trouble in the log, copied to @line; false if there is none. */
bool kmsg_trouble(char *line, size_t size);

/* How many lines hold @text. */
unsigned int kmsg_count(const char *text);

/*
 * Forgets the log so far, if all trouble in it is warnings that name @known; else
 * false, and the first other is copied to @line.
 */
bool kmsg_drop(const char *known, char *line, size_t size);

/* The last @lines lines. */
struct json_object *kmsg_tail(unsigned int lines);

#endif
