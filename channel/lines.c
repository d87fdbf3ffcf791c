// SPDX-License-Identifier: GPL-2.0-or-later
/* lines.c - lines out of a stream, and how many of them in a time. */
#include <vamp/channel.h>

#include <string.h>

#define NS_PER_LINE	(1000000000ull / VAMP_CHANNEL_RATE)
#define NS_OF_BURST	(NS_PER_LINE * (VAMP_CHANNEL_BURST - 1))

/* A line that fills the buffer is too long: it is forgotten, up to its end. */
static void give_up_line(struct vamp_lines *l)
{
	l->too_long += !l->skipping;
	l->skipping = true;
	l->begin = l->end = 0;
}

char *vamp_lines_space(struct vamp_lines *l, size_t *room)
{
	memmove(l->buffer, l->buffer + l->begin, l->end - l->begin);
	l->end -= l->begin;
	l->begin = 0;
	if (l->end == sizeof(l->buffer))
		give_up_line(l);
	*room = sizeof(l->buffer) - l->end;
	return l->buffer + l->end;
}

void vamp_lines_filled(struct vamp_lines *l, size_t size)
{
	l->end += size;
}

const char *vamp_lines_take(struct vamp_lines *l, size_t *size)
{
	const char *line, *end;
	bool rest;

	do {
		line = l->buffer + l->begin;
		end = memchr(line, '\n', l->end - l->begin);
		if (!end)
			return NULL;
		*size = (size_t)(end - line);
		l->begin += *size + 1;
		rest = l->skipping;
		l->skipping = false;
	} while (rest);
	return line;
}

uint64_t vamp_rate_charge(struct vamp_rate *r, uint64_t now)
{
	if (r->paid_until > now + NS_OF_BURST)
		return r->paid_until - now - NS_OF_BURST;
	if (r->paid_until < now)
		r->paid_until = now;
	r->paid_until += NS_PER_LINE;
	return 0;
}

void vamp_rate_refund(struct vamp_rate *r)
{
	r->paid_until -= NS_PER_LINE;
}
