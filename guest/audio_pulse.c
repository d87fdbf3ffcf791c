// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * audio_pulse.c - whether a user's PulseAudio has a sink that plays.
 *
 * The library has a thread of its own, in which what follows runs; it passes the
 * answer on through a descriptor.
 */
#include "audio.h"

#include <fcntl.h>
#include <limits.h>
#include <pulse/pulseaudio.h>
#include <pwd.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "files.h"

#define COOKIE	"/.config/pulse/cookie"

struct server {
	pa_threaded_mainloop *loop;
	pa_context *context;
	int bell;		/* an eventfd: something is new */
	atomic_bool on, lost;
	bool any;		/* among the sinks told of so far */
	sd_event_source *io;
	audio_told *told;
	void *told_context;
};

/* ---- in the library's thread ---- */

static void ring(struct server *s)
{
	eventfd_write(s->bell, 1);
}

static void on_sink(pa_context *context, const pa_sink_info *info, int end,
		    void *data)
{
	struct server *s = data;

	(void)context;
	if (info) {
		s->any |= info->state == PA_SINK_RUNNING;
		return;
	}
	if (end > 0)
		s->on = s->any;
	s->any = false;
	ring(s);
}

static void ask(struct server *s)
{
	pa_operation *o = pa_context_get_sink_info_list(s->context, on_sink, s);

	if (o)
		pa_operation_unref(o);
}

static void on_event(pa_context *context, pa_subscription_event_type_t type,
		     uint32_t index, void *data)
{
	(void)context;
	(void)type;
	(void)index;
	ask(data);
}

static void subscribe(struct server *s)
{
	pa_operation *o;

	pa_context_set_subscribe_callback(s->context, on_event, s);
	o = pa_context_subscribe(s->context, PA_SUBSCRIPTION_MASK_SINK, NULL,
				 NULL);
	if (o)
		pa_operation_unref(o);
	ask(s);
}

static void on_state(pa_context *context, void *data)
{
	struct server *s = data;
	pa_context_state_t state = pa_context_get_state(context);

	if (state == PA_CONTEXT_READY) {
		subscribe(s);
	} else if (!PA_CONTEXT_IS_GOOD(state)) {
		s->lost = true;
		ring(s);
	}
}

/* ---- in the agent's thread ---- */

static int on_bell(sd_event_source *source, int fd, uint32_t events, void *data)
{
	struct server *s = data;
	eventfd_t count;

	(void)events;
	eventfd_read(fd, &count);
	if (s->lost)
		sd_event_source_set_enabled(source, SD_EVENT_OFF);
	s->told(s->told_context, s->on, s->lost);
	return 0;
}

static void close_server(void *server)
{
	struct server *s = server;

	if (s->loop)
		pa_threaded_mainloop_stop(s->loop);
	if (s->context) {
		pa_context_set_state_callback(s->context, NULL, NULL);
		pa_context_disconnect(s->context);
		pa_context_unref(s->context);
	}
	if (s->loop)
		pa_threaded_mainloop_free(s->loop);
	sd_event_source_disable_unref(s->io);
	if (s->bell >= 0)
		close(s->bell);
	free(s);
}

/* A user's server trusts who knows the user's cookie. */
static void load_cookie(pa_context *context, unsigned int uid)
{
	const struct passwd *user = getpwuid(uid);
	char path[PATH_MAX];

	if (user && !files_path(path, sizeof(path), "%s" COOKIE, user->pw_dir))
		pa_context_load_cookie_from_file(context, path);
}

static bool begin(struct server *s, const char *path, unsigned int uid)
{
	char name[4096];

	s->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	s->loop = pa_threaded_mainloop_new();
	if (s->bell < 0 || !s->loop)
		return false;
	s->context = pa_context_new(pa_threaded_mainloop_get_api(s->loop),
				    "vamp-guest");
	if (!s->context)
		return false;
	load_cookie(s->context, uid);
	pa_context_set_state_callback(s->context, on_state, s);
	snprintf(name, sizeof(name), "unix:%s", path);
	return !pa_context_connect(s->context, name, PA_CONTEXT_NOAUTOSPAWN,
				   NULL) &&
	       !pa_threaded_mainloop_start(s->loop);
}

static void *open_server(sd_event *loop, const char *path, unsigned int uid,
			 audio_told *told, void *context)
{
	struct server *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->bell = -1;
	s->told = told;
	s->told_context = context;
	if (!begin(s, path, uid) ||
	    sd_event_add_io(loop, &s->io, s->bell, EPOLLIN, on_bell, s) < 0) {
		close_server(s);
		return NULL;
	}
	return s;
}

const struct audio_server audio_pulse = {
	.name = "PulseAudio",
	.socket = "pulse/native",
	.open = open_server,
	.close = close_server,
};
