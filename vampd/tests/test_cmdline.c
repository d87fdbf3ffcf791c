// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cmdline.h"
#include "paths.h"

#define PARSE(...)	parse((const char *[]){ "qemu", __VA_ARGS__, NULL })

static struct cmdline c;

/* Exactly as many bytes as there are, so that the sanitizer sees more. */
static void parse_bytes(const char *bytes, size_t size)
{
	char *copy = malloc(size ?: 1);

	if (size)
		memcpy(copy, bytes, size);
	cmdline_parse(copy, size, &c);
	free(copy);
}

static void parse(const char *const *arguments)
{
	char bytes[16384];
	size_t used = 0;

	for (; *arguments; arguments++) {
		strcpy(bytes + used, *arguments);
		used += strlen(*arguments) + 1;
	}
	parse_bytes(bytes, used);
}

static void expect_monitor(const char *path)
{
	assert_int_equal(c.monitors, 1);
	assert_string_equal(c.monitor[0], path);
}

static void qmp_option_names_a_socket(void **state)
{
	(void)state;
	PARSE("-qmp", "unix:/run/a.sock,server=on,wait=off");
	expect_monitor("/run/a.sock");
	PARSE("--qmp", "unix:a.sock,server,nowait");
	expect_monitor("a.sock");
	PARSE("-qmp-pretty", "unix:path=/run/a.sock,wait=off,server=on");
	expect_monitor("/run/a.sock");
}

static void chardev_and_mon_name_a_socket_in_any_order(void **state)
{
	(void)state;
	PARSE("-chardev", "socket,id=m,path=/run/m,server=on,wait=off", "-mon",
	      "chardev=m,mode=control");
	expect_monitor("/run/m");
	PARSE("-mon", "m,mode=control", "-chardev",
	      "socket,server,nowait,path=/run/m,id=m");
	expect_monitor("/run/m");
	PARSE("-qmp", "chardev:m", "-chardev",
	      "backend=socket,server=on,path=/run/m,id=m");
	expect_monitor("/run/m");
}

static void comma_in_a_path_is_two(void **state)
{
	(void)state;
	PARSE("-qmp", "unix:/run/a,,b,,,server=on");
	expect_monitor("/run/a,b,");
	PARSE("-mon", "m,,1,mode=control", "-chardev",
	      "socket,path=,,,,x,server=on,id=m,,1");
	expect_monitor(",,x");
}

static void others_are_no_monitors(void **state)
{
	(void)state;
	PARSE("-monitor", "unix:/run/a,server=on", "-qmp", "stdio", "-qmp",
	      "tcp:localhost:1,server=on", "-qmp", "unix:/run/client", "-qmp",
	      "unix:/run/off,server=off", "-chardev",
	      "socket,id=m,path=/run/m,server=on", "-mon", "m", "-mon",
	      "m,mode=readline", "-chardev", "socket,id=f,fd=25,server=on",
	      "-mon", "f,mode=control", "-chardev",
	      "pty,id=p,path=/x,server=on", "-mon", "p,mode=control", "-qmp");
	assert_int_equal(c.monitors, 0);
}

static void several_monitors_are_kept_up_to_a_limit(void **state)
{
	(void)state;
	PARSE("-qmp", "unix:1,server=on", "-qmp", "unix:2,server=on");
	assert_int_equal(c.monitors, 2);
	assert_string_equal(c.monitor[1], "2");
	PARSE("-qmp", "unix:1,server=on", "-qmp", "unix:2,server=on", "-qmp",
	      "unix:3,server=on", "-qmp", "unix:4,server=on", "-qmp",
	      "unix:5,server=on", "-mon", "m,mode=control", "-chardev",
	      "socket,id=m,path=/run/m,server=on");
	assert_int_equal(c.monitors, CMDLINE_MONITORS);
}

static void text_that_is_too_long_is_no_path(void **state)
{
	char path[300] = "unix:", id[300] = "";

	(void)state;
	memset(path + 5, 'a', 200);
	strcpy(path + 205, ",server=on");
	memset(id, 'b', 200);
	PARSE("-qmp", path, "-mon", id, "-name", id, "-device", id);
	assert_int_equal(c.monitors, 0);
	assert_string_equal(c.name, "");
}

