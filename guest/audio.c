// SPDX-License-Identifier: GPL-2.0-or-later
#include "audio.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "log.h"

#define USERS		"/run/user"
#define SERVERS_MAX	8
#define LOOK_USEC	500000		/* at cards */
#define LOOKS_A_SEARCH	10		/* for new servers */
#define ACCURACY_USEC	100000

const struct audio_server *const audio_servers[] = {
#ifdef HAVE_PIPEWIRE
	&audio_pipewire,
#endif
#ifdef HAVE_PULSE
	&audio_pulse,
#endif
	NULL,
};

const size_t audio_server_kinds =
	sizeof(audio_servers) / sizeof(audio_servers[0]) - 1;

struct connection {
	const struct audio_server *kind;
	void *server;
	unsigned int uid;
	bool on, lost;
};

static struct connection connections[SERVERS_MAX];
static sd_event *event_loop;
static sd_event_source *timer;
static audio_changed *tell;
static void *tell_context;
static bool is_on;

/* ---- cards ---- */

static bool begins_with(const char *text, const char *start)
{
	return !strncmp(text, start, strlen(start));
}

/* Calls @fn for the entries of @dir whose names begin so, until it says true. */
static bool any_entry(const char *dir, const char *start,
		      bool (*fn)(const char *path))
{
	DIR *d = files_dir(dir);
	struct dirent *entry;
	char path[PATH_MAX];
	bool found = false;

	while (d && !found && (entry = readdir(d)))
		if (begins_with(entry->d_name, start) &&
		    snprintf(path, sizeof(path), "%s/%s", dir, entry->d_name) <
			    (int)sizeof(path))
			found = fn(path);
	if (d)
		closedir(d);
	return found;
}

static bool substream_runs(const char *path)
{
	char file[PATH_MAX + 16], line[64];

	snprintf(file, sizeof(file), "%s/status", path);
	return !files_line(file, line, sizeof(line)) &&
	       !strcmp(line, "state: RUNNING");
}

/* pcm0p plays, pcm0c records. */
static bool device_plays(const char *path)
{
	return path[strlen(path) - 1] == 'p' &&
	       any_entry(path, "sub", substream_runs);
}

static bool card_plays(const char *path)
{
	return any_entry(path, "pcm", device_plays);
}

bool audio_card_plays(void)
{
	return any_entry("/proc/asound", "card", card_plays);
}

/* ---- servers ---- */

static bool is_connected(unsigned int uid)
{
	for (size_t i = 0; i < SERVERS_MAX; i++)
		if (connections[i].server && connections[i].uid == uid)
			return true;
	return false;
}

static void drop(struct connection *c)
{
	c->kind->close(c->server);
	*c = (struct connection){ .kind = NULL };
}

static void drop_lost(void)
{
	for (size_t i = 0; i < SERVERS_MAX; i++)
		if (connections[i].server && connections[i].lost)
			drop(&connections[i]);
}

static size_t connected(void)
{
	size_t n = 0;

	for (size_t i = 0; i < SERVERS_MAX; i++)
		n += connections[i].server && !connections[i].lost;
	return n;
}

static bool any_server_plays(void)
{
	for (size_t i = 0; i < SERVERS_MAX; i++)
		if (connections[i].server && connections[i].on)
			return true;
	return false;
}

static void judge(void)
{
	bool now = connected() ? any_server_plays() : audio_card_plays();

	if (now == is_on)
		return;
	is_on = now;
	tell(tell_context, now);
}

static void on_told(void *context, bool on, bool lost)
{
	struct connection *c = context;

	c->on = on && !lost;
	c->lost |= lost;
	judge();
}

static bool connect_to(struct connection *c, const struct audio_server *kind,
		       unsigned int uid)
{
	char path[PATH_MAX];

	if (files_path(path, sizeof(path), USERS "/%u/%s", uid, kind->socket))
		return false;
	*c = (struct connection){ .kind = kind, .uid = uid };
	c->server = kind->open(event_loop, path, uid, on_told, c);
	if (c->server)
		log_debug("user %u: %s is asked for sound", uid, kind->name);
	return c->server;
}

static void find_server(unsigned int uid)
{
	struct connection *c = NULL;
	char path[128];

	for (size_t i = 0; i < SERVERS_MAX && !c; i++)
		if (!connections[i].server)
			c = &connections[i];
	for (size_t i = 0; i < audio_server_kinds && c; i++) {
		snprintf(path, sizeof(path), USERS "/%u/%s", uid,
			 audio_servers[i]->socket);
		if (files_exist(path) && connect_to(c, audio_servers[i], uid))
			return;
	}
}

static void find_servers(void)
{
	DIR *d = files_dir(USERS);
	struct dirent *entry;

	while (d && (entry = readdir(d))) {
		unsigned int uid = (unsigned int)atoi(entry->d_name);

		if (isdigit((unsigned char)entry->d_name[0]) &&
		    !is_connected(uid))
			find_server(uid);
	}
	if (d)
		closedir(d);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *context)
{
	static unsigned int looks;

	(void)usec;
	(void)context;
	drop_lost();
	if (looks++ % LOOKS_A_SEARCH == 0)
		find_servers();
	judge();
	sd_event_source_set_time_relative(source, LOOK_USEC);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

int audio_init(sd_event *loop, audio_changed *changed, void *context)
{
	event_loop = loop;
	tell = changed;
	tell_context = context;
	is_on = false;
	return sd_event_add_time_relative(loop, &timer, CLOCK_MONOTONIC, 0,
					  ACCURACY_USEC, on_timer, NULL);
}

void audio_close(void)
{
	timer = sd_event_source_disable_unref(timer);
	for (size_t i = 0; i < SERVERS_MAX; i++)
		if (connections[i].server)
			drop(&connections[i]);
}

bool audio_is_on(void)
{
	return is_on;
}

const char *audio_source(void)
{
	for (size_t i = 0; i < SERVERS_MAX; i++)
		if (connections[i].server && !connections[i].lost)
			return connections[i].kind->name;
	return "/proc/asound";
}
