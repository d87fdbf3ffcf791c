/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * util.h - clock and small files.
 */
#ifndef LAB_UTIL_H
#define LAB_UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NSEC_PER_SEC	1000000000ull
#define NSEC_PER_USEC	1000ull
#define NSEC_PER_MSEC	1000000ull

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

uint64_t now_ns(void);
void sleep_ms(unsigned int ms);

/* The file's text, cut at @size; -1 with errno. */
int read_text(const char *path, char *text, size_t size);

/* 0, or -1 with errno as the file's owner answered. */
int write_text(const char *path, const char *text);

/* The same, in a file that is made. */
int write_text_new(const char *path, const char *text);

/* Uniform in @low..@high, the same on every run with the same @state. */
unsigned int random_between(uint64_t *state, unsigned int low,
			    unsigned int high);

#endif
