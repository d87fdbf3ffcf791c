// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "by_hand.h"
#include "device.h"
#include "log.h"
#include "monitor.h"
#include "paths.h"
#include "qmp.h"
#include "sound.h"

#define PID	7
#define AC97(address) \
	"[{\"devices\":[{\"id\":{\"vendor\":32902,\"device\":9237}," \
	"\"regions\":[{\"bar\":0,\"type\":\"io\",\"address\":" #address "," \
	"\"size\":1024}]}]}]"

static const struct ranges no_ranges;
static struct sd_event *loop;
static char dir[] = "/tmp/vampd-sound-XXXXXX";
static char log_file[64];
static int real_stderr;

/* The module. */
static struct vamp_sound module_has;
static int times_told, refusal;

int device_sound(int fd, pid_t pid, uint32_t vector,
		 const struct vamp_sound_range *ranges, uint32_t count)
{
	assert_int_equal(fd, 3);
	times_told++;
	if (refusal)
		return refusal;
	module_has.pid = pid;
	module_has.vector = vector;
	module_has.nr_ranges = count;
	memcpy(module_has.range, ranges, sizeof(module_has.range));
	return 0;
}

/* QEMU: it answers when the test lets it. */
static int connection;		/* what monitor_connect() says, 0: a connection */
static int times_asked;
static char last_path[128];
static qmp_done *waiting;
static void *waiting_context;

int monitor_connect(pid_t pid, const char *path)
{
	assert_int_equal(pid, PID);
	snprintf(last_path, sizeof(last_path), "%s", path);
	return connection ?: open("/dev/null", O_RDONLY);
}

struct qmp *qmp_ask(sd_event *at, int fd, const char *command, qmp_done *done,
		    void *context)
{
	assert_ptr_equal(at, loop);
	assert_string_equal(command, "query-pci");
	close(fd);
	times_asked++;
	waiting = done;
	waiting_context = context;
	return (struct qmp *)&waiting;
}

void qmp_cancel(struct qmp *q)
{
	assert_ptr_equal(q, &waiting);
	waiting = NULL;
}

const char *qmp_why(int err)
{
	return strerror(-err);
}

static void qemu_answers(const char *json, int err)
{
	struct json_object *o = json ? json_tokener_parse(json) : NULL;
	qmp_done *done = waiting;

	assert_non_null(done);
	waiting = NULL;
	done(waiting_context, o, err);
	json_object_put(o);
}

/* Time: waiting for the next look is not waited for, but remembered. */
static uint64_t asked_delay;

int __wrap_sd_event_source_set_time_relative(sd_event_source *s, uint64_t usec);
int __real_sd_event_source_set_time_relative(sd_event_source *s, uint64_t usec);

int __wrap_sd_event_source_set_time_relative(sd_event_source *s, uint64_t usec)
{
	asked_delay = usec;
	return __real_sd_event_source_set_time_relative(s, 1000);
}

/* One look of the VM, and what it asks for. */
static void look(void)
{
	assert_true(sd_event_run(loop, 1000000) > 0);
}

static void look_and_answer(const char *json)
{
	look();
	qemu_answers(json, 0);
}

static void put_cmdline(const char *text, size_t size)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%d/cmdline", dir, PID);
	f = fopen(path, "w");
	fwrite(text, 1, size, f);
	fclose(f);
}

#define CMDLINE(text)	put_cmdline(text, sizeof(text))
#define MONITOR		"\0-qmp\0unix:/run/q,server=on"

static bool logged(const char *text)
{
	static char all[1 << 16];
	FILE *f = fopen(log_file, "r");
	size_t n = fread(all, 1, sizeof(all) - 1, f);

	fclose(f);
	all[n] = '\0';
	return strstr(all, text);
}

static int times_logged(const char *text)
{
	char line[1024];
	FILE *f = fopen(log_file, "r");
	int n = 0;

	while (fgets(line, sizeof(line), f))
		n += !!strstr(line, text);
	fclose(f);
	return n;
}

static struct sound *start(void)
{
	struct sound *s;

	sound_init(loop, 3, true);
	s = sound_new(PID, &no_ranges, 0);
	assert_non_null(s);
	return s;
}

