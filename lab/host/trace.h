/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace.h - the kernel's tracepoints, kept for a look afterwards.
 */
#ifndef LAB_TRACE_H
#define LAB_TRACE_H

#include <stdint.h>

/*
 * Record the events of options.trace ("kvm:kvm_ui,sched:sched_switch") from
 * now on; they are stored as trace.txt at the end. Events that are not there yet
 * are tried again by trace_more(); what was recorded so far is saved by
 * trace_store(), as the kernel drops it with a module's events.
 */
void trace_start(void);
void trace_more(void);
void trace_store(void);

/* What was stored so far, and what was not: overwritten, dropped, not copied. */
struct trace_count {
	uint64_t stored, lost;
};

struct trace_count trace_count(void);

/* A line of one's own among them. */
void trace_mark(const char *text);

#endif
