// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kmsg.c - the host kernel's log.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>

#include "kmsg.h"
#include "util.h"

#define LOG_BYTES		(1 << 20)
#define SYSLOG_READ_ALL		3
#define SYSLOG_CLEAR		5

bool kmsg_is_trouble(const char *text)
{
	static const char *const signs[] = {
		"WARNING:",
		"BUG:",
		"Oops",
		"general protection fault",
		"Kernel panic",
		"Call Trace",
		"corrupted stack",
		"scheduling while atomic",
		"soft lockup",
		"hung_task",
		"blocked for more than",
		"rcu_sched self-detected",
		"detected stalls",
		"KASAN",
		"UBSAN",
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(signs); i++)
		if (strstr(text, signs[i]))
			return true;
	return false;
}

/* The whole log; the caller frees it. */
static char *read_log(void)
{
	char *log = malloc(LOG_BYTES + 1);
	int n = log ? klogctl(SYSLOG_READ_ALL, log, LOG_BYTES) : -1;

	if (n >= 0)
		log[n] = 0;
	else if (log)
		log[0] = 0;
	return log;
}

bool kmsg_trouble(char *line, size_t size)
{
	char *log = read_log(), *rest = log;
	bool found = false;
	char *text;

	while (!found && (text = strsep(&rest, "\n"))) {
		found = kmsg_is_trouble(text);
		if (found)
			snprintf(line, size, "%s", text);
	}
	free(log);
	return found;
}

unsigned int kmsg_count(const char *text)
{
	char *log = read_log(), *p = log;
	unsigned int n = 0;

	for (; p && (p = strstr(p, text)); p++)
		n++;
	free(log);
	return n;
}

/* A trace belongs to the warning before it. */
static bool is_unknown(const char *text, const char *known)
{
	return kmsg_is_trouble(text) && !strstr(text, known) &&
	       !strstr(text, "Call Trace");
}

bool kmsg_drop(const char *known, char *line, size_t size)
{
	char *log = read_log(), *rest = log, *text;
	bool good = true;

	while (good && (text = strsep(&rest, "\n"))) {
		good = !is_unknown(text, known);
		if (!good)
			snprintf(line, size, "%s", text);
	}
	free(log);
	return good && !klogctl(SYSLOG_CLEAR, NULL, 0);
}

/* Where the last @lines lines of @log begin. */
static char *last_lines(char *log, unsigned int lines)
{
	char *p = log + strlen(log);

	while (p > log) {
		if (p[-1] == '\n' && p[0] && !lines--)
			break;
		p--;
	}
	return p;
}

struct json_object *kmsg_tail(unsigned int lines)
{
	struct json_object *list = json_object_new_array();
	char *log = read_log(), *text, *rest;

	if (!log)
		return list;
	rest = last_lines(log, lines);
	while ((text = strsep(&rest, "\n")))
		if (*text)
			json_object_array_add(list,
					      json_object_new_string(text));
	free(log);
	return list;
}
