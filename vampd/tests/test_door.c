// SPDX-License-Identifier: GPL-2.0-or-later
/* Clients are threads; the main one runs vampd's loop meanwhile. */
#include "test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "door.h"
#include "log.h"
#include "metrics.h"

static struct sd_event *loop;
static struct door *door;
static struct sockaddr_in to;
static char where[32];
static const char *body;	/* NULL: there is none */
static int asked;
static pid_t keeper;
static uint64_t the_time;

pid_t __real_fork(void);
pid_t __wrap_fork(void);

pid_t __wrap_fork(void)
{
	keeper = __real_fork();
	return keeper;
}

int __wrap_sd_event_now(struct sd_event *l, clockid_t clock, uint64_t *usec);

int __wrap_sd_event_now(struct sd_event *l, clockid_t clock, uint64_t *usec)
{
	(void)l;
	(void)clock;
	*usec = the_time;
	return 0;
}

int __real_sd_event_source_set_time_relative(struct sd_event_source *s,
					     uint64_t usec);
int __wrap_sd_event_source_set_time_relative(struct sd_event_source *s,
					     uint64_t usec);

/* Nobody waits in a test. */
int __wrap_sd_event_source_set_time_relative(struct sd_event_source *s,
					     uint64_t usec)
{
	(void)usec;
	return __real_sd_event_source_set_time_relative(s, 0);
}

static int text_of(void *context, char **text, size_t *size)
{
	assert_ptr_equal(context, &asked);
	asked++;
	if (!body)
		return -ENOMEM;
	*size = strlen(body);
	*text = strdup(body);
	return 0;
}

/* A client: what it says, and what it hears until the connection ends. */
struct client {
	pthread_t thread;
	const char *says;
	size_t size;
	char hears[8192];
	atomic_bool done;
};

static int connect_to_it(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (!connect(fd, (struct sockaddr *)&to, sizeof(to)))
		return fd;
	close(fd);
	return -1;
}

static void *run_client(void *context)
{
	struct client *c = context;
	int fd = connect_to_it();
	size_t used = 0;
	ssize_t n;

	if (fd >= 0) {
		send(fd, c->says, c->size, MSG_NOSIGNAL);
		while (used < sizeof(c->hears) - 1 &&
		       (n = recv(fd, c->hears + used,
				 sizeof(c->hears) - 1 - used, 0)) > 0)
			used += (size_t)n;
		close(fd);
	}
	c->hears[used] = '\0';
	c->done = true;
	return NULL;
}

static const char *ask_bytes(const char *says, size_t size)
{
	static struct client c;

	c = (struct client){ .says = says, .size = size };
	pthread_create(&c.thread, NULL, run_client, &c);
	while (!c.done)
		sd_event_run(loop, 10000);
	pthread_join(c.thread, NULL);
	return c.hears;
}

static const char *ask(const char *says)
{
	return ask_bytes(says, strlen(says));
}

#define GET	"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

static void expect(const char *heard, const char *start, const char *part)
{
	if (strncmp(heard, start, strlen(start)) || !strstr(heard, part))
		fail_msg("not '%s' with '%s': '%s'", start, part, heard);
}

static void metrics_are_served_with_their_type(void **state)
{
	(void)state;
	expect(ask(GET), "HTTP/1.1 200 ", "\r\n\r\nvamp_x 1\n# EOF\n");
	expect(ask(GET), "HTTP/1.1 200 ",
	       "Content-Type: application/openmetrics-text; version=1.0.0; charset=utf-8\r\n");
}

