// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vampplay.c - vampplay on the screen of VM A.
 */
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "report.h"
#include "util.h"
#include "vampplay.h"

#define VAMPPLAY	"build/play/vampplay"
#define SCRIPT		"/run/lab/play.script"

static char url[64];

void vampplay_use(const char *server)
{
	snprintf(url, sizeof(url), "%s+unix:///run/A.%s", server, server);
}

int vampplay_run(const char *command, const char *rest)
{
	char text[512];

	snprintf(text, sizeof(text), VAMPPLAY " %s %s %s", command, url, rest);
	return command_run(text, NULL, 0);
}

void vampplay_must(const char *command, const char *rest, const char *what)
{
	int status = vampplay_run(command, rest);

	if (status)
		fail("%s: vampplay ends with %d (see commands.txt)", what,
		     status);
}

void vampplay_offline(const char *arguments)
{
	char text[512];

	snprintf(text, sizeof(text), VAMPPLAY " %s", arguments);
	command_must(text, NULL, 0);
}

void vampplay_record(const char *trace, const char *script, const char *rest)
{
	char text[256];

	unlink(trace);
	unlink(SCRIPT);
	if (write_text_new(SCRIPT, script))
		undecided("cannot write " SCRIPT);
	snprintf(text, sizeof(text), "%s --script=" SCRIPT " %s", trace, rest);
	vampplay_must("record", text, "record");
}

static double response(struct json_object *one)
{
	const char *outcome =
		json_object_get_string(json_object_object_get(one, "outcome"));

	if (!outcome || strcmp(outcome, "timed"))
		fail("a response is '%s', not timed", outcome ? outcome : "");
	return json_object_get_double(
		json_object_object_get(one, "response_ms"));
}

unsigned int vampplay_responses(const char *json, double *ms, unsigned int max)
{
	struct json_object *root = json_object_from_file(json), *all;
	unsigned int n = 0;

	all = json_object_object_get(root, "responses");
	while (all && n < max && n < json_object_array_length(all)) {
		ms[n] = response(json_object_array_get_idx(all, n));
		n++;
	}
	json_object_put(root);
	return n;
}
