// SPDX-License-Identifier: GPL-2.0-or-later
/* audio_pipewire.c - whether a user's PipeWire has a sink that plays. */
#include "audio.h"

#include <pipewire/pipewire.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define SINKS_MAX	32

struct server;

struct sink {
	struct server *server;
	struct pw_node *node;
	struct spa_hook listener;
	uint32_t id;
	bool on;
};

struct server {
	struct pw_loop *loop;
	struct pw_context *context;
	struct pw_core *core;
	struct pw_registry *registry;
	struct spa_hook core_listener, registry_listener;
	struct sink sink[SINKS_MAX];
	sd_event_source *io;
	audio_told *told;
	void *told_context;
};

static void tell(const struct server *s, bool lost)
{
	bool on = false;

	for (size_t i = 0; i < SINKS_MAX; i++)
		on |= s->sink[i].node && s->sink[i].on;
	s->told(s->told_context, on, lost);
}

static void on_info(void *data, const struct pw_node_info *info)
{
	struct sink *sink = data;

	sink->on = info->state == PW_NODE_STATE_RUNNING;
	tell(sink->server, false);
}

static const struct pw_node_events node_events = {
	PW_VERSION_NODE_EVENTS,
	.info = on_info,
};

static bool is_sink(const char *type, const struct spa_dict *props)
{
	const char *class;

	if (strcmp(type, PW_TYPE_INTERFACE_Node) || !props)
		return false;
	class = spa_dict_lookup(props, PW_KEY_MEDIA_CLASS);
	return class && !strcmp(class, "Audio/Sink");
}

static void on_global(void *data, uint32_t id, uint32_t permissions,
		      const char *type, uint32_t version,
		      const struct spa_dict *props)
{
	struct server *s = data;
	struct sink *sink = NULL;

	(void)permissions;
	(void)version;
	for (size_t i = 0; i < SINKS_MAX && !sink; i++)
		if (!s->sink[i].node)
			sink = &s->sink[i];
	if (!sink || !is_sink(type, props))
		return;
	*sink = (struct sink){ .server = s, .id = id };
	sink->node =
		pw_registry_bind(s->registry, id, type, PW_VERSION_NODE, 0);
	if (sink->node)
		pw_node_add_listener(sink->node, &sink->listener, &node_events,
				     sink);
}

static void forget(struct sink *sink)
{
	spa_hook_remove(&sink->listener);
	pw_proxy_destroy((struct pw_proxy *)sink->node);
	*sink = (struct sink){ .node = NULL };
}

static void on_global_remove(void *data, uint32_t id)
{
	struct server *s = data;

	for (size_t i = 0; i < SINKS_MAX; i++)
		if (s->sink[i].node && s->sink[i].id == id)
			forget(&s->sink[i]);
	tell(s, false);
}

static const struct pw_registry_events registry_events = {
	PW_VERSION_REGISTRY_EVENTS,
	.global = on_global,
	.global_remove = on_global_remove,
};

/* Errors of the core itself end the connection. */
static void on_error(void *data, uint32_t id, int seq, int res,
		     const char *message)
{
	struct server *s = data;

	(void)seq;
	(void)res;
	(void)message;
	if (id != PW_ID_CORE)
		return;
	sd_event_source_set_enabled(s->io, SD_EVENT_OFF);
	tell(s, true);
}

static const struct pw_core_events core_events = {
	PW_VERSION_CORE_EVENTS,
	.error = on_error,
};

static int on_io(sd_event_source *source, int fd, uint32_t events, void *data)
{
	struct server *s = data;

	(void)source;
	(void)fd;
	(void)events;
	pw_loop_enter(s->loop);
	pw_loop_iterate(s->loop, 0);
	pw_loop_leave(s->loop);
	return 0;
}

static int connect_to(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(a.sun_path))
		return -1;
	strcpy(a.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof(a))) {
		close(fd);
		return -1;
	}
	return fd;
}

static void close_server(void *server)
{
	struct server *s = server;

	sd_event_source_disable_unref(s->io);
	for (size_t i = 0; i < SINKS_MAX; i++)
		if (s->sink[i].node)
			forget(&s->sink[i]);
	if (s->registry) {
		spa_hook_remove(&s->registry_listener);
		pw_proxy_destroy((struct pw_proxy *)s->registry);
	}
	if (s->core) {
		spa_hook_remove(&s->core_listener);
		pw_core_disconnect(s->core);
	}
	if (s->context)
		pw_context_destroy(s->context);
	if (s->loop)
		pw_loop_destroy(s->loop);
	free(s);
}

/* The library closes the descriptor, also when it fails. */
static bool begin(struct server *s, int fd)
{
	s->loop = pw_loop_new(NULL);
	s->context = s->loop ? pw_context_new(s->loop, NULL, 0) : NULL;
	if (!s->context) {
		close(fd);
		return false;
	}
	s->core = pw_context_connect_fd(s->context, fd, NULL, 0);
	if (!s->core)
		return false;
	pw_core_add_listener(s->core, &s->core_listener, &core_events, s);
	s->registry = pw_core_get_registry(s->core, PW_VERSION_REGISTRY, 0);
	if (!s->registry)
		return false;
	pw_registry_add_listener(s->registry, &s->registry_listener,
				 &registry_events, s);
	return true;
}

static void *open_server(sd_event *loop, const char *path, unsigned int uid,
			 audio_told *told, void *context)
{
	struct server *s;
	int fd = connect_to(path);

	(void)uid;
	if (fd < 0)
		return NULL;
	pw_init(NULL, NULL);
	s = calloc(1, sizeof(*s));
	if (!s) {
		close(fd);
		return NULL;
	}
	s->told = told;
	s->told_context = context;
	if (!begin(s, fd) ||
	    sd_event_add_io(loop, &s->io, pw_loop_get_fd(s->loop), EPOLLIN,
			    on_io, s) < 0) {
		close_server(s);
		return NULL;
	}
	on_io(NULL, -1, 0, s);
	return s;
}

const struct audio_server audio_pipewire = {
	.name = "PipeWire",
	.socket = "pipewire-0",
	.open = open_server,
	.close = close_server,
};
