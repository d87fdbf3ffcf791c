// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * client_vnc.c - VNC by libvncclient. Encodings that lose nothing are asked for;
 * the pointer is not drawn into the picture if the server can leave that to us.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <rfb/rfbclient.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "clock.h"
#include "deadline.h"
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
	struct client *c = &of_rfb(rfb)->client;

	c->screen.nr = 0;
	free(rfb->frameBuffer);
	rfb->frameBuffer = NULL;
	if (!client_allows(c, rfb->width, rfb->height))
		return FALSE;
	rfb->frameBuffer = calloc((size_t)rfb->width * (size_t)rfb->height, 4);
	if (!rfb->frameBuffer)
		client_fail(c, EXIT_CODE_SOFTWARE, "out of memory");
	return rfb->frameBuffer ? TRUE : FALSE;
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

/*
 * Only a whole update is looked at: its parts were never to be seen alone. It may have
 * made the screen smaller than what it had changed before.
 */
static void update_ends(rfbClient *rfb)
{
	struct vnc *v = of_rfb(rfb);
	struct area a = v->changed;

	if (!rfb->frameBuffer || !a.width)
		return;
	v->changed = (struct area){ 0 };
	if (client_shows(&v->client, 0, rfb->width, rfb->height,
			 4l * rfb->width, rfb->frameBuffer))
		client_updated(&v->client, 0, a.x, a.y, a.width, a.height);
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
	free(rfb->serverHost);
	rfb->serverHost = strndup(at, (size_t)(colon - at));
	rfb->serverPort = (int)port;
	return colon > at && rfb->serverHost;
}

static void set_up(struct vnc *v, const struct client_settings *set)
{
	static const uint32_t schemes[] = { rfbVncAuth, rfbNoAuth, 0 };
	rfbClient *rfb = v->rfb;

	v->password = set->password;
	v->client.kind = &client_vnc;
	client_limit(&v->client, clock_us() + set->timeout_us,
		     "--connect-timeout");
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
	/* These would be of each address and read alone: deadline.h ends all. */
	rfb->connectTimeout = (unsigned int)(set->timeout_us / 1000000) + 1;
	rfb->readTimeout = 0;
}

static bool late(struct vnc *v, const struct client_settings *set,
		 const char *what)
{
	return client_fail(&v->client, EXIT_CODE_NO_SERVER,
			   "%s within %llu ms (--connect-timeout)", what,
			   (unsigned long long)(set->timeout_us / 1000));
}

static bool reach(struct vnc *v, const struct client_settings *set)
{
	bool good;

	deadline_begin(-1, v->client.limit);
	good = ConnectToRFBServer(v->rfb, v->rfb->serverHost,
				  v->rfb->serverPort);
	if (deadline_end() && !good)
		return late(v, set, "no connection");
	return good || client_fail(&v->client, EXIT_CODE_NO_SERVER, "%s",
				   *last ? last : "no connection");
}

static bool refused(struct vnc *v)
{
	int code = v->asked ? EXIT_CODE_NO_PERMISSION : EXIT_CODE_NO_SERVER;
	const char *why = *last ? last : "no VNC server";

	if (v->asked && !v->password)
		why = "the server wants a password (--password-file)";
	return client_fail(&v->client, code, "%s", why);
}

/*
 * libvncclient announces ExtendedDesktopSize, but ignores one whose screen has id 0,
 * as QEMU's have, and then ends the connection over what does not fit the old size.
 * The last list is what counts for a server.
 */
static bool announce(rfbClient *rfb)
{
	static const uint32_t encodings[] = {
		rfbEncodingCopyRect,   rfbEncodingZRLE,
		rfbEncodingHextile,    rfbEncodingRaw,
		rfbEncodingXCursor,    rfbEncodingRichCursor,
		rfbEncodingPointerPos, rfbEncodingQemuExtendedKeyEvent,
		rfbEncodingNewFBSize,
	};
	enum {
		NR = sizeof(encodings) / sizeof(encodings[0])
	};
	struct {
		rfbSetEncodingsMsg head;
		uint32_t encoding[NR];
	} m = { .head = { .type = rfbSetEncodings, .nEncodings = htons(NR) } };

	for (size_t i = 0; i < NR; i++)
		m.encoding[i] = htonl(encodings[i]);
	return WriteToRFBServer(rfb, (const char *)&m, sizeof(m));
}

