// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest_port.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "cmdline.h"
#include "listener.h"
#include "log.h"
#include "monitor.h"

#define RETRY_FIRST	1000000u	/* doubled each time, up to */
#define RETRY_LAST	30000000u
#define OUT_BYTES	(4 * VAMP_CHANNEL_LINE)
#define ERROR_USEC	1000000u	/* at most one error message in this time */
#define FAST_TIMES	20		/* that is no accident any more */

/* What only a connection needs. */
struct stream {
	struct vamp_lines in;
	struct vamp_rate rate;
	uint32_t too_long;		/* of ->in.too_long, told */
	char out[OUT_BYTES];
	size_t out_size;
};

struct guest_port {
	sd_event *loop;
	pid_t pid;
	const struct guest_port_user *user;
	int fd;				/* -1: not connected */
	sd_event_source *io, *retry, *pause;
	uint64_t patience;		/* until the next try */
	struct stream *stream;		/* while it is connected */
	uint32_t bad, delayed;
	bool told;			/* that it misbehaves */
	bool told_unreachable;
	uint64_t next_error;
};

static struct guest_port_counters counters;

void guest_port_read_counters(struct guest_port_counters *to)
{
	*to = counters;
}

static uint64_t now_usec(const struct guest_port *p)
{
	uint64_t now = 0;

	sd_event_now(p->loop, CLOCK_MONOTONIC, &now);
	return now;
}

static void start(sd_event_source *timer, uint64_t usec)
{
	sd_event_source_set_time_relative(timer, usec);
	sd_event_source_set_enabled(timer, SD_EVENT_ONESHOT);
}

static void misbehaves(struct guest_port *p, const char *why)
{
	if (p->told)
		return;
	p->told = true;
	p->user->misbehaves(p->user->context, why);
}

/* ---- the connection ---- */

static void try_later(struct guest_port *p)
{
	start(p->retry, p->patience);
	p->patience *= 2;
	if (p->patience > RETRY_LAST)
		p->patience = RETRY_LAST;
}

static void disconnect(struct guest_port *p)
{
	p->io = sd_event_source_disable_unref(p->io);
	if (p->fd >= 0)
		close(p->fd);
	p->fd = -1;
	free(p->stream);
	p->stream = NULL;
}

static void shut(struct guest_port *p)
{
	disconnect(p);
	sd_event_source_set_enabled(p->pause, SD_EVENT_OFF);
	try_later(p);
	p->user->closed(p->user->context);
}

/* Its command line names the socket, unless its starter passed it on open. */
static int find_and_connect(const struct guest_port *p)
{
	struct cmdline c;
	int err = cmdline_read(p->pid, &c);

	if (err)
		return err;
	if (c.channel[0])
		return monitor_connect(p->pid, c.channel);
	return listener_connect(p->pid, VAMP_CHANNEL_PORT);
}

/* ---- sending ---- */

/* 0, or -errno: the connection is broken. */
static int flush(struct guest_port *p)
{
	ssize_t n = 0;

	while (p->stream->out_size) {
		n = send(p->fd, p->stream->out, p->stream->out_size,
			 MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n <= 0)
			break;
		p->stream->out_size -= (size_t)n;
		memmove(p->stream->out, p->stream->out + n,
			p->stream->out_size);
	}
	if (n < 0 && errno != EAGAIN && errno != EINTR)
		return -errno;
	sd_event_source_set_io_events(
		p->io, EPOLLIN | (p->stream->out_size ? EPOLLOUT : 0));
	return 0;
}

/* What is broken shows when it is read from. */
int guest_port_send(struct guest_port *p, const struct vamp_message *m)
{
	char line[VAMP_CHANNEL_LINE];
	int n = vamp_message_encode(m, VAMP_HOST, line);

	if (n < 0)
		return n;
	if (p->fd < 0)
		return -ENOTCONN;
	if ((size_t)n > sizeof(p->stream->out) - p->stream->out_size) {
		counters.unsent++;
		return -EAGAIN;
	}
	memcpy(p->stream->out + p->stream->out_size, line, (size_t)n);
	p->stream->out_size += (size_t)n;
	counters.sent++;
	flush(p);
	return 0;
}

/* ---- receiving ---- */

static void answer_error(struct guest_port *p, const char *why)
{
	struct vamp_message m = { .type = VAMP_ERROR };
	uint64_t now = now_usec(p);

	counters.bad++;
	p->bad++;
	misbehaves(p, why);
	if (now < p->next_error)
		return;
	p->next_error = now + ERROR_USEC;
	m.error.lines = p->bad;
	strncpy(m.error.text, why, sizeof(m.error.text) - 1);
	guest_port_send(p, &m);
}

