/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * recording.h - the file of a recording: lines of text, compressed by zstd or not.
 */
#ifndef VAMPCTL_RECORDING_H
#define VAMPCTL_RECORDING_H

#include "replay/stream.h"

struct recording {
	const char *path;
	struct stream stream;
	struct unpack *unpack;	/* private */
};

/*
 * Opens a file and reads its first line; "-" is standard input. 0, or says what
 * is wrong and returns the exit code. To be closed in any case.
 */
int recording_open(struct recording *r, const char *path);

/* Says what is wrong at the place where the reading is; the exit code. */
int recording_bad(const struct recording *r, const char *text);

void recording_close(struct recording *r);

/* A new file, which must not be there yet. NULL, with errno. */
struct pack *pack_open(const char *path);

/* False, with errno, if that cannot be written. */
bool pack_write(struct pack *p, const char *text, size_t len);

/* What was written so far gets to the file. How long that is, or 0 with errno. */
unsigned long long pack_flush(struct pack *p);

/* Ends the file. @bytes: its size. False, with errno, if it is not all there. */
bool pack_close(struct pack *p, unsigned long long *bytes);

#endif /* VAMPCTL_RECORDING_H */
