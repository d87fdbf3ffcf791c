/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * line.h - lines over a unix socket, with a time limit.
 */
#ifndef LAB_LINE_H
#define LAB_LINE_H

#include <stddef.h>
#include <stdint.h>

struct line {
	int fd;			/* -1: not connected */
	size_t used;
	char data[8192];
};

/* Connect to @path, which may take until @deadline to appear. */
int line_connect(struct line *l, const char *path, uint64_t deadline);

/* 1 and a line without its end, 0 after @deadline, -1 when the peer is gone. */
int line_read(struct line *l, char *text, size_t size, uint64_t deadline);

int line_write(struct line *l, const char *text);
void line_close(struct line *l);

#endif
