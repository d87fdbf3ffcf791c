/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trace_file.h - traces in files, of either format. */
#ifndef PLAY_TRACE_FILE_H
#define PLAY_TRACE_FILE_H

#include "fault.h"
#include "trace.h"

#define TRACE_FILE_MAX	(1ull << 30)	/* bytes */

enum trace_format {
	FORMAT_VPLAY,
	FORMAT_SPICEPLAY,
};

/* "vplay", "spiceplay". */
const char *format_name(enum trace_format format);
bool format_find(const char *name, enum trace_format *format);

/*
 * From memory; the format is told by the first bytes. False: the fault says why,
 * and the trace has what was good.
 */
bool trace_parse(struct trace *t, const uint8_t *bytes, size_t size,
		 enum trace_format *format, struct fault *f);

/*
 * Reads a file, "-" for standard input, into an empty trace. Returns the exit code,
 * having said what was wrong. @partial: what is good before a fault is enough; the
 * fault is said all the same.
 */
int trace_load(struct trace *t, const char *path, bool partial,
	       enum trace_format *format);

/* To a file that must not be there yet, as a whole or not at all. */
int trace_save(const struct trace *t, const char *path,
	       enum trace_format format);

#endif /* PLAY_TRACE_FILE_H */
