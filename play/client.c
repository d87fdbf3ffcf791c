// SPDX-License-Identifier: GPL-2.0-or-later
#include "client.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "exit_code.h"
#include "say.h"

static const struct client_kind *const kinds[] = { &client_vnc, &client_spice };

#define LOOK_US		50000
#define LET_GO_US	1000000		/* for a server to take what lets go */
#define KINDS_OF_CLIENT	(sizeof(kinds) / sizeof(kinds[0]))

bool client_fail(struct client *c, int code, const char *format, ...)
{
	va_list ap;

	if (c->code)
		return false;
	c->code = code;
	va_start(ap, format);
	vsnprintf(c->error, sizeof(c->error), format, ap);
	va_end(ap);
	return false;
}

/* ---- the picture ---- */

bool client_allows(struct client *c, long width, long height)
{
	if (width > 0 && height > 0 && width <= SCREEN_SIDE_MAX &&
	    height <= SCREEN_SIDE_MAX && width * height <= SCREEN_PIXELS_MAX)
		return true;
	return client_fail(
		c, EXIT_CODE_DISPLAY,
		"the server has a display of %ld x %ld pixels: 1 to %d on a side are taken, and %ld in all",
		width, height, SCREEN_SIDE_MAX, SCREEN_PIXELS_MAX);
}

bool client_shows(struct client *c, uint32_t i, long width, long height,
		  long stride, const void *pixels)
{
	struct surface *f = &c->screen.surface[i];

	*f = (struct surface){ 0 };
	if (!client_allows(c, width, height))
		return false;
	if (!pixels || stride < width * 4 || stride % 4)
		return client_fail(
			c, EXIT_CODE_DISPLAY,
			"the server has a display of %ld x %ld pixels in rows of %ld bytes",
			width, height, stride);
	*f = (struct surface){ (uint32_t)width, (uint32_t)height,
			       (size_t)stride / 4, pixels };
	if (i >= c->screen.nr)
		c->screen.nr = i + 1;
	return true;
}

/* @length from @at on, as far as it is within 0 to @size - 1; false: nothing. */
static bool clip(long at, long length, uint32_t size, uint32_t *from,
		 uint32_t *left)
{
	long end = at + length;

	if (at < 0)
		at = 0;
	if (end > (long)size)
		end = (long)size;
	if (at >= end)
		return false;
	*from = (uint32_t)at;
	*left = (uint32_t)(end - at);
	return true;
}

void client_updated(struct client *c, uint32_t i, long x, long y, long width,
		    long height)
{
	const struct surface *f = &c->screen.surface[i];
	struct area a;

	if (c->updated && surface_there(f) &&
	    clip(x, width, f->width, &a.x, &a.width) &&
	    clip(y, height, f->height, &a.y, &a.height))
		c->updated(c->arg, i, &a);
}

/* ---- opening ---- */

/* What is behind "SCHEME://", or NULL. */
static const char *behind(const char *url, const char *scheme)
{
	size_t n = strlen(scheme);

	if (strncmp(url, scheme, n) || strncmp(url + n, "://", 3) ||
	    !url[n + 3])
		return NULL;
	return url + n + 3;
}

static struct client *open_kind(const struct client_settings *set, int *code)
{
	const char *place;
	size_t i;

	for (i = 0; i < KINDS_OF_CLIENT; i++) {
		place = behind(set->url, kinds[i]->scheme);
		if (place)
			return kinds[i]->open(set, place, false, code);
		place = behind(set->url, kinds[i]->unix_scheme);
		if (place)
			return kinds[i]->open(set, place, true, code);
	}
	say("%s: a server is vnc://HOST:PORT, spice://HOST:PORT, vnc+unix://PATH or spice+unix://PATH",
	    set->url);
	*code = EXIT_CODE_USAGE;
	return NULL;
}

static bool pictured(const struct client *c)
{
	uint32_t i;

	for (i = 0; i < c->screen.nr; i++)
		if (surface_there(&c->screen.surface[i]))
			return true;
	return false;
}

static bool get_ready(struct client *c, uint64_t timeout)
{
	uint64_t now = clock_us(), end = now + timeout;

	client_limit(c, end, "--connect-timeout");
	for (; !pictured(c) || !c->kind->ready(c); now = clock_us()) {
		if (now >= end)
			return client_fail(
				c, EXIT_CODE_NO_SERVER,
				"no %s within %u ms (--connect-timeout)",
				pictured(c) ? "input" : "picture",
				(unsigned int)(timeout / 1000));
		if (!client_wait(c, end - now < LOOK_US ? end - now : LOOK_US))
			return false;
	}
	return true;
}

struct client *client_open(const struct client_settings *set, int *code)
{
	struct client *c = open_kind(set, code);

	if (!c)
		return NULL;
	c->patience_us = set->timeout_us;
	if (get_ready(c, set->timeout_us))
		return c;
	say("%s: %s", set->url, c->error);
	*code = c->code == EXIT_CODE_LOST ? EXIT_CODE_NO_SERVER : c->code;
	client_close(c);
	return NULL;
}

void client_close(struct client *c)
{
	if (!c)
		return;
	c->updated = NULL;
	client_let_go(c);
	c->kind->close(c);
}

/* ---- talking ---- */

void client_limit(struct client *c, uint64_t at, const char *option)
{
	c->limit = at;
	c->limit_option = option;
}

bool client_wait(struct client *c, uint64_t us)
{
	return !c->code && c->kind->wait(c, us);
}

bool client_pointer(struct client *c, int32_t x, int32_t y)
{
	c->x = x;
	c->y = y;
	return !c->code && c->kind->pointer(c);
}

bool client_button(struct client *c, uint32_t button, bool down)
{
	uint32_t bit = button ? 1u << (button - 1) : 0;

	c->buttons = down ? c->buttons | bit : c->buttons & ~bit;
	return !c->code && c->kind->button(c, button, down);
}

bool client_key(struct client *c, uint32_t key, bool down)
{
	if (key >= CLIENT_KEYS)
		return client_fail(c, EXIT_CODE_DATA, "no key has code %u",
				   key);
	c->held[key] = down;
	return !c->code && c->kind->key(c, key, down);
}

bool client_let_go(struct client *c)
{
	uint32_t i;

	client_limit(c, clock_us() + LET_GO_US, "the time to let go of keys");
	for (i = 1; i <= 32; i++)
		if (c->buttons >> (i - 1) & 1 && !client_button(c, i, false))
			return false;
	for (i = 0; i < CLIENT_KEYS; i++)
		if (c->held[i] && !client_key(c, i, false))
			return false;
	return !c->code && client_wait(c, 0);
}