static void found_devices_are_told_and_logged(void **state)
{
	struct sound_counters c;
	struct sound *s;

	(void)state;
	CMDLINE("qemu\0-name\0desk" MONITOR);
	s = start();
	look_and_answer(AC97(49152));
	assert_string_equal(last_path, "/run/q");
	assert_int_equal(times_told, 1);
	assert_int_equal(module_has.pid, PID);
	assert_int_equal(module_has.nr_ranges, 1);
	assert_int_equal(module_has.range[0].first, 0xc000);
	assert_true(logged("VM 7 (desk): AC97 at io 0xc000-0xc3ff"));
	sound_read_counters(&c);
	assert_int_equal(c.vms, 1);
	sound_free(s);
	sound_read_counters(&c);
	assert_int_equal(c.vms, 0);
}

static void looks_come_after_5_and_then_every_30_seconds(void **state)
{
	struct sound *s;

	(void)state;
	CMDLINE("qemu" MONITOR);
	s = start();
	look_and_answer("[]");
	assert_int_equal(asked_delay, 5000000);
	look_and_answer("[]");
	assert_int_equal(asked_delay, 30000000);
	look_and_answer("[]");
	assert_int_equal(asked_delay, 30000000);
	sound_free(s);
}

static void only_changes_are_told(void **state)
{
	struct sound *s;

	(void)state;
	CMDLINE("qemu" MONITOR);
	s = start();
	look_and_answer(AC97(-1));
	assert_int_equal(times_told, 1);
	assert_int_equal(module_has.nr_ranges, 0);
	look_and_answer(AC97(49152));
	look_and_answer(AC97(49152));
	assert_int_equal(times_told, 2);
	look_and_answer(AC97(53248));
	assert_int_equal(times_told, 3);
	assert_int_equal(module_has.range[0].first, 0xd000);
	look_and_answer("[]");
	assert_int_equal(times_told, 4);
	assert_int_equal(times_logged("no sound devices any more"), 1);
	sound_free(s);
}

static void vm_that_is_announced_again_is_told_again(void **state)
{
	struct sound *s;

	(void)state;
	CMDLINE("qemu" MONITOR);
	s = start();
	sound_announced(s);
	assert_int_equal(times_told, 0);
	look_and_answer(AC97(49152));
	sound_announced(s);
	assert_int_equal(times_told, 2);
	assert_int_equal(times_asked, 1);
	sound_announced(NULL);
	sound_free(s);
}

static void unknown_vm_is_told_again_at_the_next_look(void **state)
{
	struct sound *s;

	(void)state;
	CMDLINE("qemu" MONITOR);
	s = start();
	refusal = -ESRCH;
	look_and_answer(AC97(49152));
	look_and_answer(AC97(49152));
	assert_int_equal(times_told, 2);
	refusal = 0;
	look_and_answer(AC97(49152));
	assert_int_equal(times_told, 3);
	look_and_answer(AC97(49152));
	assert_int_equal(times_told, 3);
	sound_free(s);
}

static void refusal_of_the_module_is_logged_once(void **state)
{
	struct sound *s;

	(void)state;
	CMDLINE("qemu" MONITOR);
	s = start();
	refusal = -EINVAL;
	look_and_answer(AC97(49152));
	look_and_answer(AC97(49152));
	assert_int_equal(times_logged("module refuses"), 1);
	sound_free(s);
}

static void busy_monitor_is_logged_once_and_asked_again(void **state)
{
	struct sound *s;

	(void)state;
	CMDLINE("qemu" MONITOR);
	s = start();
	for (int i = 0; i < 3; i++) {
		look();
		qemu_answers(NULL, -EBUSY);
	}
	assert_int_equal(times_logged("monitor /run/q"), 1);
	assert_int_equal(times_told, 0);
	look_and_answer(AC97(49152));
	assert_int_equal(times_told, 1);
	sound_free(s);
}

static void what_was_known_stays_when_qemu_does_not_answer(void **state)
{
	struct sound *s;

	(void)state;
	CMDLINE("qemu\0-device\0sb16" MONITOR);
	s = start();
	look_and_answer(AC97(49152));
	assert_int_equal(module_has.nr_ranges, 2);
	look();
	qemu_answers(NULL, -ETIMEDOUT);
	connection = -ECONNREFUSED;
	look();
	assert_int_equal(times_told, 1);
	assert_int_equal(asked_delay, 30000000);
	sound_free(s);
}

static void stranger_s_socket_is_not_asked(void **state)
{
	struct sound *s;

	(void)state;
	CMDLINE("qemu" MONITOR);
	s = start();
	connection = -EREMOTE;
	look();
	look();
	assert_int_equal(times_asked, 0);
	assert_int_equal(times_logged("monitor /run/q"), 1);
	sound_free(s);
}

