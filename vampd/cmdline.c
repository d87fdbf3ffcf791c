// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmdline.h"

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <vamp/channel.h>

#include "isa.h"
#include "paths.h"
#include "pieces.h"

/* An argument in JSON is parsed only if it is as short as real ones are. */
#define JSON_MAX	4096
#define JSON_DEPTH	8

/* A -chardev socket, or the same by -qmp. */
struct chardev {
	char id[CMDLINE_TEXT];
	char path[CMDLINE_TEXT];
	bool is_socket;
	bool listens;
};

/* Character devices that are QMP monitors, by name; and the guest's port. */
struct wanted {
	char id[CMDLINE_MONITORS][CMDLINE_TEXT];
	unsigned int count;
	char port[CMDLINE_TEXT];
};

static bool is_on(const char *value)
{
	static const char *const yes[] = { "on", "yes", "true", "y" };

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		if (!strcmp(value, yes[i]))
			return true;
	return false;
}

/* @first: the key of the first value, "backend" for -chardev. */
static void parse_chardev(const char *s, const char *first, struct chardev *c)
{
	struct piece p;

	while ((s = piece_next(s, first, &p))) {
		first = NULL;
		if (piece_is(&p, "backend"))
			c->is_socket = !strcmp(p.value, "socket");
		else if (piece_is(&p, "id"))
			strcpy(c->id, p.value);
		else if (piece_is(&p, "path"))
			strcpy(c->path, p.value);
		else if (piece_is(&p, "server"))
			c->listens = is_on(p.value);
	}
}

static void add_monitor(struct cmdline *c, const struct chardev *d)
{
	if (d->is_socket && d->listens && d->path[0] &&
	    c->monitors < CMDLINE_MONITORS)
		strcpy(c->monitor[c->monitors++], d->path);
}

static void want(struct wanted *w, const char *id)
{
	if (id[0] && strlen(id) < CMDLINE_TEXT && w->count < CMDLINE_MONITORS)
		strcpy(w->id[w->count++], id);
}

static void take_qmp(const char *s, struct cmdline *c, struct wanted *w)
{
	struct chardev d = { .is_socket = true };

	if (!strncmp(s, "chardev:", 8)) {
		want(w, s + 8);
	} else if (!strncmp(s, "unix:", 5)) {
		parse_chardev(s + 5, "path", &d);
		add_monitor(c, &d);
	}
}

static void take_mon(const char *s, struct wanted *w)
{
	const char *implied = "chardev";
	char id[CMDLINE_TEXT] = "";
	bool control = false;
	struct piece p;

	while ((s = piece_next(s, implied, &p))) {
		implied = NULL;
		if (piece_is(&p, "chardev"))
			strcpy(id, p.value);
		else if (piece_is(&p, "mode"))
			control = !strcmp(p.value, "control");
	}
	if (control)
		want(w, id);
}

static void take_chardev(const char *s, struct cmdline *c,
			 const struct wanted *w)
{
	struct chardev d = { .listens = false };

	parse_chardev(s, "backend", &d);
	if (w->port[0] && !strcmp(w->port, d.id) && d.is_socket && d.listens)
		strcpy(c->channel, d.path);
	for (unsigned int i = 0; i < w->count; i++) {
		if (strcmp(w->id[i], d.id))
			continue;
		add_monitor(c, &d);
		return;
	}
}

static void take_name(const char *s, struct cmdline *c)
{
	const char *implied = "guest";
	struct piece p;

	while ((s = piece_next(s, implied, &p))) {
		implied = NULL;
		if (piece_is(&p, "guest"))
			strcpy(c->name, p.value);
	}
}

/* What of a -device is of interest. */
struct device {
	char driver[CMDLINE_TEXT];
	char iobase[CMDLINE_TEXT];
	char chardev[CMDLINE_TEXT];
	char name[CMDLINE_TEXT];
};

static void device(const struct device *d, struct cmdline *c, struct wanted *w)
{
	unsigned long base = strtoul(d->iobase, NULL, 0);

	if (!strcmp(d->driver, "usb-audio"))
		c->usb_audio = true;
	else if (!strcmp(d->driver, "virtserialport") &&
		 !strcmp(d->name, VAMP_CHANNEL_PORT))
		strcpy(w->port, d->chardev);
	else
		isa_sound(d->driver, base > UINT16_MAX ? 0 : (uint32_t)base,
			  &c->isa);
}

/* Longer ones are of no interest. */
static void json_text(struct json_object *o, const char *key,
		      char to[CMDLINE_TEXT])
{
	struct json_object *value;
	const char *text = NULL;

	if (json_object_object_get_ex(o, key, &value))
		text = json_object_get_string(value);
	if (text && strlen(text) < CMDLINE_TEXT)
		strcpy(to, text);
}

static void take_json(struct json_object *o, struct cmdline *c,
		      struct wanted *w)
{
	struct device d = { .driver = "" };

