// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * daemon.c - vampd, as an administrator would run it.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon.h"
#include "device.h"
#include "report.h"
#include "util.h"

#define DAEMON		"build/vampd/vampd"
#define LOG		"/run/vampd.log"
#define READY_NS	(30 * NSEC_PER_SEC)
#define STOP_NS		(10 * NSEC_PER_SEC)

#define NOTIFY		"vamp-daemon"		/* abstract, see sd_notify(3) */

static pid_t daemon_pid;
static int notify = -1;

static void explain(struct json_object *root)
{
	char text[4096];

	if (!read_text(LOG, text, sizeof(text)))
		json_object_object_add(root, "daemon_log",
				       json_object_new_string(text));
}

/* Of this start: what an earlier daemon said is not heard. */
static void open_notify(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	if (notify >= 0)
		close(notify);
	notify = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	strcpy(a.sun_path + 1, NOTIFY);
	if (bind(notify, (struct sockaddr *)&a,
		 offsetof(struct sockaddr_un, sun_path) + sizeof(NOTIFY)))
		undecided("no socket for the daemon's word");
}

static void become_daemon(void)
{
	int fd = open(LOG, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	dup2(fd, 1);
	dup2(fd, 2);
	setenv("NOTIFY_SOCKET", "@" NOTIFY, 1);
	execl(DAEMON, "vampd", "--foreground", "--no-config", NULL);
	perror(DAEMON);
	_exit(127);
}

void daemon_start(void)
{
	static bool explained;

	if (!explained)
		report_on_failure(explain);
	explained = true;
	open_notify();
	daemon_pid = fork();
	if (!daemon_pid)
		become_daemon();
}

static bool daemon_ended(int *status)
{
	return waitpid(daemon_pid, status, WNOHANG) == daemon_pid;
}

void daemon_expect_alive(void)
{
	int status;

	if (daemon_ended(&status))
		fail("vampd ended with status %#x", status);
}

void daemon_await(void)
{
	struct pollfd p = { .fd = notify, .events = POLLIN };
	char text[256];
	ssize_t n;

	while (poll(&p, 1, READY_NS / NSEC_PER_MSEC) > 0) {
		n = recv(notify, text, sizeof(text) - 1, 0);
		text[n > 0 ? n : 0] = 0;
		if (strstr(text, "READY=1"))
			return;
	}
	daemon_expect_alive();
	fail("vampd is not ready after %llu s", READY_NS / NSEC_PER_SEC);
}

unsigned int daemon_log_lines(void)
{
	FILE *f = fopen(LOG, "re");
	unsigned int n = 0;
	int c;

	while (f && (c = getc(f)) != EOF)
		n += c == '\n';
	if (f)
		fclose(f);
	return n;
}

/* Shift starts no phase, but is passed on like any key. */
void daemon_wait(struct vm *vm)
{
	uint64_t deadline = now_ns() + READY_NS;
	struct vamp_counters before, now;
	int status;

	device_counters(&before);
	do {
		if (daemon_ended(&status))
			fail("vampd ended with status %#x", status);
		if (now_ns() > deadline)
			fail("vampd passes on no key of VM %s", vm->name);
		vm_press(vm, "shift");
		sleep_ms(300);
		device_counters(&now);
	} while (now.inputs == before.inputs);
}

void daemon_stop(void)
{
	uint64_t deadline = now_ns() + STOP_NS;
	int status = 0;

	kill(daemon_pid, SIGTERM);
	while (!daemon_ended(&status)) {
		if (now_ns() > deadline)
			fail("vampd does not stop on SIGTERM");
		sleep_ms(20);
	}
	if (status)
		fail("vampd ended with status %#x", status);
}

void daemon_kill(void)
{
	kill(daemon_pid, SIGKILL);
	waitpid(daemon_pid, NULL, 0);
}
