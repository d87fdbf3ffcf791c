// SPDX-License-Identifier: GPL-2.0-or-later
/* client_spice.c - SPICE by spice-client-glib. */
#include <spice-client.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "clock.h"
#include "exit_code.h"
#include "say.h"

#define BUTTONS		7
#define WAIT_MAX_US	1000000
#define MODE_US		500000

struct spice {
	struct client client;
	SpiceSession *session;
	SpiceMainChannel *main;
	SpiceInputsChannel *inputs;
	uint64_t opened;	/* us: when input was; 0: not yet */
	bool relative;		/* the server wants motion, not places */
	bool told;
	int32_t x, y;		/* the last place that was sent */
};

static struct spice *of(struct client *c)
{
	return (struct spice *)c;	/* it is the first member */
}

/* ---- the picture ---- */

static struct surface *surface_of(struct spice *s, SpiceChannel *channel,
				  uint32_t *number)
{
	gint id;

	g_object_get(channel, "channel-id", &id, NULL);
	if (id < 0 || id >= SCREEN_SURFACES)
		return NULL;
	*number = (uint32_t)id;
	return &s->client.screen.surface[id];
}

static void primary(SpiceChannel *channel, gint format, gint width, gint height,
		    gint stride, gint shared, gpointer pixels, struct spice *s)
{
	uint32_t i;
	struct surface *f = surface_of(s, channel, &i);

	(void)shared;
	if (!f)
		return;
	*f = (struct surface){ 0 };
	if (format == SPICE_SURFACE_FMT_32_xRGB ||
	    format == SPICE_SURFACE_FMT_32_ARGB)
		client_shows(&s->client, i, width, height, stride, pixels);
	else
		client_fail(&s->client, EXIT_CODE_DISPLAY,
			    "the display has pixels of fewer than 32 bits");
}

static void primary_gone(SpiceChannel *channel, struct spice *s)
{
	uint32_t i;
	struct surface *f = surface_of(s, channel, &i);

	if (f)
		*f = (struct surface){ 0 };
}

static void invalid(SpiceChannel *channel, gint x, gint y, gint width,
		    gint height, struct spice *s)
{
	uint32_t i;

	if (surface_of(s, channel, &i))
		client_updated(&s->client, i, x, y, width, height);
}

/* ---- channels ---- */

static void failed(struct spice *s, SpiceChannelEvent event)
{
	struct client *c = &s->client;

	switch (event) {
	case SPICE_CHANNEL_ERROR_AUTH:
		client_fail(
			c, EXIT_CODE_NO_PERMISSION,
			"the password is wrong or missing (--password-file)");
		break;
	case SPICE_CHANNEL_ERROR_CONNECT:
		client_fail(c, EXIT_CODE_NO_SERVER, "no connection");
		break;
	case SPICE_CHANNEL_ERROR_TLS:
		client_fail(c, EXIT_CODE_NO_SERVER,
			    "no connection by TLS (--ca-file)");
		break;
	case SPICE_CHANNEL_ERROR_LINK:
		client_fail(c, EXIT_CODE_NO_SERVER, "no SPICE server");
		break;
	case SPICE_CHANNEL_ERROR_IO:
	case SPICE_CHANNEL_CLOSED:
		client_fail(c, EXIT_CODE_LOST,
			    "the server ended the connection");
		break;
	default:
		break;
	}
}

static void event(SpiceChannel *channel, SpiceChannelEvent what,
		  struct spice *s)
{
	if (what != SPICE_CHANNEL_OPENED)
		failed(s, what);
	else if (SPICE_IS_INPUTS_CHANNEL(channel))
		s->opened = clock_us();
}

static void mode(SpiceChannel *channel, struct spice *s)
{
	gint now;

	g_object_get(channel, "mouse-mode", &now, NULL);
	s->relative = now != SPICE_MOUSE_MODE_CLIENT;
	if (s->relative)
		spice_main_channel_request_mouse_mode(
			SPICE_MAIN_CHANNEL(channel), SPICE_MOUSE_MODE_CLIENT);
}

static void new_display(struct spice *s, SpiceChannel *channel)
{
	g_signal_connect(channel, "display-primary-create", G_CALLBACK(primary),
			 s);
	g_signal_connect(channel, "display-primary-destroy",
			 G_CALLBACK(primary_gone), s);
	g_signal_connect(channel, "display-invalidate", G_CALLBACK(invalid), s);
}

static void new_channel(SpiceSession *session, SpiceChannel *channel,
			struct spice *s)
{
	(void)session;
	if (SPICE_IS_MAIN_CHANNEL(channel)) {
		s->main = SPICE_MAIN_CHANNEL(channel);
		g_signal_connect(channel, "main-mouse-update", G_CALLBACK(mode),
				 s);
	} else if (SPICE_IS_DISPLAY_CHANNEL(channel)) {
		new_display(s, channel);
	} else if (SPICE_IS_INPUTS_CHANNEL(channel)) {
		s->inputs = SPICE_INPUTS_CHANNEL(channel);
	} else {
		return;
	}
	g_signal_connect(channel, "channel-event", G_CALLBACK(event), s);
	spice_channel_connect(channel);
}

static void gone_channel(SpiceSession *session, SpiceChannel *channel,
			 struct spice *s)
{
	(void)session;
	if ((void *)channel == (void *)s->inputs)
		s->inputs = NULL;
	if ((void *)channel == (void *)s->main)
		s->main = NULL;
}

