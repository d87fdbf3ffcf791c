// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * line.c - lines over a unix socket, with a time limit.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "line.h"
#include "util.h"

static int try_connect(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	if (fd >= 0 && !connect(fd, (struct sockaddr *)&a, sizeof(a)))
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

int line_connect(struct line *l, const char *path, uint64_t deadline)
{
	l->used = 0;
	for (;;) {
		l->fd = try_connect(path);
		if (l->fd >= 0)
			return 0;
		if (now_ns() > deadline)
			return -1;
		sleep_ms(20);
	}
}

/* Move the first line, if there is a whole one, to @text. */
static int take_line(struct line *l, char *text, size_t size)
{
	char *end = memchr(l->data, '\n', l->used);
	size_t len;

	if (!end)
		return 0;
	len = end - l->data;
	snprintf(text, size, "%.*s", (int)len, l->data);
	text[strcspn(text, "\r")] = 0;
	l->used -= len + 1;
	memmove(l->data, end + 1, l->used);
	return 1;
}

/* 1 if something came, 0 after @deadline, -1 when the peer is gone. */
static int fill(struct line *l, uint64_t deadline)
{
	struct pollfd p = { .fd = l->fd, .events = POLLIN };
	uint64_t now = now_ns();
	ssize_t n;
	int ready;

	if (l->fd < 0)
		return -1;
	if (l->used == sizeof(l->data))
		l->used = 0;
	ready = poll(&p, 1,
		     now < deadline ? (deadline - now) / NSEC_PER_MSEC + 1 : 0);
	if (ready <= 0)
		return ready < 0 && errno == EINTR ? 1 : ready;
	n = read(l->fd, l->data + l->used, sizeof(l->data) - l->used);
	if (n <= 0)
		return -1;
	l->used += n;
	return 1;
}

int line_read(struct line *l, char *text, size_t size, uint64_t deadline)
{
	int got;

	while (!take_line(l, text, size)) {
		got = fill(l, deadline);
		if (got <= 0)
			return got;
	}
	return 1;
}

int line_write(struct line *l, const char *text)
{
	size_t len = strlen(text);

	return send(l->fd, text, len, MSG_NOSIGNAL) == (ssize_t)len ? 0 : -1;
}

void line_close(struct line *l)
{
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
}