static void name_is_plain_or_guest(void **state)
{
	(void)state;
	PARSE("-name", "desk");
	assert_string_equal(c.name, "desk");
	PARSE("-name", "guest=desk,debug-threads=on");
	assert_string_equal(c.name, "desk");
	PARSE("-name", "debug-threads=on,guest=a,,b");
	assert_string_equal(c.name, "a,b");
	PARSE("-name", "one,process=two", "-name", "three");
	assert_string_equal(c.name, "three");
	PARSE("-name", "debug-threads=on");
	assert_string_equal(c.name, "");
}

static void sound_cards_are_found(void **state)
{
	(void)state;
	PARSE("-device", "sb16,iobase=0x260,audiodev=a", "-device",
	      "driver=gus");
	assert_int_equal(c.isa.count, 3);
	assert_int_equal(c.isa.range[0].first, 0x260);
	assert_false(c.usb_audio);
	PARSE("-device", "usb-audio,audiodev=a", "-device", "AC97");
	assert_true(c.usb_audio);
	assert_int_equal(c.isa.count, 0);
	PARSE("-soundhw", "ac97,sb16,adlib");
	assert_int_equal(c.isa.count, 2);
}

static void sound_cards_in_json_are_found(void **state)
{
	(void)state;
	PARSE("-device", "{\"driver\":\"sb16\",\"iobase\":576,\"id\":\"x\"}");
	assert_int_equal(c.isa.range[0].first, 0x240);
	PARSE("-device", "{\"driver\":\"usb-audio\",\"id\":\"x\"}");
	assert_true(c.usb_audio);
	PARSE("-device", "{\"driver\":", "-device", "{\"driver\":3}", "-device",
	      "{\"driver\":null}", "-device", "{}", "-device",
	      "{\"driver\":[[[[[[[[[[\"sb16\"]]]]]]]]]]}");
	assert_int_equal(c.isa.count, 0);
}

static void huge_iobase_is_the_default(void **state)
{
	(void)state;
	PARSE("-device", "sb16,iobase=99999999999999999999", "-device",
	      "cs4231a,iobase=-1");
	assert_int_equal(c.isa.range[0].first, 0x220);
	assert_int_equal(c.isa.range[1].first, 0x534);
}

static void odd_arguments_do_no_harm(void **state)
{
	static const char *const odd[] = {
		"",	    ",",	",,",
		",,,",	    "=",	"==",
		",=",	    "=,",	"a=",
		"=a",	    "a,",	",a",
		"unix:",    "unix:,",	"unix:=",
		"unix:,,",  "chardev:", "path",
		"socket,,", "id=m,id",	"{",
		"{}",	    "[",	"--",
		"-",	    "-qmp",	"server=on,path=",
	};
	static const char *const option[] = { "-qmp", "-mon", "-chardev",
					      "-name", "-device", "-soundhw" };

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		for (size_t j = 0; j < 6; j++)
			PARSE("-mon", "m,mode=control", option[j], odd[i]);
	assert_int_equal(c.monitors, 0);
}

static void what_does_not_end_is_not_read(void **state)
{
	static const char bytes[] = "q\0-name\0desk\0-qmp\0unix:/x,server=on";

	(void)state;
	for (size_t size = 0; size < sizeof(bytes); size++) {
		parse_bytes(bytes, size);
		assert_int_equal(c.monitors, 0);
		assert_string_equal(c.name, size < 13 ? "" : "desk");
	}
	parse_bytes(bytes, sizeof(bytes));
	expect_monitor("/x");
}

/* Of this process, so that a busy machine does not matter. */
static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* As many of @piece as fit into a million bytes, NULs included. */
static void parse_million(const char *piece, size_t size)
{
	size_t all = 1000000 / size * size;
	char *bytes = malloc(all);
	double start;

	for (size_t i = 0; i < all; i += size)
		memcpy(bytes + i, piece, size);
	bytes[all - 1] = '\0';
	start = seconds();
	parse_bytes(bytes, all);
	assert_true(seconds() - start < 2);
	free(bytes);
}