static void take_line(struct guest_port *p, const char *line, size_t size)
{
	struct vamp_message m;
	const char *why;
	int err;

	if (!size)
		return;
	counters.lines++;
	err = vamp_message_decode(&m, VAMP_GUEST, line, size, &why);
	if (!err)
		p->user->message(p->user->context, &m);
	else if (err != -ENOTSUP)
		answer_error(p, why);
}

static void pause_reading(struct guest_port *p, uint64_t ns)
{
	counters.delayed++;
	if (++p->delayed == FAST_TIMES)
		misbehaves(p, "too many lines");
	sd_event_source_set_enabled(p->io, SD_EVENT_OFF);
	start(p->pause, ns / 1000 + 1);
}

/* The next line that may be taken now. */
static const char *next_line(struct guest_port *p, size_t *size)
{
	uint64_t wait = vamp_rate_charge(&p->stream->rate, 1000 * now_usec(p));
	const char *line;

	if (wait) {
		pause_reading(p, wait);
		return NULL;
	}
	line = vamp_lines_take(&p->stream->in, size);
	/* A line without end costs as many as it could be. */
	if (!line && !p->stream->in.skipping)
		vamp_rate_refund(&p->stream->rate);
	return line;
}

static void take_lines(struct guest_port *p)
{
	const char *line;
	size_t size;

	while (p->fd >= 0 && (line = next_line(p, &size)))
		take_line(p, line, size);
	if (p->fd < 0 || p->stream->in.too_long == p->stream->too_long)
		return;
	p->stream->too_long = p->stream->in.too_long;
	answer_error(p, "too long");
}

static void receive(struct guest_port *p)
{
	size_t room;
	char *to = vamp_lines_space(&p->stream->in, &room);
	ssize_t n = read(p->fd, to, room);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		shut(p);
		return;
	}
	vamp_lines_filled(&p->stream->in, (size_t)n);
	take_lines(p);
}

static int on_pause(sd_event_source *source, uint64_t usec, void *context)
{
	struct guest_port *p = context;

	(void)source;
	(void)usec;
	sd_event_source_set_enabled(p->io, SD_EVENT_ON);
	take_lines(p);
	return 0;
}

static int on_io(sd_event_source *source, int fd, uint32_t events,
		 void *context)
{
	struct guest_port *p = context;

	(void)source;
	(void)fd;
	if (events & EPOLLIN)
		receive(p);
	else if (events & (EPOLLHUP | EPOLLERR))
		shut(p);
	if (p->fd >= 0 && events & EPOLLOUT && flush(p))
		shut(p);
	return 0;
}

/* ---- trying ---- */

/* The guest may have half a line from before: a newline ends it. */
static bool begin(struct guest_port *p)
{
	p->stream = calloc(1, sizeof(*p->stream));
	if (!p->stream ||
	    sd_event_add_io(p->loop, &p->io, p->fd, EPOLLIN, on_io, p) < 0)
		return false;
	p->patience = RETRY_FIRST;
	p->stream->out[0] = '\n';
	p->stream->out_size = 1;
	p->user->opened(p->user->context);
	return true;
}

/* That there is none, or nobody at it yet, is no trouble. */
static void unreachable(struct guest_port *p, int err)
{
	static const int usual[] = { ENOENT, ECONNREFUSED, EBUSY, ESRCH };

	for (size_t i = 0; i < sizeof(usual) / sizeof(*usual); i++)
		if (err == -usual[i])
			return;
	if (!p->told_unreachable)
		p->user->unreachable(p->user->context, err);
	p->told_unreachable = true;
}

static int on_retry(sd_event_source *source, uint64_t usec, void *context)
{
	struct guest_port *p = context;

	(void)source;
	(void)usec;
	p->fd = find_and_connect(p);
	if (p->fd < 0)
		unreachable(p, p->fd);
	else if (!begin(p))
		disconnect(p);
	if (p->fd < 0)
		try_later(p);
	return 0;
}

struct guest_port *guest_port_new(sd_event *loop, pid_t pid,
				  const struct guest_port_user *user)
{
	struct guest_port *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->loop = loop;
	p->pid = pid;
	p->user = user;
	p->fd = -1;
	p->patience = RETRY_FIRST;
	if (sd_event_add_time_relative(loop, &p->retry, CLOCK_MONOTONIC, 0, 0,
				       on_retry, p) < 0 ||
	    sd_event_add_time_relative(loop, &p->pause, CLOCK_MONOTONIC, 0, 0,
				       on_pause, p) < 0 ||
	    sd_event_source_set_enabled(p->pause, SD_EVENT_OFF) < 0) {
		guest_port_free(p);
		return NULL;
	}
	return p;
}

void guest_port_free(struct guest_port *p)
{
	if (!p)
		return;
	disconnect(p);
	sd_event_source_disable_unref(p->retry);
	sd_event_source_disable_unref(p->pause);
	free(p);
}

bool guest_port_is_open(const struct guest_port *p)
{
	return p && p->fd >= 0;
}
