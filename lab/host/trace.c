// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * trace.c - the kernel's tracepoints, kept for a look afterwards.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "options.h"
#include "report.h"
#include "trace.h"
#include "util.h"

#define TRACING		"/sys/kernel/tracing/"
#define STORED		"/run/lab/trace.txt"
#define BUFFER_KB	"8192"		/* of each CPU */

/* A copy of what was recorded, to the machine's side. */
static void copy(void)
{
	char buffer[65536];
	int from, to;
	ssize_t n;

	from = open(TRACING "trace", O_RDONLY | O_CLOEXEC);
	to = open(STORED, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (from >= 0 && to >= 0)
		while ((n = read(from, buffer, sizeof(buffer))) > 0)
			if (write(to, buffer, n) != n)
				break;
	close(from);
	close(to);
}

void trace_store(void)
{
	if (!options.trace[0])
		return;
	write_text(TRACING "tracing_on", "0");
	copy();
	write_text(TRACING "trace", "");
	write_text(TRACING "tracing_on", "1");
}

static bool enable(const char *event)
{
	char path[160], *colon;

	snprintf(path, sizeof(path), TRACING "events/%.64s/enable", event);
	colon = strchr(path, ':');
	if (colon)
		*colon = '/';
	return !write_text(path, "1");
}

void trace_more(void)
{
	char list[sizeof(options.trace)], *rest = list, *event;

	strcpy(list, options.trace);
	while ((event = strsep(&rest, ",")))
		if (*event && !enable(event))
			report_step("no event %s (yet)", event);
}

void trace_start(void)
{
	if (!options.trace[0])
		return;
	write_text(TRACING "buffer_size_kb", BUFFER_KB);
	write_text(TRACING "trace_clock", "mono");
	write_text(TRACING "options/record-tgid", "1");
	unlink(STORED);
	trace_more();
	atexit(trace_store);
}

void trace_mark(const char *text)
{
	if (options.trace[0])
		write_text(TRACING "trace_marker", text);
}
