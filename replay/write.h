/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * write.h - from events to the lines of a recording that stream.h reads.
 */
#ifndef VAMP_REPLAY_WRITE_H
#define VAMP_REPLAY_WRITE_H

#include "op.h"

#define WRITE_LINE_MAX	256	/* of an event */

struct writer {
	u64 lines;
	u64 now;
	struct {
		u64 run_delay, cpu_time;
	} clock[VM_VCPUS_MAX];
};

/*
 * Each writes a line, its end included, to @to and returns its length. Of an
 * event with a vCPU that there cannot be, nothing: 0.
 */
size_t write_head(struct writer *w, char *to, size_t size);
size_t write_event(struct writer *w, const struct event *e, char *to,
		   size_t size);

/* @text is cut to fit a line; what is not printable becomes '?'. */
size_t write_fact(struct writer *w, const char *name, const char *text,
		  char *to, size_t size);

/* The last line. */
size_t write_finish(struct writer *w, char *to, size_t size);

#endif /* VAMP_REPLAY_WRITE_H */
