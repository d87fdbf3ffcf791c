// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

#include "listener.h"

#define NAME	"org.vamp.guest.0"

static char dir[] = "/tmp/vampd-listener-XXXXXX";
static char path[80];

static int serve(const char *at)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", at);
	unlink(at);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(fd, 1), 0);
	return fd;
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

static void stop(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* As libvirt does it: the VM's process has inherited the listening socket. */
static void socket_that_another_opened_for_it_is_connected_to(void **state)
{
	int server = serve(path), fd;
	pid_t pid = start();

	(void)state;
	close(server);
	fd = listener_connect(pid, NAME);
	assert_true(fd >= 0);
	assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	close(fd);
	stop(pid);
}

static void socket_of_another_process_is_not(void **state)
{
	pid_t pid = start();
	int server = serve(path);

	(void)state;
	assert_int_equal(listener_connect(pid, NAME), -ENOENT);
	close(server);
	stop(pid);
}

static void socket_of_another_name_is_not(void **state)
{
	int server = serve(path);

	(void)state;
	assert_int_equal(listener_connect(getpid(), "org.vamp.guest.1"),
			 -ENOENT);
	assert_int_equal(listener_connect(getpid(), "guest.0"), -ENOENT);
	close(server);
}

/* Its owner may replace what is at the path by something important. */
static void what_took_its_place_is_not(void **state)
{
	int server = serve(path), other;
	pid_t pid = start();

	(void)state;
	close(server);
	other = serve(path);
	assert_int_equal(listener_connect(pid, NAME), -ESTALE);
	close(other);
	stop(pid);
}

static void process_that_is_gone_has_none(void **state)
{
	pid_t pid = start();

	(void)state;
	stop(pid);
	assert_int_equal(listener_connect(pid, NAME), -ENOENT);
}

static int make_directory(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/" NAME, dir);
	return 0;
}

static int remove_directory(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(dir);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			socket_that_another_opened_for_it_is_connected_to),
		cmocka_unit_test(socket_of_another_process_is_not),
		cmocka_unit_test(socket_of_another_name_is_not),
		cmocka_unit_test(what_took_its_place_is_not),
		cmocka_unit_test(process_that_is_gone_has_none),
	};

	return cmocka_run_group_tests_name("listener", tests, make_directory,
					   remove_directory);
}
