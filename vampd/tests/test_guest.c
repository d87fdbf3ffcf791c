// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A guest at the other end of a socket, and a module that remembers. Whatever the
 * guest sends, vampd goes on, keeps within its bounds and says one line at most.
 */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cmdline.h"
#include "device.h"
#include "guest.h"
#include "guest_names.h"
#include "guest_port.h"
#include "listener.h"
#include "log.h"
#include "monitor.h"

#define PID	4711
#define HELLO \
	"{\"v\":1,\"type\":\"hello\",\"program\":\"test 1\",\"system\":\"Linux 6\",\"pti\":false,\"vcpus\":\"0-3\"}\n"

static struct sd_event *loop;
static struct guest *guest;
static int side = -1;			/* the guest's */
static int connect_error;
static struct vamp_vm_info info;
static struct vamp_task_info task[3];
static int tasks;
static struct vamp_place placed;
static int placements, outputs, refuses;

/* ---- what surrounds guest.c ---- */

int cmdline_read(pid_t pid, struct cmdline *c)
{
	assert_int_equal(pid, PID);
	*c = (struct cmdline){ .name = "", .channel = "/the/port" };
	return 0;
}

int monitor_connect(pid_t pid, const char *path)
{
	int fd[2];

	assert_int_equal(pid, PID);
	assert_string_equal(path, "/the/port");
	if (connect_error)
		return connect_error;
	assert_int_equal(socketpair(AF_UNIX,
				    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
				    0, fd),
			 0);
	side = fd[1];
	return fd[0];
}

int listener_connect(pid_t pid, const char *name)
{
	(void)pid;
	(void)name;
	return -ENOENT;
}

int device_read_vms(int fd, struct vamp_vm_info *to, size_t room)
{
	assert_true(room > 0);
	(void)fd;
	to[0] = info;
	return 1;
}

int device_read_tasks(int fd, pid_t pid, struct vamp_task_info *to, size_t room)
{
	assert_true(room > 3);
	(void)fd;
	assert_int_equal(pid, PID);
	memcpy(to, task, (size_t)tasks * sizeof(*to));
	return tasks;
}

int device_place(int fd, pid_t pid, const struct vamp_cpus *slow,
		 const struct vamp_cpus *fast)
{
	(void)fd;
	assert_int_equal(pid, PID);
	placements++;
	memcpy(placed.slow, slow->bits, sizeof(placed.slow));
	memcpy(placed.fast, fast->bits, sizeof(placed.fast));
	return refuses;
}

int device_output(int fd, pid_t pid)
{
	(void)fd;
	assert_int_equal(pid, PID);
	outputs++;
	return 0;
}

static int lines_of_log;

void log_line(enum log_level level, const char *fmt, ...)
{
	(void)fmt;
	lines_of_log += level <= LOG_LEVEL_WARN;
}

/* ---- the guest's side ---- */

static void run(unsigned int ms)
{
	uint64_t end, now;

	sd_event_now(loop, CLOCK_MONOTONIC, &now);
	end = now + 1000ull * ms;
	do {
		assert_true(sd_event_run(loop, 10000) >= 0);
		sd_event_now(loop, CLOCK_MONOTONIC, &now);
	} while (now < end);
}

static void say(const char *text)
{
	size_t size = strlen(text);

	assert_int_equal(send(side, text, size, MSG_NOSIGNAL), (ssize_t)size);
	run(30);
}

