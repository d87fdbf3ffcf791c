// SPDX-License-Identifier: GPL-2.0-or-later
#include "door.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "address.h"
#include "door_keeper.h"
#include "log.h"

#define AGAIN_USEC	10000000u
#define DISMISS_MSEC	2000

struct door {
	sd_event *loop;
	char where[64];
	door_text *text;
	void *context;
	int listener;
	int line;		/* to the child */
	pid_t child;
	int paper;		/* the last answer, -1: none */
	uint64_t written;	/* when */
	sd_event_source *questions, *end, *again;
};

static int listen_at(const char *where)
{
	struct address a;
	int fd, on = 1, err;

	if (address_parse(where, &a))
		return -EINVAL;
	fd = socket(a.socket.ss_family,
		    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (a.socket.ss_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	if (!bind(fd, (struct sockaddr *)&a.socket, a.size) &&
	    !listen(fd, DOOR_CLIENTS))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

/* A file in memory that nobody can change any more. */
static int write_paper(const char *text, size_t size)
{
	int fd = memfd_create("vamp-metrics", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	size_t used = 0;

	if (fd < 0)
		return -1;
	while (used < size) {
		ssize_t n = write(fd, text + used, size - used);

		if (n <= 0) {
			close(fd);
			return -1;
		}
		used += (size_t)n;
	}
	fcntl(fd, F_ADD_SEALS,
	      F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL);
	return fd;
}

static void forget_paper(struct door *d)
{
	if (d->paper >= 0)
		close(d->paper);
	d->paper = -1;
}

static int paper(struct door *d)
{
	uint64_t now = 0;
	size_t size;
	char *text = NULL;

	sd_event_now(d->loop, CLOCK_MONOTONIC, &now);
	if (d->paper >= 0 && now - d->written < DOOR_FRESH_USEC)
		return d->paper;
	forget_paper(d);
	if (!d->text(d->context, &text, &size))
		d->paper = write_paper(text, size);
	free(text);
	d->written = now;
	return d->paper;
}

/* Whether it gets the answer is the child's business. */
static void answer(struct door *d, uint32_t question)
{
	char control[CMSG_SPACE(sizeof(int))] = "";
	struct iovec body = { &question, sizeof(question) };
	struct msghdr m = { .msg_iov = &body, .msg_iovlen = 1 };
	struct cmsghdr *c;
	int fd = paper(d);

	if (fd >= 0) {
		m.msg_control = control;
		m.msg_controllen = sizeof(control);
		c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	}
	if (sendmsg(d->line, &m, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		log_debug("metrics: cannot answer: %s", strerror(errno));
}

static int on_question(sd_event_source *source, int fd, uint32_t events,
		       void *context)
{
	struct door *d = context;
	uint32_t question;
	ssize_t n;

	(void)events;
	n = recv(fd, &question, sizeof(question), MSG_DONTWAIT);
	if (n == sizeof(question))
		answer(d, question);
	else if (n >= 0 || (errno != EAGAIN && errno != EINTR))
		sd_event_source_set_enabled(source, SD_EVENT_OFF);
	return 0;
}

static void hang_up(struct door *d)
{
	d->questions = sd_event_source_disable_unref(d->questions);
	d->end = sd_event_source_disable_unref(d->end);
	if (d->line >= 0)
		close(d->line);
	d->line = -1;
}

static int on_end(sd_event_source *source, const siginfo_t *info, void *context)
{
	struct door *d = context;

	(void)source;
	d->child = 0;
	if (info->si_code == CLD_EXITED && info->si_status == KEEPER_PRIVILEGED)
		log_error(
			"metrics: the process that serves them cannot give up its privileges (it needs CAP_SETUID and CAP_SETGID for that); there are none");
	else
		log_warn("metrics: the process that serves them ended (%s %d)",
			 info->si_code == CLD_EXITED ? "status" : "signal",
			 info->si_status);
	hang_up(d);
	sd_event_source_set_time_relative(d->again, AGAIN_USEC);
	sd_event_source_set_enabled(d->again, SD_EVENT_ONESHOT);
	return 0;
}

/* In the child, which never comes back. */
static void __attribute__((noreturn)) be_keeper(const struct door *d, int line)
{
	_exit(keeper_run(d->listener, line));
}

static int watch(struct door *d)
{
	int r = sd_event_add_io(d->loop, &d->questions, d->line, EPOLLIN,
				on_question, d);

	if (r >= 0)
		r = sd_event_add_child(d->loop, &d->end, d->child, WEXITED,
				       on_end, d);
	return r;
}

static int hire(struct door *d)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return -errno;
	d->child = fork();
	if (!d->child)
		be_keeper(d, ends[1]);
	close(ends[1]);
	d->line = ends[0];
	if (d->child < 0) {
		d->child = 0;
		return -errno;
	}
	return watch(d);
}

static int on_again(sd_event_source *source, uint64_t usec, void *context)
{
	(void)source;
	(void)usec;
	if (hire(context) < 0)
		log_warn("metrics: no process to serve them: %s",
			 strerror(errno));
	return 0;
}

static int start(struct door *d)
{
	int r;

	d->listener = listen_at(d->where);
	if (d->listener < 0)
		return d->listener;
	r = sd_event_add_time_relative(d->loop, &d->again, CLOCK_MONOTONIC, 0,
				       0, on_again, d);
	if (r < 0)
		return r;
	sd_event_source_set_enabled(d->again, SD_EVENT_OFF);
	return hire(d);
}

static void log_open(const struct door *d)
{
	struct address a;

	log_info("metrics: http://%s/metrics", d->where);
	if (!address_parse(d->where, &a) && !address_is_loopback(&a))
		log_warn(
			"metrics: %s is not a loopback address: other hosts can read the names of VMs and when they are used",
			d->where);
}

struct door *door_open(sd_event *loop, const char *where, door_text *text,
		       void *context)
{
	struct door *d = calloc(1, sizeof(*d));
	int err;

	if (!d)
		return NULL;
	d->loop = loop;
	d->text = text;
	d->context = context;
	d->listener = d->line = d->paper = -1;
	snprintf(d->where, sizeof(d->where), "%s", where);
	err = start(d);
	if (err < 0) {
		log_error("metrics: cannot listen at %s: %s", where,
			  strerror(-err));
		door_close(d);
		errno = -err;
		return NULL;
	}
	log_open(d);
	return d;
}

/*
 * It ends when the line does. We may not be allowed to kill it, being another
 * user, and must not wait for one that has gone astray.
 */
static void dismiss(pid_t child)
{
	struct pollfd p = { .events = POLLIN };

	p.fd = (int)syscall(SYS_pidfd_open, child, 0);
	if (p.fd < 0)
		return;
	poll(&p, 1, DISMISS_MSEC);
	close(p.fd);
	if (waitpid(child, NULL, WNOHANG) != child)
		log_warn("metrics: process %d does not end", child);
}

void door_close(struct door *d)
{
	if (!d)
		return;
	hang_up(d);
	if (d->child)
		dismiss(d->child);
	sd_event_source_disable_unref(d->again);
	if (d->listener >= 0)
		close(d->listener);
	forget_paper(d);
	free(d);
}
