// SPDX-License-Identifier: GPL-2.0-or-later
#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static bool verbose;
static bool to_journal;

/* systemd tells the device and inode of the journal's stream. */
static bool stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long dev, ino;
	struct stat st;

	if (!stream || sscanf(stream, "%llu:%llu", &dev, &ino) != 2)
		return false;
	return !fstat(2, &st) && st.st_dev == dev && st.st_ino == ino;
}

void log_init(bool be_verbose)
{
	verbose = be_verbose;
	to_journal = stderr_is_journal();
}

bool log_is_verbose(void)
{
	return verbose;
}

static const char *prefix(enum log_level level)
{
	static const char *const journal[] = { "<3>", "<4>", "<6>", "<7>" };
	static const char *const plain[] = {
		"vamp-guest: error: ",
		"vamp-guest: warning: ",
		"vamp-guest: ",
		"vamp-guest: ",
	};

	return to_journal ? journal[level] : plain[level];
}

/* One write a line: the agent and its keeper share stderr. */
void log_line(enum log_level level, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	if (level == LOG_LEVEL_DEBUG && !verbose)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	fprintf(stderr, "%s%s\n", prefix(level), text);
}

char *log_clean(char *text)
{
	for (char *p = text; *p; p++)
		if (*p < ' ' || *p > '~')
			*p = '?';
	return text;
}
