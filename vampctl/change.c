// SPDX-License-Identifier: GPL-2.0-or-later
#include "change.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "say.h"

static char wrong[256];

static struct change *slot(struct changes *c, const struct setting *s)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->change[i].setting == s)
			return &c->change[i];
	return &c->change[c->count++];
}

const char *changes_add(struct changes *c, const char *assignment)
{
	const char *equals = strchr(assignment, '=');
	char name[64], value[SETTING_VALUE], range[48];
	const struct setting *s;
	struct change *change;

	if (!equals)
		return "not of the form NAME=VALUE";
	snprintf(name, sizeof(name), "%.*s", (int)(equals - assignment),
		 assignment);
	s = setting_find(name);
	if (!s)
		return "no such setting (vampctl get lists them)";
	if (setting_parse(s, equals + 1, value)) {
		setting_range(s, range, sizeof(range));
		snprintf(wrong, sizeof(wrong),
			 "not a value of %s, which has %s", s->name, range);
		return wrong;
	}
	change = slot(c, s);
	change->setting = s;
	memcpy(change->value, value, sizeof(value));
	return NULL;
}

static void put_back(const struct change *c)
{
	int err = setting_write(c->setting, c->old);

	if (err)
		say("%s: could not be put back to %s: %s", c->setting->name,
		    c->old, strerror(-err));
}

/* The first @count, last first. */
static void undo(const struct changes *c, size_t count)
{
	while (count--)
		if (!c->change[count].setting->at_load)
			put_back(&c->change[count]);
}

void changes_undo(const struct changes *c)
{
	undo(c, c->count);
}

static int say_which(const struct setting *s, const char *verb, int err)
{
	char path[128];

	setting_path(s, path, sizeof(path));
	if (err == -ENOENT)
		say("%s: missing; the module is not loaded (modprobe vamp) or of another version",
		    path);
	else if (err == -EACCES || err == -EPERM)
		say("%s: cannot be %s: no permission; run vampctl as root",
		    path, verb);
	else
		say("%s: cannot be %s: %s", path, verb, strerror(-err));
	return err;
}

/* All old values first: what cannot be put back is not touched. */
static int read_old(struct changes *c)
{
	for (size_t i = 0; i < c->count; i++) {
		struct change *one = &c->change[i];
		int err = setting_read(one->setting, one->old);

		if (err)
			return say_which(one->setting, "read", err);
	}
	return 0;
}

int changes_apply(struct changes *c)
{
	int err = read_old(c);

	for (size_t i = 0; i < c->count && !err; i++) {
		const struct change *one = &c->change[i];

		if (one->setting->at_load)
			continue;
		err = setting_write(one->setting, one->value);
		if (!err)
			continue;
		say_which(one->setting, "written", err);
		undo(c, i);
	}
	return err;
}