/* All of the screen is asked for; what changes later follows by itself. */
static bool ask(rfbClient *rfb)
{
	rfb->width = rfb->si.framebufferWidth;
	rfb->height = rfb->si.framebufferHeight;
	rfb->updateRect.x = 0;
	rfb->updateRect.y = 0;
	rfb->updateRect.w = rfb->width;
	rfb->updateRect.h = rfb->height;
	return make_room(rfb) && SetFormatAndEncodings(rfb) && announce(rfb) &&
	       SendFramebufferUpdateRequest(rfb, 0, 0, rfb->width, rfb->height,
					    FALSE);
}

static bool shake_hands(struct vnc *v, const struct client_settings *set)
{
	bool good;

	deadline_begin(v->rfb->sock, v->client.limit);
	good = InitialiseRFBConnection(v->rfb) && ask(v->rfb);
	if (deadline_end())
		return late(v, set, "the server did not end its handshake");
	return good || refused(v);
}

static void vnc_close(struct client *c)
{
	struct vnc *v = of(c);

	/* Who made them frees them; the library leaves the pointer's. */
	free(v->rfb->frameBuffer);
	v->rfb->frameBuffer = NULL;
	free(v->rfb->rcSource);
	v->rfb->rcSource = NULL;
	free(v->rfb->rcMask);
	v->rfb->rcMask = NULL;
	rfbClientCleanup(v->rfb);
	free(v);
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
	set_up(v, set);
	if (!place(v->rfb, at, is_unix))
		client_fail(&v->client, EXIT_CODE_USAGE,
			    "a server is vnc://HOST:PORT");
	else if (reach(v, set) && shake_hands(v, set))
		v->password = NULL;
	*code = v->client.code;
	if (!*code)
		return &v->client;
	say("%s: %s", set->url, v->client.error);
	vnc_close(&v->client);
	return NULL;
}

/* ---- talking ---- */

static bool lost(struct client *c)
{
	return client_fail(c, EXIT_CODE_LOST,
			   "the server ended the connection%s%s",
			   *last ? ": " : "", last);
}

static void begin(struct vnc *v)
{
	deadline_begin(v->rfb->sock, v->client.limit);
}

static bool ended(struct vnc *v, bool good, const char *what)
{
	struct client *c = &v->client;

	if (deadline_end()) {
		c->stalled = true;
		return client_fail(c, EXIT_CODE_LOST,
				   "the server %s until %s was over", what,
				   c->limit_option);
	}
	return good || lost(c);
}

static bool sent(struct vnc *v, bool good)
{
	return ended(v, good, "took nothing that was sent");
}

static bool handle(struct vnc *v)
{
	uint64_t until = clock_us() + CLIENT_HANDLE_US;
	bool good;

	begin(v);
	do {
		good = HandleRFBServerMessage(v->rfb);
	} while (good && v->rfb->buffered && clock_us() < until);
	return ended(v, good, "stopped in the middle of a message");
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
	return there <= 0 || handle(of(c));
}

static bool vnc_ready(const struct client *c)
{
	return !c->code;
}

static bool vnc_pointer(struct client *c)
{
	int x = c->x > 0 ? c->x : 0, y = c->y > 0 ? c->y : 0;
	struct vnc *v = of(c);

	begin(v);
	return sent(v, SendPointerEvent(v->rfb, x, y, (int)c->buttons));
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
	struct vnc *v = of(c);
	bool good;

	if (key)
		symbol = shifted(c) ? key->shifted : key->symbol;
	if (code & KEY_PREFIXED)
		place |= 0x80;
	begin(v);
	good = SendExtendedKeyEvent(v->rfb, symbol, place, down);
	if (!good && key)
		good = SendKeyEvent(v->rfb, symbol, down);
	if (!good && !key)
		client_fail(c, EXIT_CODE_DATA,
			    "key %u cannot be sent to this server", code);
	return sent(v, good);
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
