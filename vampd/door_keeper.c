// SPDX-License-Identifier: GPL-2.0-or-later
#include "door_keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <microhttpd.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "door.h"
#include "metrics.h"

#define LINE		3	/* the descriptors that it keeps */
#define LISTENER	4
#define ANSWER_SECONDS	2
#define MEMORY_OF_CLIENT	16384u

static uint32_t questions;

static bool drop_user(void)
{
	if (geteuid())
		return true;
	return !setgroups(0, NULL) &&
	       !setresgid(KEEPER_USER, KEEPER_USER, KEEPER_USER) &&
	       !setresuid(KEEPER_USER, KEEPER_USER, KEEPER_USER);
}

static bool drop_capabilities(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct none[2];

	memset(none, 0, sizeof(none));
	return !syscall(SYS_capset, &header, none) &&
	       !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

/* Both may be where the other is to go. */
static bool keep_only(int listener, int line)
{
	int a = fcntl(line, F_DUPFD, 8), b = fcntl(listener, F_DUPFD, 8);

	return a >= 0 && b >= 0 && dup2(a, LINE) == LINE &&
	       dup2(b, LISTENER) == LISTENER &&
	       !close_range(LISTENER + 1, ~0u, 0);
}

static void set_limits(void)
{
	const struct rlimit files = { 64, 64 }, none = { 0, 0 };

	setrlimit(RLIMIT_NOFILE, &files);
	setrlimit(RLIMIT_CORE, &none);
	setpriority(PRIO_PROCESS, 0, 0);
}

static void reset_signals(void)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_UNBLOCK, &all, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGINT, SIG_IGN);	/* a terminal's is for vampd */
	prctl(PR_SET_NAME, "vampd-metrics");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

/* The file that came with @m, or -1. */
static int take_file(struct msghdr *m)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(m);
	int fd = -1;

	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS &&
	    c->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	return fd;
}

/* One message: its file or -1; false: none came in time. */
static bool receive(uint32_t *question, int *file)
{
	char control[CMSG_SPACE(sizeof(int))];
	struct iovec body = { question, sizeof(*question) };
	struct msghdr m = { .msg_iov = &body,
			    .msg_iovlen = 1,
			    .msg_control = control,
			    .msg_controllen = sizeof(control) };

	if (recvmsg(LINE, &m, MSG_CMSG_CLOEXEC) != sizeof(*question))
		return false;
	*file = take_file(&m);
	return true;
}

/* An answer that comes too late is one to an earlier question. */
static int ask(void)
{
	uint32_t mine = ++questions, answered = 0;
	int file = -1;

	if (send(LINE, &mine, sizeof(mine), MSG_NOSIGNAL) != sizeof(mine))
		return -1;
	while (receive(&answered, &file)) {
		if (answered == mine)
			return file;
		if (file >= 0)
			close(file);
	}
	return -1;
}

static enum MHD_Result say(struct MHD_Connection *c, unsigned int status,
			   const char *text)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(
		strlen(text), (void *)(uintptr_t)text, MHD_RESPMEM_PERSISTENT);
	enum MHD_Result sent;

	if (!r)
		return MHD_NO;
	MHD_add_response_header(r, "Content-Type", "text/plain; charset=utf-8");
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(r, "Allow", "GET, HEAD");
	sent = MHD_queue_response(c, status, r);
	MHD_destroy_response(r);
	return sent;
}

static enum MHD_Result say_metrics(struct MHD_Connection *c)
{
	struct MHD_Response *r;
	enum MHD_Result sent;
	struct stat st;
	int file = ask();

	if (file < 0 || fstat(file, &st))
		return say(c, MHD_HTTP_SERVICE_UNAVAILABLE,
			   "vampd does not answer\n");
	r = MHD_create_response_from_fd64((uint64_t)st.st_size, file);
	if (!r) {
		close(file);
		return MHD_NO;
	}
	MHD_add_response_header(r, "Content-Type", METRICS_TYPE);
	sent = MHD_queue_response(c, MHD_HTTP_OK, r);
	MHD_destroy_response(r);
	return sent;
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *c,
				  const char *url, const char *method,
				  const char *version, const char *upload,
				  size_t *upload_size, void **own)
{
	(void)context;
	(void)version;
	(void)upload;
	(void)upload_size;
	(void)own;
	if (strcmp(method, MHD_HTTP_METHOD_GET) &&
	    strcmp(method, MHD_HTTP_METHOD_HEAD))
		return say(c, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET\n");
	if (strcmp(url, "/metrics"))
		return say(c, MHD_HTTP_NOT_FOUND, "only /metrics\n");
	return say_metrics(c);
}

static struct MHD_Daemon *start(void)
{
	return MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, on_request, NULL,
				MHD_OPTION_LISTEN_SOCKET, LISTENER,
				MHD_OPTION_CONNECTION_LIMIT,
				(unsigned int)DOOR_CLIENTS,
				MHD_OPTION_CONNECTION_TIMEOUT,
				(unsigned int)DOOR_TIMEOUT_SECONDS,
				MHD_OPTION_CONNECTION_MEMORY_LIMIT,
				(size_t)MEMORY_OF_CLIENT, MHD_OPTION_END);
}

/* Milliseconds until libmicrohttpd wants to be called, -1: whenever. */
static int patience(struct MHD_Daemon *d)
{
	MHD_UNSIGNED_LONG_LONG ms;

	if (MHD_get_timeout(d, &ms) != MHD_YES)
		return -1;
	return ms < 1000 ? (int)ms : 1000;
}

/* vampd says nothing of itself: when its end can be read, it is gone. */
static int serve(void)
{
	struct MHD_Daemon *d = start();
	struct pollfd fds[2] = { { LINE, 0, 0 }, { -1, POLLIN, 0 } };
	const union MHD_DaemonInfo *info;

	if (!d)
		return 70;
	info = MHD_get_daemon_info(d, MHD_DAEMON_INFO_EPOLL_FD);
	if (!info)
		return 70;
	fds[1].fd = info->epoll_fd;
	while (!(fds[0].revents & (POLLHUP | POLLERR))) {
		if (poll(fds, 2, patience(d)) < 0 && errno != EINTR)
			return 70;
		MHD_run(d);
	}
	return 0;
}

int keeper_run(int listener, int line)
{
	const struct timeval wait = { .tv_sec = ANSWER_SECONDS };
	pid_t vampd = getppid();

	if (!keep_only(listener, line))
		return 70;
	set_limits();
	if (!drop_user() || !drop_capabilities())
		return KEEPER_PRIVILEGED;
	reset_signals();
	if (getppid() != vampd)
		return 0;
	setsockopt(LINE, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	return serve();
}