	json_text(o, "driver", d.driver);
	json_text(o, "iobase", d.iobase);
	json_text(o, "chardev", d.chardev);
	json_text(o, "name", d.name);
	device(&d, c, w);
}

static void take_json_device(const char *s, struct cmdline *c, struct wanted *w)
{
	size_t size = strnlen(s, JSON_MAX + 1);
	struct json_tokener *t;
	struct json_object *o;

	if (size > JSON_MAX)
		return;
	t = json_tokener_new_ex(JSON_DEPTH);
	if (!t)
		return;
	o = json_tokener_parse_ex(t, s, (int)size);
	if (json_object_is_type(o, json_type_object))
		take_json(o, c, w);
	json_object_put(o);
	json_tokener_free(t);
}

static void take_device(const char *s, struct cmdline *c, struct wanted *w)
{
	struct device d = { .driver = "" };
	const char *implied = "driver";
	struct piece p;

	if (*s == '{') {
		take_json_device(s, c, w);
		return;
	}
	while ((s = piece_next(s, implied, &p))) {
		implied = NULL;
		if (piece_is(&p, "driver"))
			strcpy(d.driver, p.value);
		else if (piece_is(&p, "iobase"))
			strcpy(d.iobase, p.value);
		else if (piece_is(&p, "chardev"))
			strcpy(d.chardev, p.value);
		else if (piece_is(&p, "name"))
			strcpy(d.name, p.value);
	}
	device(&d, c, w);
}

/* QEMU before 7.1: names of cards, PCI's too, by commas. */
static void take_soundhw(const char *s, struct cmdline *c, struct wanted *w)
{
	struct piece p;

	while ((s = piece_next(s, NULL, &p))) {
		struct device d = { .driver = "" };

		strcpy(d.driver, p.key);
		if (!p.cut)
			device(&d, c, w);
	}
}

/* Says what the option is called, with one dash or two; NULL: no option. */
static const char *option_name(const char *argument)
{
	if (argument[0] != '-')
		return NULL;
	return argument + (argument[1] == '-' ? 2 : 1);
}

struct reading {
	struct cmdline *to;
	struct wanted wanted;
};

typedef void taker(struct reading *r, const char *option, const char *value);

static void take_option(struct reading *r, const char *option,
			const char *value)
{
	if (!strcmp(option, "qmp") || !strcmp(option, "qmp-pretty"))
		take_qmp(value, r->to, &r->wanted);
	else if (!strcmp(option, "mon"))
		take_mon(value, &r->wanted);
	else if (!strcmp(option, "name"))
		take_name(value, r->to);
	else if (!strcmp(option, "device"))
		take_device(value, r->to, &r->wanted);
	else if (!strcmp(option, "soundhw"))
		take_soundhw(value, r->to, &r->wanted);
}

static void take_option_again(struct reading *r, const char *option,
			      const char *value)
{
	if (!strcmp(option, "chardev"))
		take_chardev(value, r->to, &r->wanted);
}

/* Each option with the argument after it, which may be another option. */
static void each_option(const char *at, const char *end, taker *take,
			struct reading *r)
{
	while (at < end) {
		const char *name = option_name(at);
		const char *value = at + strlen(at) + 1;

		if (name && value < end)
			take(r, name, value);
		at = value;
	}
}

/* Twice, as monitor and port may come before their character devices. */
static void parse(const char *bytes, const char *end, struct cmdline *c)
{
	struct reading r = { .to = c };

	*c = (struct cmdline){ .name = "" };
	each_option(bytes, end, take_option, &r);
	if (r.wanted.count || r.wanted.port[0])
		each_option(bytes, end, take_option_again, &r);
}

/* What follows the last NUL is no argument, but QEMU may have changed it. */
void cmdline_parse(const char *bytes, size_t size, struct cmdline *c)
{
	const char *last = size ? memrchr(bytes, '\0', size) : NULL;

	parse(bytes, last ? last + 1 : bytes, c);
}

/* Bytes read or -errno. */
static ssize_t read_all(int fd, char *to, size_t room)
{
	size_t used = 0;

	while (used < room) {
		ssize_t n = read(fd, to + used, room - used);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (!n)
			return (ssize_t)used;
		used += n > 0 ? (size_t)n : 0;
	}
	return -E2BIG;
}

static ssize_t read_cmdline(pid_t pid, char *to, size_t room)
{
	char path[PATH_MAX];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/%d/cmdline", paths.proc, pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = read_all(fd, to, room);
	close(fd);
	return n;
}

int cmdline_read(pid_t pid, struct cmdline *c)
{
	char *bytes = malloc(CMDLINE_BYTES_MAX + 1);
	ssize_t n;

	*c = (struct cmdline){ .name = "" };
	if (!bytes)
		return -ENOMEM;
	n = read_cmdline(pid, bytes, CMDLINE_BYTES_MAX + 1);
	if (n > 0)
		cmdline_parse(bytes, (size_t)n, c);
	free(bytes);
	return n < 0 ? (int)n : 0;
}