/* ---- opening ---- */

/* The library says in warnings what we say in a line. */
static void hush(const gchar *domain, GLogLevelFlags level, const gchar *text,
		 gpointer arg)
{
	(void)domain;
	(void)level;
	(void)text;
	(void)arg;
}

static void hush_library(void)
{
	static const char *const domains[] = { "GSpice", "Spice", "GLib-GIO" };
	size_t i;

	for (i = 0; i < sizeof(domains) / sizeof(domains[0]); i++)
		g_log_set_handler(domains[i],
				  G_LOG_LEVEL_WARNING | G_LOG_LEVEL_CRITICAL |
					  G_LOG_LEVEL_MESSAGE,
				  hush, NULL);
}

static void set_up(struct spice *s, const struct client_settings *set)
{
	g_object_set(s->session, "uri", set->url, "password", set->password,
		     "enable-audio", FALSE, "enable-usbredir", FALSE,
		     "enable-smartcard", FALSE, NULL);
	if (set->ca_file)
		g_object_set(s->session, "ca-file", set->ca_file, NULL);
	g_signal_connect(s->session, "channel-new", G_CALLBACK(new_channel), s);
	g_signal_connect(s->session, "channel-destroy",
			 G_CALLBACK(gone_channel), s);
}

static struct client *spice_open(const struct client_settings *set,
				 const char *place, bool is_unix, int *code)
{
	struct spice *s = calloc(1, sizeof(*s));

	(void)place;
	(void)is_unix;
	*code = EXIT_CODE_SOFTWARE;
	if (!s) {
		say("out of memory");
		return NULL;
	}
	hush_library();
	s->client.kind = &client_spice;
	s->relative = true;
	s->session = spice_session_new();
	set_up(s, set);
	if (!spice_session_connect(s->session)) {
		say("%s: no such server", set->url);
		*code = EXIT_CODE_NO_SERVER;
		s->client.kind->close(&s->client);
		return NULL;
	}
	return &s->client;
}

static void spice_close(struct client *c)
{
	struct spice *s = of(c);

	g_signal_handlers_disconnect_by_data(s->session, s);
	spice_session_disconnect(s->session);
	g_object_unref(s->session);
	while (g_main_context_iteration(NULL, FALSE))
		;
	free(s);
}

/* ---- talking ---- */

static gboolean over(gpointer arg)
{
	*(bool *)arg = true;
	return G_SOURCE_REMOVE;
}

static bool spice_wait(struct client *c, uint64_t us)
{
	guint ms = (guint)((us < WAIT_MAX_US ? us : WAIT_MAX_US) + 999) / 1000;
	bool ended = false;
	uint64_t end;
	guint source;

	if (!g_main_context_iteration(NULL, FALSE) && ms) {
		source = g_timeout_add(ms, over, &ended);
		g_main_context_iteration(NULL, TRUE);
		if (!ended)
			g_source_remove(source);
	}
	end = clock_us() + CLIENT_HANDLE_US;
	while (!c->code && clock_us() < end &&
	       g_main_context_iteration(NULL, FALSE))
		;
	return !c->code;
}

/* A server that can take places says so a moment after it was asked. */
static bool spice_ready(const struct client *c)
{
	const struct spice *s = (const struct spice *)c;

	return s->inputs && s->opened &&
	       (!s->relative || clock_us() - s->opened >= MODE_US);
}

static bool takes_input(struct spice *s)
{
	if (s->inputs && s->opened)
		return true;
	return client_fail(&s->client, EXIT_CODE_NO_SERVER,
			   "the server takes no input");
}

static void tell_relative(struct spice *s)
{
	if (!s->told)
		say("the server takes motion, not places: the pointer may be elsewhere (give the VM a tablet)");
	s->told = true;
}

static bool spice_pointer(struct client *c)
{
	struct spice *s = of(c);

	if (!takes_input(s))
		return false;
	if (s->relative) {
		tell_relative(s);
		spice_inputs_channel_motion(s->inputs, c->x - s->x, c->y - s->y,
					    (gint)c->buttons);
	} else {
		spice_inputs_channel_position(s->inputs, c->x, c->y,
					      (gint)c->display,
					      (gint)c->buttons);
	}
	s->x = c->x;
	s->y = c->y;
	return true;
}

static bool spice_button(struct client *c, uint32_t button, bool down)
{
	struct spice *s = of(c);

	if (!takes_input(s))
		return false;
	if (button < 1 || button > BUTTONS)
		return client_fail(c, EXIT_CODE_DATA, "SPICE has no button %u",
				   button);
	if (down)
		spice_inputs_channel_button_press(s->inputs, (gint)button,
						  (gint)c->buttons);
	else
		spice_inputs_channel_button_release(s->inputs, (gint)button,
						    (gint)c->buttons);
	return true;
}

static bool spice_key(struct client *c, uint32_t key, bool down)
{
	struct spice *s = of(c);

	if (!takes_input(s))
		return false;
	if (down)
		spice_inputs_channel_key_press(s->inputs, key);
	else
		spice_inputs_channel_key_release(s->inputs, key);
	return true;
}

const struct client_kind client_spice = {
	.scheme = "spice",
	.unix_scheme = "spice+unix",
	.buttons = BUTTONS,
	.open = spice_open,
	.wait = spice_wait,
	.ready = spice_ready,
	.pointer = spice_pointer,
	.button = spice_button,
	.key = spice_key,
	.close = spice_close,
};
