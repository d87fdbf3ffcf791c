// SPDX-License-Identifier: GPL-2.0-or-later
#include "port.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "log.h"

#define RETRY_USEC	500000
#define OUT_BYTES	(8 * VAMP_CHANNEL_LINE)
#define ERROR_USEC	1000000		/* at most one error message in this time */
#define NO_ACCURACY	1000

struct port {
	sd_event *loop;
	const char *path;
	struct port_user user;
	int fd;			/* -1: not there, or of no use any more */
	bool open;		/* the host listens */
	bool is_stream;		/* a socket: once it ends, it is of no use */
	int reported;		/* last error that was logged */
	sd_event_source *io, *retry, *pause;
	struct vamp_lines in;
	struct vamp_rate rate;
	uint32_t too_long;	/* of ->in.too_long, told */
	uint64_t next_error;
	char out[OUT_BYTES];
	size_t out_size;
	bool full;		/* something was not sent */
	struct port_counters count;
};

/* ---- opening and closing ---- */

static int connect_socket(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(a.sun_path))
		return -ENAMETOOLONG;
	strcpy(a.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (!connect(fd, (struct sockaddr *)&a, sizeof(a)))
		return fd;
	close(fd);
	return -errno;
}

static int open_any(const char *path, bool *is_stream)
{
	struct stat st;
	int fd;

	if (stat(path, &st))
		return -errno;
	*is_stream = S_ISSOCK(st.st_mode);
	if (*is_stream)
		return connect_socket(path);
	if (!S_ISCHR(st.st_mode))
		return -ENODEV;
	fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	return fd < 0 ? -errno : fd;
}

/* A virtio port hangs up while nobody has the host's end open. */
static bool is_listening(int fd)
{
	struct pollfd p = { .fd = fd };

	return poll(&p, 1, 0) >= 0 && !(p.revents & (POLLHUP | POLLERR));
}

int port_open(const char *path, bool *listens)
{
	bool is_stream;
	int fd = open_any(path, &is_stream);

	if (fd >= 0)
		*listens = is_listening(fd);
	return fd;
}

static void close_fd(struct port *p)
{
	if (p->fd >= 0)
		close(p->fd);
	p->fd = -1;
}

/* From here on the host does not listen. */
static void shut(struct port *p)
{
	p->io = sd_event_source_disable_unref(p->io);
	sd_event_source_set_enabled(p->pause, SD_EVENT_OFF);
	if (p->is_stream)
		close_fd(p);
	if (!p->open)
		return;
	p->open = false;
	log_info("the host has closed the channel");
	p->user.closed(p->user.context);
}

/* An error that is not an end: the port itself may be gone. */
static void break_off(struct port *p, int err)
{
	log_warn("%s: %s", p->path, strerror(-err));
	shut(p);
	close_fd(p);
}

static void report_error(struct port *p, int err)
{
	if (p->reported == err)
		return;
	p->reported = err;
	if (err == -ENOENT)
		log_warn("%s: no such port; give the VM a virtio-serial port "
			 "with the name " VAMP_CHANNEL_PORT,
			 p->path);
	else
		log_warn("%s: %s; trying again", p->path, strerror(-err));
}

/* ---- sending ---- */

/* 0, or -errno: the connection is broken. */
static int flush(struct port *p)
{
	ssize_t n = 0;

	while (p->out_size && n >= 0) {
		n = p->is_stream ?
			    send(p->fd, p->out, p->out_size, MSG_NOSIGNAL) :
			    write(p->fd, p->out, p->out_size);
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return -errno;
		if (n <= 0)
			break;
		p->out_size -= (size_t)n;
		memmove(p->out, p->out + n, p->out_size);
	}
	sd_event_source_set_io_events(p->io,
				      EPOLLIN | (p->out_size ? EPOLLOUT : 0));
	return 0;
}

static int append(struct port *p, const char *line, size_t size)
{
	if (size > sizeof(p->out) - p->out_size) {
		p->count.unsent++;
		p->full = true;
		return -EAGAIN;
	}
	memcpy(p->out + p->out_size, line, size);
	p->out_size += size;
	return 0;
}

/* What is broken shows when it is read from. */
int port_send(struct port *p, const struct vamp_message *m)
{
	char line[VAMP_CHANNEL_LINE];
	int n = vamp_message_encode(m, VAMP_GUEST, line), err;

	if (n < 0)
		return n;
	if (!p->open)
		return -ENOTCONN;
	err = append(p, line, (size_t)n);
	if (err)
		return err;
	p->count.sent++;
	flush(p);
	return 0;
}

/* ---- receiving ---- */

static void answer_error(struct port *p, const char *why)
{
	struct vamp_message m = { .type = VAMP_ERROR };
	uint64_t now;

	p->count.bad++;
	sd_event_now(p->loop, CLOCK_MONOTONIC, &now);
	if (now < p->next_error)
		return;
	p->next_error = now + ERROR_USEC;
	log_warn("%llu lines of the host not understood; the last: %s",
		 (unsigned long long)p->count.bad, why);
	m.error.lines = (uint32_t)p->count.bad;
	snprintf(m.error.text, sizeof(m.error.text), "%s", why);
	port_send(p, &m);
}

