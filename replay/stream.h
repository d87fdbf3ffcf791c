/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stream.h - reads a recording: lines of text, each an event (docs/trace-format.md).
 *
 * Nothing of the input is trusted: lines and facts are bounded, numbers are
 * checked, and the first fault ends the reading with a text that names it.
 */
#ifndef VAMP_REPLAY_STREAM_H
#define VAMP_REPLAY_STREAM_H

#include <sys/types.h>

#include "op.h"

#define STREAM_LINE_MAX	1024
#define STREAM_FACTS	64
#define STREAM_TIME_MAX	(1ull << 62)

/* Up to @size bytes; 0 at the end, or -1 with a text in *@error. */
typedef ssize_t (*stream_read_fn)(void *arg, char *to, size_t size,
				  const char **error);

/* What is known of a recording: where and when it was made. As untrusted. */
struct stream_fact {
	char *name, *text;
};

enum stream_status {
	STREAM_EVENT,
	STREAM_END,
	STREAM_BAD,		/* ->error says why, ->line where */
};

struct stream {
	u32 format;
	struct vamp_config cfg;		/* of the first line; 1 only */
	struct stream_fact fact[STREAM_FACTS];
	u32 nr_facts;
	u64 line;
	char error[200];
	/* private */
	stream_read_fn read;
	void *arg;
	char buffer[4 * STREAM_LINE_MAX];
	size_t from, to;
	u64 now;
	u32 nr_vcpus;
	bool made, finished;
	struct {
		u64 run_delay, cpu_time;
	} clock[VM_VCPUS_MAX];
};

/* Reads the first line; false if it is bad. Free it in any case. */
bool stream_open(struct stream *s, stream_read_fn read, void *arg);

/* The next event; facts on the way are noted. */
enum stream_status stream_next(struct stream *s, struct event *e);

void stream_free(struct stream *s);

/* The text of a fact, or "". */
const char *stream_fact(const struct stream *s, const char *name);

/* A stream_read_fn of a FILE. */
ssize_t stream_read_file(void *file, char *to, size_t size, const char **error);

#endif /* VAMP_REPLAY_STREAM_H */
