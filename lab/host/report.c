// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * report.c - progress, verdict and report.json.
 */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <termios.h>
#include <unistd.h>

#include "kmsg.h"
#include "report.h"

#define LINE_DEVICE	"/dev/ttyS1"
#define EXPLAINERS	4
#define KMSG_LINES	60

static FILE *out;
static struct json_object *root;
static void (*explainers[EXPLAINERS])(struct json_object *);
static unsigned int nr_explainers;

static FILE *open_line(void)
{
	int fd = open(LINE_DEVICE, O_WRONLY | O_NOCTTY | O_CLOEXEC);
	struct termios t;

	if (fd < 0)
		return stdout;
	if (!tcgetattr(fd, &t)) {
		cfmakeraw(&t);
		cfsetspeed(&t, B115200);
		tcsetattr(fd, TCSANOW, &t);
	}
	return fdopen(fd, "w");
}

void report_open(const char *scenario, unsigned int retries)
{
	struct utsname u;

	out = open_line();
	uname(&u);
	root = json_object_new_object();
	json_object_object_add(root, "scenario",
			       json_object_new_string(scenario));
	json_object_object_add(root, "kernel",
			       json_object_new_string(u.release));
	json_object_object_add(root, "emulator_retries",
			       json_object_new_int(retries));
}

static void say(const char *kind, const char *format, va_list args)
{
	fprintf(out, "%s ", kind);
	vfprintf(out, format, args);
	fputc('\n', out);
	fflush(out);
}

void report_step(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say("P", format, args);
	va_end(args);
}

void report_live(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say("L", format, args);
	va_end(args);
}

void report_module(void)
{
	fputs("M\n", out);
	fflush(out);
}

struct json_object *report_root(void)
{
	return root;
}

void report_on_failure(void (*explain)(struct json_object *))
{
	if (nr_explainers < EXPLAINERS)
		explainers[nr_explainers++] = explain;
}

/* Every line of the document, marked as such. */
static void send_document(void)
{
	const char *text = json_object_to_json_string_ext(
		root, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
			      JSON_C_TO_STRING_NOSLASHESCAPE);
	size_t len;

	for (; *text; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		fprintf(out, "J %.*s\n", (int)len, text);
	}
}

static void explain_failure(void)
{
	unsigned int n = nr_explainers;

	nr_explainers = 0;	/* an explainer that fails must not recurse */
	for (unsigned int i = 0; i < n; i++)
		explainers[i](root);
	json_object_object_add(root, "kernel_log", kmsg_tail(KMSG_LINES));
}

void report_end(enum verdict verdict, const char *format, ...)
{
	static const char *const names[] = {
		"PASSED", "FAILED", "UNDECIDED", "EMULATOR", "NOKVM",
	};
	static const char *const reported[] = {
		"PASSED", "FAILED", "UNDECIDED", "FAILED", "UNDECIDED",
	};
	char reason[512];
	va_list args;

	va_start(args, format);
	vsnprintf(reason, sizeof(reason), format, args);
	va_end(args);
	if (verdict != PASSED)
		explain_failure();
	json_object_object_add(root, "verdict",
			       json_object_new_string(reported[verdict]));
	json_object_object_add(root, "reason", json_object_new_string(reason));
	send_document();
	fprintf(out, "V %s %s\n", names[verdict], reason);
	fflush(out);
	if (isatty(fileno(out)))
		tcdrain(fileno(out));
	exit(verdict);
}
