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
#define CPUS		3

/*
 * Of each CPU. An event takes some 100 bytes, and two CPUs have nearly all of
 * them: room for more than a million.
 */
#define BUFFER_KB	"65536"

static struct trace_count total;

struct trace_count trace_count(void)
{
	return total;
}

static uint64_t count_of(const char *stats, const char *name)
{
	const char *p = strstr(stats, name);

	return p ? strtoull(p + strlen(name), NULL, 10) : 0;
}

/* What the buffers hold, and what they could not. */
static struct trace_count look(void)
{
	struct trace_count c = { 0 };
	char path[64], stats[512];

	for (int cpu = 0; cpu < CPUS; cpu++) {
		snprintf(path, sizeof(path), TRACING "per_cpu/cpu%d/stats",
			 cpu);
		if (read_text(path, stats, sizeof(stats)))
			continue;
		c.stored += count_of(stats, "entries: ");
		c.lost += count_of(stats, "\noverrun: ") +
			  count_of(stats, "dropped events: ");
	}
	return c;
}

/* Lines of a piece of the trace that are events; it may begin within one. */
static uint64_t count_lines(const char *text, ssize_t n, bool *comment,
			    bool *begins)
{
	uint64_t lines = 0;

	for (ssize_t i = 0; i < n; i++) {
		if (*begins)
			*comment = text[i] == '#';
		*begins = text[i] == '\n';
		lines += *begins && !*comment;
	}
	return lines;
}

/* A copy of what was recorded, to the machine's side: how many events. */
static uint64_t copy(void)
{
	bool comment = false, begins = true;
	static char buffer[65536];
	uint64_t lines = 0;
	int from, to;
	ssize_t n;

	from = open(TRACING "trace", O_RDONLY | O_CLOEXEC);
	to = open(STORED, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	while (from >= 0 && to >= 0 &&
	       (n = read(from, buffer, sizeof(buffer))) > 0) {
		if (write(to, buffer, n) != n)
			break;
		lines += count_lines(buffer, n, &comment, &begins);
	}
	close(from);
	close(to);
	return lines;
}

static void add(struct trace_count held, uint64_t copied)
{
	if (copied < held.stored)
		held.lost += held.stored - copied;
	total.stored += copied;
	total.lost += held.lost;
	if (held.lost)
		report_step("the trace lost %llu events",
			    (unsigned long long)held.lost);
}

void trace_store(void)
{
	struct trace_count held;

	if (!options.trace[0])
		return;
	write_text(TRACING "tracing_on", "0");
	held = look();
	if (held.stored)
		report_live("storing %llu events",
			    (unsigned long long)held.stored);
	add(held, copy());
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