#define MILLION(piece)	parse_million(piece, sizeof(piece) - 1)

static void a_million_bytes_take_no_time(void **state)
{
	(void)state;
	MILLION("-");
	MILLION(",");
	MILLION("\0");
	MILLION("-device\0sb16,iobase=1\0");
	MILLION("-device\0{\"driver\":\"sb16\"}\0");
	MILLION("-mon\0m,mode=control\0-chardev\0socket,id=m,path=p\0");
	MILLION("-soundhw\0sb16,sb16,sb16,sb16,sb16\0");
	MILLION("-name\0a,,b\0");
	parse_million("-device\0{\"a\":[{},{},{},{},{},", 30);
	assert_int_equal(c.isa.count, 0);
}

static void random_bytes_do_no_harm(void **state)
{
	static const char *const word[] = { "-qmp",    "-mon",	 "-chardev",
					    "unix:",   "socket", "mode=control",
					    "server,", ",",	 "=",
					    "path=/x", "id=m",	 "m",
					    "-device", "sb16,",	 "{\"" };
	char bytes[600];

	(void)state;
	srand(1);
	for (int round = 0; round < 20000; round++) {
		size_t used = 0;

		while (used < 500) {
			const char *w = word[rand() % 15];

			memcpy(bytes + used, w, strlen(w));
			used += strlen(w);
			if (rand() % 2)
				bytes[used++] = '\0';
		}
		parse_bytes(bytes, used);
	}
}

static char dir[] = "/tmp/vampd-cmdline-XXXXXX";

static void put_cmdline(size_t size)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "%s/7/cmdline", dir);
	f = fopen(path, "w");
	fwrite("qemu\0-name\0x", 1, 13, f);
	for (size_t i = 13; i < size; i++)
		fputc('\0', f);
	fclose(f);
}

static void command_line_of_a_process_is_read(void **state)
{
	(void)state;
	put_cmdline(13);
	assert_int_equal(cmdline_read(7, &c), 0);
	assert_string_equal(c.name, "x");
	put_cmdline(CMDLINE_BYTES_MAX);
	assert_int_equal(cmdline_read(7, &c), 0);
	assert_string_equal(c.name, "x");
	put_cmdline(CMDLINE_BYTES_MAX + 1);
	assert_int_equal(cmdline_read(7, &c), -E2BIG);
	assert_string_equal(c.name, "");
	assert_int_equal(cmdline_read(8, &c), -ENOENT);
}

static int set_up(void **state)
{
	char path[64];

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/7", dir);
	mkdir(path, 0700);
	paths.proc = dir;
	return 0;
}

static int tear_down(void **state)
{
	char path[64];

	(void)state;
	snprintf(path, sizeof(path), "%s/7/cmdline", dir);
	unlink(path);
	path[strlen(path) - 8] = '\0';
	rmdir(path);
	rmdir(dir);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(qmp_option_names_a_socket),
		cmocka_unit_test(chardev_and_mon_name_a_socket_in_any_order),
		cmocka_unit_test(comma_in_a_path_is_two),
		cmocka_unit_test(others_are_no_monitors),
		cmocka_unit_test(several_monitors_are_kept_up_to_a_limit),
		cmocka_unit_test(text_that_is_too_long_is_no_path),
		cmocka_unit_test(name_is_plain_or_guest),
		cmocka_unit_test(sound_cards_are_found),
		cmocka_unit_test(sound_cards_in_json_are_found),
		cmocka_unit_test(huge_iobase_is_the_default),
		cmocka_unit_test(odd_arguments_do_no_harm),
		cmocka_unit_test(what_does_not_end_is_not_read),
		cmocka_unit_test(a_million_bytes_take_no_time),
		cmocka_unit_test(random_bytes_do_no_harm),
		cmocka_unit_test(command_line_of_a_process_is_read),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
