/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * log.h - messages to stderr, one line each.
 *
 * Under systemd every line gets the journal's <N> priority prefix; in a
 * terminal it starts with the program's name. No other file writes to stderr.
 */
#ifndef VAMP_GUEST_LOG_H
#define VAMP_GUEST_LOG_H

#include <stdbool.h>
#include <stddef.h>

enum log_level {
	LOG_LEVEL_ERROR,
	LOG_LEVEL_WARN,
	LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG
};

void log_init(bool verbose);
bool log_is_verbose(void);

void log_line(enum log_level level, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#define log_error(...)	log_line(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warn(...)	log_line(LOG_LEVEL_WARN, __VA_ARGS__)
#define log_info(...)	log_line(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...)	log_line(LOG_LEVEL_DEBUG, __VA_ARGS__)

/* Everything but printable ASCII becomes '?'. In place; returns @text. */
char *log_clean(char *text);

#endif /* VAMP_GUEST_LOG_H */