static void other_paths_and_methods_are_refused(void **state)
{
	(void)state;
	asked = 0;
	expect(ask("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
	       "HTTP/1.1 404 ", "/metrics");
	expect(ask("GET /metrics/../x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
	       "HTTP/1.1 404 ", "");
	expect(ask("POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
	       "HTTP/1.1 405 ", "Allow: GET, HEAD");
	assert_int_equal(asked, 0);
}

static void a_client_that_says_nothing_keeps_nobody_waiting(void **state)
{
	int mute[8];

	(void)state;
	for (int i = 0; i < 8; i++) {
		mute[i] = connect_to_it();
		assert_true(mute[i] >= 0);
		assert_int_equal(send(mute[i], "GET /m", 6, 0), 6);
	}
	expect(ask(GET), "HTTP/1.1 200 ", "# EOF");
	for (int i = 0; i < 8; i++)
		close(mute[i]);
}

static void garbage_and_endless_headers_are_refused(void **state)
{
	static char large[200000] = "GET /metrics HTTP/1.1\r\nHost: x\r\nA: ";
	char noise[4096];

	(void)state;
	memset(large + strlen(large), 'a', sizeof(large) - strlen(large));
	ask_bytes(large, sizeof(large));
	srand(4);
	for (int round = 0; round < 20; round++) {
		for (size_t i = 0; i < sizeof(noise) - 2; i++)
			noise[i] = (char)rand();
		strcpy(noise + sizeof(noise) - 5, "\r\n\r");
		noise[sizeof(noise) - 2] = '\n';
		ask_bytes(noise, sizeof(noise) - 1);
	}
	expect(ask(GET), "HTTP/1.1 200 ", "# EOF");
}

static void without_text_it_says_so(void **state)
{
	(void)state;
	body = NULL;
	the_time += 10 * DOOR_FRESH_USEC;
	expect(ask(GET), "HTTP/1.1 503 ", "does not answer");
}

static void a_flood_of_questions_is_answered_from_one_text(void **state)
{
	(void)state;
	the_time += 10 * DOOR_FRESH_USEC;
	asked = 0;
	for (int i = 0; i < 50; i++)
		expect(ask(GET), "HTTP/1.1 200 ", "# EOF");
	assert_int_equal(asked, 1);
	the_time += DOOR_FRESH_USEC;
	ask(GET);
	assert_int_equal(asked, 2);
}

static char *status_of(pid_t pid)
{
	static char text[4096];
	char path[64];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	f = fopen(path, "r");
	assert_non_null(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = '\0';
	return text;
}

static void who_serves_has_no_privileges_and_no_files(void **state)
{
	const char *groups;
	char path[64];

	(void)state;
	ask(GET);
	assert_non_null(strstr(status_of(keeper), "CapPrm:\t0000000000000000"));
	assert_non_null(strstr(status_of(keeper), "CapEff:\t0000000000000000"));
	assert_non_null(strstr(status_of(keeper), "NoNewPrivs:\t1"));
	if (!geteuid()) {
		assert_non_null(
			strstr(status_of(keeper), "Uid:\t65534\t65534\t65534"));
		groups = strstr(status_of(keeper), "Groups:");
		assert_non_null(groups);
		assert_int_equal(strcspn(groups, "0123456789\n"),
				 strcspn(groups, "\n"));
	}
	/* 0 to 2, the line, the listener, and libmicrohttpd's epoll and the like. */
	for (int fd = 10; fd < 64; fd++) {
		snprintf(path, sizeof(path), "/proc/%d/fd/%d", keeper, fd);
		assert_int_not_equal(access(path, F_OK), 0);
	}
}

static void who_serves_is_replaced(void **state)
{
	pid_t first = keeper;

	(void)state;
	kill(first, SIGKILL);
	while (keeper == first)
		sd_event_run(loop, 10000);
	expect(ask(GET), "HTTP/1.1 200 ", "# EOF");
}

static void a_place_that_is_taken_is_an_error(void **state)
{
	(void)state;
	assert_null(door_open(loop, where, text_of, &asked));
	assert_int_equal(errno, EADDRINUSE);
	assert_null(door_open(loop, "nowhere", text_of, &asked));
	assert_int_equal(errno, EINVAL);
}

static void nobody_is_left_when_it_is_closed(void **state)
{
	(void)state;
	door_close(door);
	door = NULL;
	assert_int_equal(kill(keeper, 0), -1);
	assert_int_equal(errno, ESRCH);
	assert_int_equal(connect_to_it(), -1);
}

/* A port that is free now. */
static void choose_place(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	socklen_t size = sizeof(to);

	to = (struct sockaddr_in){ .sin_family = AF_INET };
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&to, size), 0);
	getsockname(fd, (struct sockaddr *)&to, &size);
	close(fd);
	snprintf(where, sizeof(where), "127.0.0.1:%u", ntohs(to.sin_port));
}

static int set_up(void **state)
{
	(void)state;
	body = "vamp_x 1\n# EOF\n";
	choose_place();
	door = door_open(loop, where, text_of, &asked);
	assert_non_null(door);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	door_close(door);
	return 0;
}

static int set_up_all(void **state)
{
	sigset_t set;

	(void)state;
	log_init(false);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	the_time = 1000000;
	return sd_event_new(&loop) < 0;
}

static int tear_down_all(void **state)
{
	(void)state;
	sd_event_unref(loop);
	return 0;
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(metrics_are_served_with_their_type),
		TEST(other_paths_and_methods_are_refused),
		TEST(a_client_that_says_nothing_keeps_nobody_waiting),
		TEST(garbage_and_endless_headers_are_refused),
		TEST(without_text_it_says_so),
		TEST(a_flood_of_questions_is_answered_from_one_text),
		TEST(who_serves_has_no_privileges_and_no_files),
		TEST(who_serves_is_replaced),
		TEST(a_place_that_is_taken_is_an_error),
		TEST(nobody_is_left_when_it_is_closed),
	};

	return cmocka_run_group_tests(tests, set_up_all, tear_down_all);
}
