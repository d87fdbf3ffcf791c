// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "monitor.h"

static char dir[] = "/tmp/vampd-monitor-XXXXXX";
static char path[80];

/* A server on the path, in this process. */
static int serve(const char *at)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", at);
	unlink(at);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(fd, 1), 0);
	return fd;
}

static void process_s_own_socket_is_connected_to(void **state)
{
	int server = serve(path);
	int fd = monitor_connect(getpid(), path);

	(void)state;
	assert_true(fd >= 0);
	assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	close(fd);
	close(server);
}

static void relative_path_is_under_its_working_directory(void **state)
{
	int server = serve(path);
	int fd;

	(void)state;
	assert_int_equal(chdir(dir), 0);
	fd = monitor_connect(getpid(), "s");
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(monitor_connect(getpid(), "../s"), -EXDEV);
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(monitor_connect(getpid(), "s"), -ENOENT);
	close(server);
}

static pid_t start(void)
{
	pid_t pid = fork();

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pause();
		_exit(0);
	}
	return pid;
}

/* What the VM names may be a socket of something important. */
static void socket_of_another_process_is_refused(void **state)
{
	int server = serve(path);
	pid_t pid = start();
	char byte;
	int fd;

	(void)state;
	assert_int_equal(monitor_connect(pid, path), -EREMOTE);
	fd = accept(server, NULL, NULL);
	assert_int_equal(read(fd, &byte, 1), 0);
	close(fd);
	close(server);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* Absolute for the process is under its own root. */
static void root_of_the_process_counts(void **state)
{
	int server = serve(path);
	int ready[2];
	char byte;
	pid_t pid;

	(void)state;
	if (geteuid())
		skip();
	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (!chroot(dir) && write(ready[1], "", 1) == 1)
			pause();
		_exit(0);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(monitor_connect(pid, path), -ENOENT);
	assert_int_equal(monitor_connect(pid, "/s"), -EREMOTE);
	assert_int_equal(monitor_connect(pid, "/../../s"), -EREMOTE);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(ready[0]);
	close(ready[1]);
	close(server);
}

static void others_are_no_sockets(void **state)
{
	(void)state;
	assert_int_equal(monitor_connect(getpid(), "/dev/null"), -ENOTSOCK);
	assert_int_equal(monitor_connect(getpid(), "/tmp"), -ENOTSOCK);
	assert_int_equal(monitor_connect(getpid(), "/nonexistent/s"), -ENOENT);
	assert_int_equal(monitor_connect(getpid(), "/proc/self/fd/0"), -ELOOP);
	close(serve(path));
	assert_int_equal(monitor_connect(getpid(), path), -ECONNREFUSED);
}

static void full_queue_is_busy_at_once(void **state)
{
	int server = serve(path);
	int fd[16], n = 0;

	(void)state;
	while (n < 16 && (fd[n] = monitor_connect(getpid(), path)) >= 0)
		n++;
	assert_in_range(n, 1, 15);
	assert_int_equal(fd[n], -EBUSY);
	while (n)
		close(fd[--n]);
	close(server);
}

static int set_up(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/s", dir);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	unlink(path);
	rmdir(dir);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(process_s_own_socket_is_connected_to),
		cmocka_unit_test(relative_path_is_under_its_working_directory),
		cmocka_unit_test(socket_of_another_process_is_refused),
		cmocka_unit_test(root_of_the_process_counts),
		cmocka_unit_test(others_are_no_sockets),
		cmocka_unit_test(full_queue_is_busy_at_once),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
