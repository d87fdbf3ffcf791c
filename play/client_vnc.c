// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * client_vnc.c - VNC by libvncclient. Encodings that lose nothing are asked for;
 * the pointer is not drawn into the picture if the server can leave that to us.
 */
#include <errno.h>
#include <rfb/rfbclient.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "exit_code.h"
#include "key.h"
#include "say.h"

#define PORT		5900
#define BUTTONS		5	/* that RFB has */
#define ENCODINGS	"copyrect zrle hextile raw"

struct vnc {
	struct client client;
	rfbClient *rfb;
	const char *password;
	bool asked;		/* for the password */
	struct area changed;	/* in the update that is coming; or no width */
};

static int tag;			/* its address is that of our data */
static char last[160];		/* what libvncclient said last */

static struct vnc *of(struct client *c)
{
	return (struct vnc *)c;		/* it is the first member */
}

static struct vnc *of_rfb(rfbClient *rfb)
{
	return rfbClientGetClientData(rfb, &tag);
}

static void note(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(last, sizeof(last), format, ap);
	va_end(ap);
	last[strcspn(last, "\n")] = '\0';
}

static void hush(const char *format, ...)
{
	(void)format;
}

/* ---- the picture ---- */

static rfbBool make_room(rfbClient *rfb)
{
	struct vnc *v = of_rfb(rfb);
	uint8_t *pixels = NULL;

	if (client_allows(&v->client, rfb->width, rfb->height))
		pixels = calloc((size_t)rfb->width * (size_t)rfb->height, 4);
	v->client.screen.nr = 0;
	free(rfb->frameBuffer);
	rfb->frameBuffer = pixels;
	return pixels ? TRUE : FALSE;
}

static void grow(struct area *a, uint32_t x, uint32_t y, uint32_t width,
		 uint32_t height)
{
	uint32_t right = x + width, bottom = y + height;

	if (a->width) {
		right = right > a->x + a->width ? right : a->x + a->width;
		bottom = bottom > a->y + a->height ? bottom : a->y + a->height;
		x = x < a->x ? x : a->x;
		y = y < a->y ? y : a->y;
	}
	*a = (struct area){ x, y, right - x, bottom - y };
}

static void rectangle(rfbClient *rfb, int x, int y, int width, int height)
{
	if (x >= 0 && y >= 0 && width > 0 && height > 0)
		grow(&of_rfb(rfb)->changed, (uint32_t)x, (uint32_t)y,
		     (uint32_t)width, (uint32_t)height);
}

/* Only a whole update is looked at: its parts were never to be seen alone. */
static void update_ends(rfbClient *rfb)
{
	struct vnc *v = of_rfb(rfb);
	struct screen *s = &v->client.screen;

	if (!rfb->frameBuffer || !v->changed.width)
		return;
	s->nr = 1;
	s->surface[0] =
		(struct surface){ (uint32_t)rfb->width, (uint32_t)rfb->height,
				  (size_t)rfb->width,
				  (uint32_t *)rfb->frameBuffer };
	client_updated(&v->client, 0, &v->changed);
	v->changed = (struct area){ 0 };
}

/* ---- opening ---- */

static char *give_password(rfbClient *rfb)
{
	struct vnc *v = of_rfb(rfb);

	v->asked = true;
	return v->password ? strdup(v->password) : NULL;
}

static bool place(rfbClient *rfb, const char *at, bool is_unix)
{
	const char *colon = is_unix ? NULL : strrchr(at, ':');
	char *end;
	long port = PORT;

	if (colon && !strchr(colon, ']')) {
		port = strtol(colon + 1, &end, 10);
		if (*end || end == colon + 1 || port < 1 || port > 65535)
			return false;
	} else {
		colon = at + strlen(at);
	}
	if (!is_unix && *at == '[' && colon[-1] == ']') {
		at++;
		colon--;
	}
	rfb->serverHost = strndup(at, (size_t)(colon - at));
	rfb->serverPort = (int)port;
	return colon > at;
}

static void set_up(struct vnc *v, const struct client_settings *set)
{
	static const uint32_t schemes[] = { rfbVncAuth, rfbNoAuth, 0 };
	rfbClient *rfb = v->rfb;
	unsigned int seconds = (unsigned int)(set->timeout_us / 1000000);

	rfbClientSetClientData(rfb, &tag, v);
	SetClientAuthSchemes(rfb, schemes, -1);
	rfb->format.redShift = 16;
	rfb->format.greenShift = 8;
	rfb->format.blueShift = 0;
	rfb->MallocFrameBuffer = make_room;
	rfb->GotFrameBufferUpdate = rectangle;
	rfb->FinishedFrameBufferUpdate = update_ends;
	rfb->GetPassword = give_password;
	rfb->canHandleNewFBSize = TRUE;
	rfb->appData.encodingsString = ENCODINGS;
	rfb->appData.useRemoteCursor = TRUE;
	rfb->appData.shareDesktop = TRUE;
	rfb->connectTimeout = rfb->readTimeout = seconds ? seconds : 1;
}

