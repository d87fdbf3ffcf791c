// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * interface.c - what the module shows to an administrator: paths, defaults,
 * ranges and the fields of its tracepoints, by lab/data/interface.tsv; what
 * /dev/vamp refuses; and the original's README carried out.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "module.h"
#include "options.h"
#include "refusals.h"
#include "report.h"
#include "table.h"
#include "usage.h"
#include "util.h"

#define PARAMETERS	"/sys/module/vamp/parameters"
#define EVENTS		"/sys/kernel/tracing/events/kvm"
#define FIELDS		512

/* A parameter, a row of the table. */
struct knob {
	const char *path, *normal, *good, *bad;
};

static bool next_knob(struct table *t, struct knob *k)
{
	bool found = table_next(t, "knob");

	*k = (struct knob){ t->column[1], t->column[2], t->column[3],
			    t->column[4] };
	return found;
}

static void expect(const char *path, const char *value)
{
	char text[64];

	if (read_text(path, text, sizeof(text)))
		fail("%s: %s", path, strerror(errno));
	text[strcspn(text, "\n")] = 0;
	if (strcmp(text, value))
		fail("%s is %s, not %s", path, text, value);
}

static void expect_set(const char *value, const void *path)
{
	if (write_text(path, value))
		fail("%s refuses %s: %s", (const char *)path, value,
		     strerror(errno));
	expect(path, value);
}

/* Refused for its value, or as all are, and nothing changed. */
static void expect_refused(const char *value, const void *knob)
{
	const struct knob *k = knob;
	int error = strcmp(k->good, "-") ? EINVAL : EACCES;

	if (!write_text(k->path, value))
		fail("%s takes '%s'", k->path, value);
	if (errno != error)
		fail("%s refuses '%s' with: %s", k->path, value,
		     strerror(errno));
	expect(k->path, k->normal);
}

static void check_knob(const struct knob *k)
{
	expect(k->path, k->normal);
	table_words(k->bad, expect_refused, k);
	if (table_words(k->good, expect_set, k->path))
		expect_set(k->normal, k->path);
}

static void check_knobs(void)
{
	unsigned int n = 0;
	struct table t;
	struct knob k;

	table_open(&t, options.interface);
	for (; next_knob(&t, &k); n++)
		check_knob(&k);
	report_step("%u paths, their defaults and ranges are as documented", n);
}

static bool is_listed(const char *name)
{
	bool found = false;
	char path[128];
	struct table t;
	struct knob k;

	snprintf(path, sizeof(path), PARAMETERS "/%.64s", name);
	table_open(&t, options.interface);
	while (next_knob(&t, &k))
		found |= !strcmp(k.path, path);
	return found;
}

/* Nothing is there that the table does not know. */
static void check_listed(void)
{
	DIR *folder = opendir(PARAMETERS);
	struct dirent *e;

	if (!folder)
		fail(PARAMETERS ": %s", strerror(errno));
	while ((e = readdir(folder)))
		if (e->d_name[0] != '.' && !is_listed(e->d_name))
			fail(PARAMETERS "/%s is not in %s", e->d_name,
			     options.interface);
	closedir(folder);
}

/* The name in a line `field:TYPE NAME[SIZE];...`, or NULL; it cuts the line. */
static const char *field_name(char *line)
{
	char *field = strstr(line, "field:"), *name;

	if (!field || !strchr(field, ';'))
		return NULL;
	field[strcspn(field, ";[")] = 0;
	name = strrchr(field, ' ');
	if (!name || !strncmp(name + 1, "common_", strlen("common_")))
		return NULL;
	return name + 1;
}

/* The event's own fields in their order, separated by blanks. */
static void read_fields(const char *event, char *fields, size_t size)
{
	char path[128], line[256];
	const char *name;
	size_t len = 0;
	FILE *f;

	snprintf(path, sizeof(path), EVENTS "/%.64s/format", event);
	f = fopen(path, "re");
	if (!f)
		fail("%s: %s", path, strerror(errno));
	fields[0] = 0;
	while (fgets(line, sizeof(line), f)) {
		name = field_name(line);
		if (name && len < size)
			len += snprintf(fields + len, size - len, "%s%s",
					len ? " " : "", name);
	}
	fclose(f);
}

static void check_events(void)
{
	char fields[FIELDS];
	unsigned int n = 0;
	struct table t;

	table_open(&t, options.interface);
	for (; table_next(&t, "event"); n++) {
		read_fields(t.column[1], fields, sizeof(fields));
		if (strcmp(fields, t.column[2]))
			fail("event %s has the fields '%s', not '%s'",
			     t.column[1], fields, t.column[2]);
	}
	report_step("%u tracepoints have their fields", n);
}

static void check_gone(void)
{
	struct table t;
	struct knob k;

	table_open(&t, options.interface);
	while (next_knob(&t, &k))
		if (!access(k.path, F_OK))
			fail("%s is still there after unloading", k.path);
	report_step("nothing is left after unloading");
}

static void run(void)
{
	module_load("");
	check_knobs();
	check_listed();
	check_events();
	refusals_check();
	report_step("/dev/vamp refuses what it should");
	module_unload();
	check_gone();
	usage_check();
}

const struct scenario scenario_interface = {
	.name = "interface",
	.about =
		"parameters, tracepoints, /dev/vamp's refusals, the README's usage",
	.limit_s = 300,
	.need = NEED_MODULE,
	.run = run,
};
