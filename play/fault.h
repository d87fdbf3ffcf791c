/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fault.h - what is wrong with an input, and where. */
#ifndef PLAY_FAULT_H
#define PLAY_FAULT_H

#include <stdbool.h>
#include <stddef.h>

struct fault {
	size_t line;	/* from 1; 0: not of a text */
	size_t offset;	/* in bytes; of files that are no text */
	char text[200];
};

/* Always false, so that a reader can return it. */
bool fault_set(struct fault *f, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif /* PLAY_FAULT_H */