static struct client *refused(struct vnc *v, const struct client_settings *set,
			      int *code)
{
	*code = v->asked ? EXIT_CODE_NO_PERMISSION : EXIT_CODE_NO_SERVER;
	if (v->asked && !v->password)
		say("%s: the server wants a password (--password-file)",
		    set->url);
	else
		say("%s: %s", set->url, *last ? last : "no VNC server");
	free(v);
	return NULL;
}

static struct client *vnc_open(const struct client_settings *set,
			       const char *at, bool is_unix, int *code)
{
	struct vnc *v = calloc(1, sizeof(*v));

	rfbClientLog = hush;
	rfbClientErr = note;
	*last = '\0';
	*code = EXIT_CODE_SOFTWARE;
	if (v)
		v->rfb = rfbGetClient(8, 3, 4);
	if (!v || !v->rfb) {
		say("out of memory");
		free(v);
		return NULL;
	}
	v->client.kind = &client_vnc;
	v->password = set->password;
	set_up(v, set);
	if (!place(v->rfb, at, is_unix)) {
		say("%s: a server is vnc://HOST:PORT", set->url);
		*code = EXIT_CODE_USAGE;
		rfbClientCleanup(v->rfb);
		free(v);
		return NULL;
	}
	/* It is freed by the library if this fails. */
	if (!rfbInitClient(v->rfb, NULL, NULL))
		return refused(v, set, code);
	v->password = NULL;
	return &v->client;
}

static void vnc_close(struct client *c)
{
	struct vnc *v = of(c);

	free(v->rfb->frameBuffer);
	v->rfb->frameBuffer = NULL;
	rfbClientCleanup(v->rfb);
	free(v);
}

/* ---- talking ---- */

static bool lost(struct client *c)
{
	return client_fail(c, EXIT_CODE_LOST,
			   "the server ended the connection%s%s",
			   *last ? ": " : "", last);
}

/* What the library has read already is not waited for. */
static bool vnc_wait(struct client *c, uint64_t us)
{
	rfbClient *rfb = of(c)->rfb;
	int there = rfb->buffered ? 1 : 0;

	if (!there) {
		us = us < 1000000 ? us : 1000000;
		there = WaitForMessage(rfb, (unsigned int)us);
	}
	if (there < 0 && errno != EINTR)
		return lost(c);
	for (; there > 0; there = rfb->buffered ? 1 : 0)
		if (!HandleRFBServerMessage(rfb))
			return lost(c);
	return true;
}

static bool vnc_ready(const struct client *c)
{
	return !c->code;
}

static bool vnc_pointer(struct client *c)
{
	int x = c->x > 0 ? c->x : 0, y = c->y > 0 ? c->y : 0;

	return SendPointerEvent(of(c)->rfb, x, y, (int)c->buttons) || lost(c);
}

static bool vnc_button(struct client *c, uint32_t button, bool down)
{
	(void)down;
	if (button < 1 || button > BUTTONS)
		return client_fail(c, EXIT_CODE_DATA, "VNC has no button %u",
				   button);
	return vnc_pointer(c);
}

static bool shifted(const struct client *c)
{
	return c->held[KEY_SHIFT] || c->held[KEY_SHIFT_RIGHT];
}

/* By its place on the keyboard if the server can, or else by what it types. */
static bool vnc_key(struct client *c, uint32_t code, bool down)
{
	const struct key *key = key_of_code(code);
	uint32_t symbol = 0, place = code & 0x7f;

	if (key)
		symbol = shifted(c) ? key->shifted : key->symbol;
	if (code & KEY_PREFIXED)
		place |= 0x80;
	if (SendExtendedKeyEvent(of(c)->rfb, symbol, place, down))
		return true;
	if (!key)
		return client_fail(c, EXIT_CODE_DATA,
				   "key %u cannot be sent to this server",
				   code);
	return SendKeyEvent(of(c)->rfb, symbol, down) || lost(c);
}

const struct client_kind client_vnc = {
	.scheme = "vnc",
	.unix_scheme = "vnc+unix",
	.buttons = BUTTONS,
	.open = vnc_open,
	.wait = vnc_wait,
	.ready = vnc_ready,
	.pointer = vnc_pointer,
	.button = vnc_button,
	.key = vnc_key,
	.close = vnc_close,
};