static void second_monitor_is_asked_if_the_first_is_busy(void **state)
{
	struct sound *s;

	(void)state;
	CMDLINE("qemu" MONITOR "\0-qmp\0unix:/run/2,server=on");
	s = start();
	look();
	assert_string_equal(last_path, "/run/q");
	qemu_answers(NULL, -EBUSY);
	assert_string_equal(last_path, "/run/2");
	qemu_answers(AC97(49152), 0);
	assert_int_equal(module_has.nr_ranges, 1);
	assert_int_equal(asked_delay, 5000000);
	sound_free(s);
}

static void without_a_monitor_isa_cards_are_found(void **state)
{
	struct sound *s;

	(void)state;
	CMDLINE("qemu\0-device\0sb16");
	s = start();
	look();
	look();
	assert_int_equal(times_told, 1);
	assert_int_equal(module_has.range[0].first, 0x220);
	assert_int_equal(times_logged("no QMP monitor"), 1);
	sound_free(s);
}

static void without_anything_the_module_is_told_nothing(void **state)
{
	struct sound *s;

	(void)state;
	CMDLINE("qemu");
	s = start();
	look();
	look();
	sound_announced(s);
	assert_int_equal(times_told, 0);
	sound_free(s);
}

static void usb_sound_that_cannot_be_seen_is_logged_once(void **state)
{
	struct sound *s;

	(void)state;
	CMDLINE("qemu\0-device\0usb-audio" MONITOR);
	s = start();
	look_and_answer("[]");
	look_and_answer("[]");
	assert_int_equal(times_logged("xHCI"), 1);
	sound_free(s);
}

static void too_many_ranges_are_logged_once(void **state)
{
	struct sound *s;

	(void)state;
	CMDLINE("qemu\0-device\0sb16\0-device\0gus\0-device\0adlib\0-device\0"
		"cs4231a\0-device\0gus,iobase=1\0-device\0gus,iobase=2" MONITOR);
	s = start();
	look_and_answer(AC97(49152));
	look_and_answer(AC97(53248));
	assert_int_equal(module_has.nr_ranges, VAMP_SOUND_RANGES);
	assert_int_equal(times_logged("more sound devices"), 1);
	sound_free(s);
}

static void name_of_a_vm_cannot_forge_a_line(void **state)
{
	struct sound *s;

	(void)state;
	CMDLINE("qemu\0-name\0a\n<3>b" MONITOR);
	s = start();
	look_and_answer(AC97(49152));
	assert_true(logged("VM 7 (a?<3>b): AC97"));
	sound_free(s);
}

static void missing_command_line_is_logged_once(void **state)
{
	struct sound *s;
	char path[64];

	(void)state;
	snprintf(path, sizeof(path), "%s/%d/cmdline", dir, PID);
	unlink(path);
	s = start();
	look();
	look();
	assert_int_equal(times_logged("command line cannot be read"), 1);
	sound_free(s);
}

static void vm_that_ends_while_it_is_asked_is_left(void **state)
{
	struct sound *s;

	(void)state;
	CMDLINE("qemu" MONITOR);
	s = start();
	look();
	sound_free(s);
	assert_null(waiting);
	sound_free(NULL);
}

static void only_so_many_are_asked_at_once(void **state)
{
	struct sound *s[12];

	(void)state;
	CMDLINE("qemu" MONITOR);
	s[0] = start();
	for (int i = 1; i < 12; i++)
		s[i] = sound_new(PID, &no_ranges, 0);
	for (int i = 0; i < 30; i++)
		look();
	assert_int_equal(times_asked, 8);
	qemu_answers("[]", 0);
	for (int i = 0; i < 30; i++)
		look();
	assert_int_equal(times_asked, 9);
	for (int i = 0; i < 12; i++)
		sound_free(s[i]);
}

static void what_is_set_by_hand_wins(void **state)
{
	struct sound *s;

	(void)state;
	assert_null(by_hand_sound("hand:mem:0x1000-0x1fff:w"));
	assert_null(by_hand_vector("hand:0xfd"));
	CMDLINE("qemu\0-device\0sb16\0-name\0hand" MONITOR);
	s = start();
	look();
	look();
	assert_int_equal(times_asked, 0);
	assert_int_equal(times_told, 1);
	assert_int_equal(module_has.vector, 0xfd);
	assert_int_equal(module_has.nr_ranges, 1);
	assert_int_equal(module_has.range[0].first, 0x1000);
	assert_true(logged("set by hand at mem 0x1000-0x1fff"));
	sound_free(s);
}