static void take_line(struct port *p, const char *line, size_t size)
{
	struct vamp_message m;
	const char *why;
	int err;

	if (!size)
		return;
	p->count.lines++;
	err = vamp_message_decode(&m, VAMP_HOST, line, size, &why);
	if (err == -ENOTSUP)
		p->count.unknown++;
	else if (err)
		answer_error(p, why);
	else
		p->user.message(p->user.context, &m);
}

static void pause_reading(struct port *p, uint64_t ns)
{
	p->count.delayed++;
	sd_event_source_set_enabled(p->io, SD_EVENT_OFF);
	sd_event_source_set_time_relative(p->pause, ns / 1000 + 1);
	sd_event_source_set_enabled(p->pause, SD_EVENT_ONESHOT);
}

/* False: no more for now, the host is too fast. */
static bool take_lines(struct port *p)
{
	const char *line;
	uint64_t now, wait;
	size_t size;

	while (p->open) {
		sd_event_now(p->loop, CLOCK_MONOTONIC, &now);
		wait = vamp_rate_charge(&p->rate, now * 1000);
		if (wait) {
			pause_reading(p, wait);
			return false;
		}
		line = vamp_lines_take(&p->in, &size);
		if (!line) {
			/* A line without end costs as many as it could be. */
			if (!p->in.skipping)
				vamp_rate_refund(&p->rate);
			break;
		}
		take_line(p, line, size);
	}
	if (p->in.too_long != p->too_long)
		answer_error(p, "too long");
	p->too_long = p->in.too_long;
	return true;
}

static void receive(struct port *p)
{
	size_t room;
	char *to = vamp_lines_space(&p->in, &room);
	ssize_t n = read(p->fd, to, room);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0) {
		vamp_lines_filled(&p->in, (size_t)n);
		take_lines(p);
	} else if (n < 0) {
		break_off(p, -errno);
	} else {
		shut(p);
	}
}

static int on_pause(sd_event_source *source, uint64_t usec, void *context)
{
	struct port *p = context;

	(void)source;
	(void)usec;
	if (p->open && take_lines(p) && p->open)
		sd_event_source_set_enabled(p->io, SD_EVENT_ON);
	return 0;
}

static void write_more(struct port *p)
{
	int err = flush(p);

	if (err) {
		break_off(p, err);
		return;
	}
	if (p->out_size || !p->full)
		return;
	p->full = false;
	p->user.drained(p->user.context);
}

/* What came before the end is read first. */
static int on_io(sd_event_source *source, int fd, uint32_t events,
		 void *context)
{
	struct port *p = context;

	(void)source;
	(void)fd;
	if (events & EPOLLIN)
		receive(p);
	else if (events & (EPOLLHUP | EPOLLERR))
		shut(p);
	if (p->open && events & EPOLLOUT)
		write_more(p);
	return 0;
}

/* ---- trying ---- */

/* The other side may have half a line from before: a newline ends it. */
static void begin(struct port *p)
{
	int err = sd_event_add_io(p->loop, &p->io, p->fd, EPOLLIN, on_io, p);

	if (err < 0) {
		break_off(p, err);
		return;
	}
	p->open = true;
	p->reported = 0;
	memset(&p->in, 0, sizeof(p->in));
	p->too_long = 0;
	p->out[0] = '\n';
	p->out_size = 1;
	p->full = false;
	log_info("%s: the host listens", p->path);
	p->user.opened(p->user.context);
}

/* A port that is unplugged hangs up for ever; another may have its name by now. */
static bool is_stale(const struct port *p)
{
	struct stat mine, there;

	return fstat(p->fd, &mine) || stat(p->path, &there) ||
	       mine.st_ino != there.st_ino || mine.st_dev != there.st_dev;
}

static void try(struct port *p)
{
	if (p->open)
		return;
	if (p->fd >= 0 && is_stale(p))
		close_fd(p);
	if (p->fd < 0)
		p->fd = open_any(p->path, &p->is_stream);
	if (p->fd < 0)
		report_error(p, p->fd);
	else if (is_listening(p->fd))
		begin(p);
	else
		report_error(p, -ENOTCONN);
}

static int on_retry(sd_event_source *source, uint64_t usec, void *context)
{
	(void)usec;
	try(context);
	sd_event_source_set_time_relative(source, RETRY_USEC);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

struct port *port_new(sd_event *loop, const char *path,
		      const struct port_user *user)
{
	struct port *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->loop = loop;
	p->path = path;
	p->user = *user;
	p->fd = -1;
	if (sd_event_add_time_relative(loop, &p->retry, CLOCK_MONOTONIC, 0,
				       NO_ACCURACY, on_retry, p) < 0 ||
	    sd_event_add_time_relative(loop, &p->pause, CLOCK_MONOTONIC, 0,
				       NO_ACCURACY, on_pause, p) < 0 ||
	    sd_event_source_set_enabled(p->pause, SD_EVENT_OFF) < 0) {
		port_free(p);
		return NULL;
	}
	return p;
}

void port_free(struct port *p)
{
	if (!p)
		return;
	sd_event_source_disable_unref(p->io);
	sd_event_source_disable_unref(p->retry);
	sd_event_source_disable_unref(p->pause);
	close_fd(p);
	free(p);
}

bool port_is_open(const struct port *p)
{
	return p->open;
}

const struct port_counters *port_counted(const struct port *p)
{
	return &p->count;
}