/* Everything that it was told since the last time. */
static const char *heard(void)
{
	static char text[65536];
	ssize_t n;

	run(30);
	n = read(side, text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = '\0';
	return text;
}

static uint32_t number_told(const char *text)
{
	const char *at = strstr(text, "\"number\":");

	assert_non_null(at);
	return (uint32_t)strtoul(at + 9, NULL, 10);
}

/* Connected, its extension known, and a phase running. */
static uint32_t in_phase(void)
{
	uint32_t number;

	say(HELLO);
	heard();
	info.phase = VAMP_PHASE_MIXED;
	info.phase_left_ns = 5000000000ull;
	guest_phase(guest);
	number = number_told(heard());
	return number;
}

static void say_placement(uint32_t number, const char *slow, const char *fast)
{
	char text[256];

	snprintf(
		text, sizeof(text),
		"{\"v\":1,\"type\":\"placement\",\"number\":%u,\"slow\":\"%s\",\"fast\":\"%s\"}\n",
		number, slow, fast);
	say(text);
}

/* ---- what must hold ---- */

static void a_guest_is_greeted(void **state)
{
	(void)state;
	assert_non_null(strstr(heard(), "\"type\":\"hello\""));
	assert_false(guest_is_heard(guest));
	say(HELLO);
	assert_true(guest_is_heard(guest));
}

/* What QEMU holds for a guest without the extension would come late to it. */
static void a_guest_that_was_not_heard_is_told_no_phase(void **state)
{
	(void)state;
	heard();
	info.phase = VAMP_PHASE_MIXED;
	info.phase_left_ns = 1000000000;
	guest_phase(guest);
	assert_null(strstr(heard(), "phase"));
	say(HELLO);
	assert_non_null(strstr(heard(), "\"state\":\"begin\""));
}

static void background_is_told_and_nothing_else(void **state)
{
	const char *text;

	(void)state;
	say(HELLO);
	heard();
	task[0] = (struct vamp_task_info){ .id = 0x30,
					   .flags = VAMP_TASK_BACKGROUND,
					   .load = 50 };
	task[1] = (struct vamp_task_info){ .id = 0x10, .load = 70 };
	task[2] = (struct vamp_task_info){ .id = 0x20,
					   .flags = VAMP_TASK_BACKGROUND,
					   .load = 40 };
	tasks = 3;
	info.phase = VAMP_PHASE_MIXED;
	guest_phase(guest);
	text = heard();
	assert_non_null(strstr(text, "\"type\":\"background\""));
	assert_non_null(strstr(text, "48"));
	assert_non_null(strstr(text, "32"));
	assert_null(strstr(text, ":16,"));
}

static void how_much_the_vm_waited_is_told_and_what_it_becomes(void **state)
{
	(void)state;
	info.vm_waited = 51;
	in_phase();
	info.vm_waited = 7;
	guest_phase(guest);
	assert_non_null(strstr(heard(), "\"waited\":7"));
}

static void placement_of_this_phase_reaches_the_module(void **state)
{
	uint32_t number = in_phase();

	(void)state;
	say_placement(number, "1", "0,2-3");
	assert_int_equal(placements, 1);
	assert_int_equal(placed.slow[0], 2);
	assert_int_equal(placed.fast[0], 13);
}

static void placement_of_another_phase_does_not(void **state)
{
	uint32_t number = in_phase();

	(void)state;
	say_placement(number + 1, "1", "0");
	say_placement(number - 1, "1", "0");
	assert_int_equal(placements, 0);
	guest_phase_ends(guest);
	say_placement(number, "1", "0");
	assert_int_equal(placements, 0);
}

static void what_is_placed_no_more_is_taken_back(void **state)
{
	uint32_t number = in_phase();

	(void)state;
	say_placement(number, "1", "0");
	say_placement(number, "", "");
	assert_int_equal(placements, 2);
	assert_int_equal(placed.slow[0] | placed.fast[0], 0);
}

static void channel_that_closes_takes_its_placement_back(void **state)
{
	uint32_t number = in_phase();

	(void)state;
	say_placement(number, "1", "0");
	close(side);
	side = -1;
	run(30);
	assert_int_equal(placements, 2);
	assert_int_equal(placed.slow[0], 0);
	assert_false(guest_is_heard(guest));
}

static void guest_that_falls_silent_in_a_phase_is_taken_back(void **state)
{
	uint32_t number = in_phase();

	(void)state;
	say_placement(number, "1", "0");
	run(VAMP_CHANNEL_SILENCE_MS + VAMP_CHANNEL_PING_MS + 800);
	assert_int_equal(placements, 2);
	assert_int_equal(placed.slow[0], 0);
	assert_false(guest_is_heard(guest));
}

static void guest_that_answers_keeps_its_placement(void **state)
{
	uint32_t number = in_phase();

	(void)state;
	say_placement(number, "1", "0");
	for (int i = 0; i < 4; i++) {
		run(1000);
		say("{\"v\":1,\"type\":\"pong\",\"number\":1}\n");
	}
	assert_int_equal(placements, 1);
	assert_true(guest_is_heard(guest));
}

/* What it was asked meanwhile it answers when it goes on. */
static void guest_that_was_paused_is_talked_to_again(void **state)
{
	uint32_t number = in_phase();

	(void)state;
	run(VAMP_CHANNEL_SILENCE_MS + VAMP_CHANNEL_PING_MS + 800);
	assert_false(guest_is_heard(guest));
	heard();
	say("{\"v\":1,\"type\":\"pong\",\"number\":1}\n");
	assert_true(guest_is_heard(guest));
	run(600);
	assert_non_null(strstr(heard(), "\"state\":\"begin\""));
	say_placement(number, "1", "0");
	assert_int_equal(placements, 1);
}

static void end_of_the_phase_is_told(void **state)
{
	(void)state;
	in_phase();
	info.phase = VAMP_PHASE_NORMAL;
	guest_phase_ends(guest);
	assert_non_null(strstr(heard(), "\"state\":\"end\""));
}

static void end_that_no_event_told_of_is_noticed(void **state)
{
	(void)state;
	in_phase();
	info.phase = VAMP_PHASE_NORMAL;
	run(700);
	assert_non_null(strstr(heard(), "\"state\":\"end\""));
}

static void sound_in_the_guest_asks_for_phases_while_it_lasts(void **state)
{
	(void)state;
	say(HELLO);
	say("{\"v\":1,\"type\":\"audio\",\"on\":true}\n");
	run(2200);
	assert_in_range(outputs, 2, 4);
	say("{\"v\":1,\"type\":\"audio\",\"on\":false}\n");
	outputs = 0;
	run(1500);
	assert_int_equal(outputs, 0);
}

static void nonsense_is_one_line_of_log(void **state)
{
	(void)state;
	say(HELLO);
	lines_of_log = 0;
	for (int i = 0; i < 30; i++)
		say("nonsense { \x01\xff\n");
	assert_int_equal(lines_of_log, 1);
	assert_true(guest_is_heard(guest));
}

static void line_without_end_is_one_line_of_log(void **state)
{
	char part[1024];

	(void)state;
	memset(part, 'x', sizeof(part));
	lines_of_log = 0;
	for (int i = 0; i < 200; i++) {
		if (send(side, part, sizeof(part), MSG_NOSIGNAL) < 0)
			run(30);
		run(5);
	}
	assert_int_equal(lines_of_log, 1);
}

/* It is read no faster, whatever it sends. */
static void flood_is_read_at_the_agreed_rate(void **state)
{
	static const char line[] = "{\"v\":1,\"type\":\"pong\",\"number\":1}\n";
	struct guest_port_counters before, after;

	(void)state;
	lines_of_log = 0;
	guest_port_read_counters(&before);
	for (int i = 0; i < 300; i++) {
		while (send(side, line, sizeof(line) - 1, MSG_NOSIGNAL) > 0)
			;
		run(5);
	}
	guest_port_read_counters(&after);
	assert_in_range(after.lines - before.lines, 10,
			VAMP_CHANNEL_BURST + 20 * VAMP_CHANNEL_RATE);
	assert_in_range(lines_of_log, 0, 1);
}

/* It costs what the buffer holds, not more. */
static void guest_that_reads_nothing_holds_nothing_up(void **state)
{
	struct guest_port_counters before, after;

	(void)state;
	in_phase();
	guest_port_read_counters(&before);
	for (int i = 0; i < 20000; i++)
		guest_phase(guest);
	guest_port_read_counters(&after);
	assert_true(after.unsent > before.unsent);
}

static void lost_port_is_found_again(void **state)
{
	(void)state;
	say(HELLO);
	close(side);
	side = -1;
	run(1200);
	assert_true(side >= 0);
	assert_false(guest_is_heard(guest));
	say(HELLO);
	assert_true(guest_is_heard(guest));
}

/* Such as by a sandbox that forbids it. Tries come a second apart, and more. */
static int lines_while_lost(int err)
{
	connect_error = err;
	close(side);
	side = -1;
	lines_of_log = 0;
	run(3200);
	return lines_of_log;
}

static void port_that_cannot_be_looked_for_is_one_line_of_log(void **state)
{
	(void)state;
	assert_int_equal(lines_while_lost(-EAFNOSUPPORT), 1);
}

static void port_with_nobody_at_it_is_none(void **state)
{
	(void)state;
	assert_int_equal(lines_while_lost(-ECONNREFUSED), 0);
}

static int begin(void **state)
{
	(void)state;
	connect_error = 0;
	info = (struct vamp_vm_info){ .pid = PID };
	tasks = placements = outputs = refuses = 0;
	guest = guest_new(PID, " (test)");
	run(30);
	return side < 0;
}

static int end(void **state)
{
	struct guest_counters c;

	(void)state;
	guest_free(guest);
	if (side >= 0)
		close(side);
	side = -1;
	guests_read_counters(&c);
	return c.guests != 0;
}

static int begin_all(void **state)
{
	(void)state;
	if (sd_event_default(&loop) < 0)
		return -1;
	guests_init(loop, 3);
	return 0;
}

static int end_all(void **state)
{
	(void)state;
	sd_event_unref(loop);
	return 0;
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_guest_is_greeted),
		TEST(a_guest_that_was_not_heard_is_told_no_phase),
		TEST(background_is_told_and_nothing_else),
		TEST(how_much_the_vm_waited_is_told_and_what_it_becomes),
		TEST(placement_of_this_phase_reaches_the_module),
		TEST(placement_of_another_phase_does_not),
		TEST(what_is_placed_no_more_is_taken_back),
		TEST(channel_that_closes_takes_its_placement_back),
		TEST(guest_that_falls_silent_in_a_phase_is_taken_back),
		TEST(guest_that_answers_keeps_its_placement),
		TEST(guest_that_was_paused_is_talked_to_again),
		TEST(end_of_the_phase_is_told),
		TEST(end_that_no_event_told_of_is_noticed),
		TEST(sound_in_the_guest_asks_for_phases_while_it_lasts),
		TEST(nonsense_is_one_line_of_log),
		TEST(line_without_end_is_one_line_of_log),
		TEST(flood_is_read_at_the_agreed_rate),
		TEST(guest_that_reads_nothing_holds_nothing_up),
		TEST(lost_port_is_found_again),
		TEST(port_that_cannot_be_looked_for_is_one_line_of_log),
		TEST(port_with_nobody_at_it_is_none),
	};

	return cmocka_run_group_tests_name("guest", tests, begin_all, end_all);
}