static void vector_by_hand_goes_with_what_is_found(void **state)
{
	struct sound *s;

	(void)state;
	assert_null(by_hand_vector("vec:0xfc"));
	CMDLINE("qemu\0-name\0vec" MONITOR);
	s = start();
	look();
	qemu_answers(NULL, -EBUSY);
	assert_int_equal(times_told, 1);
	assert_int_equal(module_has.vector, 0xfc);
	look_and_answer(AC97(49152));
	assert_int_equal(module_has.vector, 0xfc);
	assert_int_equal(module_has.nr_ranges, 1);
	sound_free(s);
}

static void what_the_file_says_counts_where_no_option_does(void **state)
{
	struct ranges file = { .count = 0 };
	struct sound *s;

	(void)state;
	assert_null(ranges_parse("io:0x300-0x30f", &file));
	sound_init(loop, 3, false);
	CMDLINE("qemu\0-name\0file" MONITOR);
	s = sound_new(PID, &file, 0xfb);
	look();
	assert_int_equal(times_asked, 0);
	assert_int_equal(module_has.vector, 0xfb);
	assert_int_equal(module_has.nr_ranges, 1);
	assert_int_equal(module_has.range[0].first, 0x300);
	sound_withdraw(s);
	assert_int_equal(module_has.nr_ranges + module_has.vector, 0);
	CMDLINE("qemu\0-name\0hand" MONITOR);
	s = sound_new(PID, &file, 0xfb);
	look();
	assert_int_equal(module_has.vector, 0xfd);
	assert_int_equal(module_has.range[0].first, 0x1000);
	sound_free(s);
}

static void without_discovery_only_what_is_set_by_hand_is_told(void **state)
{
	struct sound *s;

	(void)state;
	sound_init(loop, 3, false);
	CMDLINE("qemu\0-device\0sb16" MONITOR);
	s = sound_new(PID, &no_ranges, 0);
	look();
	assert_int_equal(times_told + times_asked, 0);
	sound_free(s);
	CMDLINE("qemu\0-name\0hand" MONITOR);
	s = sound_new(PID, &no_ranges, 0);
	look();
	assert_int_equal(times_asked, 0);
	assert_int_equal(times_told, 1);
	sound_free(s);
}

/* Before anything was set by hand. */
static void without_anything_to_do_there_is_nothing(void **state)
{
	(void)state;
	sound_init(loop, 3, false);
	assert_null(sound_new(PID, &no_ranges, 0));
}

static int begin(void **state)
{
	int fd;

	(void)state;
	times_told = times_asked = refusal = connection = 0;
	waiting = NULL;
	module_has = (struct vamp_sound){ .pid = 0 };
	real_stderr = dup(2);
	fd = open(log_file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	dup2(fd, 2);
	close(fd);
	return sd_event_new(&loop) < 0;
}

static int end(void **state)
{
	(void)state;
	dup2(real_stderr, 2);
	close(real_stderr);
	sd_event_unref(loop);
	return 0;
}

static int set_up(void **state)
{
	char path[64];

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/%d", dir, PID);
	mkdir(path, 0700);
	snprintf(log_file, sizeof(log_file), "%s/log", dir);
	paths.proc = dir;
	log_init(false);
	return 0;
}

static int tear_down(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", dir);
	return system(command);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_anything_to_do_there_is_nothing),
		TEST(found_devices_are_told_and_logged),
		TEST(looks_come_after_5_and_then_every_30_seconds),
		TEST(only_changes_are_told),
		TEST(vm_that_is_announced_again_is_told_again),
		TEST(unknown_vm_is_told_again_at_the_next_look),
		TEST(refusal_of_the_module_is_logged_once),
		TEST(busy_monitor_is_logged_once_and_asked_again),
		TEST(what_was_known_stays_when_qemu_does_not_answer),
		TEST(stranger_s_socket_is_not_asked),
		TEST(second_monitor_is_asked_if_the_first_is_busy),
		TEST(without_a_monitor_isa_cards_are_found),
		TEST(without_anything_the_module_is_told_nothing),
		TEST(usb_sound_that_cannot_be_seen_is_logged_once),
		TEST(too_many_ranges_are_logged_once),
		TEST(name_of_a_vm_cannot_forge_a_line),
		TEST(missing_command_line_is_logged_once),
		TEST(vm_that_ends_while_it_is_asked_is_left),
		TEST(only_so_many_are_asked_at_once),
		TEST(what_is_set_by_hand_wins),
		TEST(vector_by_hand_goes_with_what_is_found),
		TEST(what_the_file_says_counts_where_no_option_does),
		TEST(without_discovery_only_what_is_set_by_hand_is_told),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
