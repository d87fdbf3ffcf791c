// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "name.h"

/* Arguments, each with its NUL. */
#define ARGS(text)	text "\0", sizeof(text)

static struct vm_name n;

static void expect(const char *bytes, size_t size, enum name_source source,
		   const char *text, const char *id)
{
	name_parse(4711, bytes, size, &n);
	assert_string_equal(n.text, text);
	assert_string_equal(n.id, id);
	assert_int_equal(n.source, source);
}

static void both_ways_of_name_are_read(void **state)
{
	(void)state;
	expect(ARGS("qemu-system-x86_64\0-name\0desk"), NAME_QEMU, "desk", "");
	expect(ARGS("q\0-name\0guest=desk,debug-threads=on"), NAME_QEMU, "desk",
	       "");
	expect(ARGS("q\0-name\0debug-threads=on,guest=desk"), NAME_QEMU, "desk",
	       "");
	expect(ARGS("q\0--name\0desk,process=x"), NAME_QEMU, "desk", "");
	expect(ARGS("q\0-name\0a,,b=c"), NAME_QEMU, "a,b=c", "");
	expect(ARGS("q\0-name\0guest=a,,b"), NAME_QEMU, "a,b", "");
}

static void the_last_name_counts(void **state)
{
	(void)state;
	expect(ARGS("q\0-name\0old\0-name\0new"), NAME_QEMU, "new", "");
}

static void a_libvirt_domain_has_its_name(void **state)
{
	(void)state;
	expect(ARGS("/usr/bin/qemu-system-x86_64\0-name\0"
		    "guest=win 10,debug-threads=on\0-S\0-object\0"
		    "{\"qom-type\":\"secret\",\"id\":\"masterKey0\",\"file\":"
		    "\"/var/lib/libvirt/qemu/domain-3-win 10/master-key.aes\"}"),
	       NAME_LIBVIRT, "win 10", "");
	expect(ARGS("q\0-name\0guest=u\0-chardev\0socket,id=charmonitor,path="
		    "/root/.config/libvirt/qemu/lib/domain-1-u/monitor.sock"),
	       NAME_LIBVIRT, "u", "");
}

static void a_proxmox_vm_has_its_name_and_its_id(void **state)
{
	(void)state;
	expect(ARGS("/usr/bin/kvm\0-id\0"
		    "100\0-name\0desk,debug-threads=on\0"
		    "-no-shutdown"),
	       NAME_PROXMOX, "desk", "100");
	expect(ARGS("/usr/bin/kvm\0-id\0"
		    "101"),
	       NAME_PROXMOX, "101", "101");
	expect(ARGS("q\0-id\0"
		    "1x\0-name\0a"),
	       NAME_QEMU, "a", "");
	expect(ARGS("q\0-id\0"
		    "1234567890123456\0-name\0a"),
	       NAME_QEMU, "a", "");
}

static void without_a_name_it_is_the_process(void **state)
{
	(void)state;
	expect(ARGS("q\0-m\0"
		    "16"),
	       NAME_PROCESS, "4711", "");
	expect(ARGS("q\0-name"), NAME_PROCESS, "4711", "");
	expect(ARGS("q\0-name\0"), NAME_PROCESS, "4711", "");
	expect("", 0, NAME_PROCESS, "4711", "");
	expect("q\0-name\0cut", 11, NAME_PROCESS, "4711", "");
}

static void an_argument_that_looks_like_an_option_is_none(void **state)
{
	(void)state;
	expect(ARGS("q\0-name\0-name\0desk"), NAME_QEMU, "-name", "");
}

static void names_are_utf8_without_control_characters(void **state)
{
	(void)state;
	expect(ARGS("q\0-name\0B\xc3\xbcro \xe2\x82\xac \xf0\x9f\x96\xa5"),
	       NAME_QEMU, "B\xc3\xbcro \xe2\x82\xac \xf0\x9f\x96\xa5", "");
	expect(ARGS("q\0-name\0a\nb\x1b[0m\x7f"), NAME_QEMU, "a?b?[0m?", "");
	expect(ARGS("q\0-name\0a\xc2\x9b"), NAME_QEMU, "a?", "");
	/* Overlong, a surrogate, too large, cut off, a byte alone. */
	expect(ARGS("q\0-name\0\xc0\xafx"), NAME_QEMU, "??x", "");
	expect(ARGS("q\0-name\0\xed\xa0\x80x"), NAME_QEMU, "???x", "");
	expect(ARGS("q\0-name\0\xf4\x90\x80\x80x"), NAME_QEMU, "????x", "");
	expect(ARGS("q\0-name\0x\xe2\x82"), NAME_QEMU, "x??", "");
	expect(ARGS("q\0-name\0\x80x"), NAME_QEMU, "?x", "");
}

static void long_names_are_cut_between_characters(void **state)
{
	char bytes[512] = "q\0-name";
	size_t at = 8;

	(void)state;
	bytes[at++] = 'a';
	for (int i = 0; i < 100; i++) {
		bytes[at++] = '\xc3';
		bytes[at++] = '\xbc';
	}
	name_parse(1, bytes, at + 1, &n);
	assert_int_equal(n.source, NAME_QEMU);
	assert_true(strlen(n.text) < NAME_TEXT);
	assert_true(strlen(n.text) > 100);
}

static void random_bytes_do_no_harm(void **state)
{
	char bytes[64];

	(void)state;
	srand(1);
	for (int round = 0; round < 20000; round++) {
		size_t size = (size_t)rand() % sizeof(bytes);

		for (size_t i = 0; i < size; i++)
			bytes[i] = (char)rand();
		if (size > 12)
			memcpy(bytes, "q\0-name\0", 8);
		name_parse(1, bytes, size, &n);
		assert_true(n.text[0]);
	}
}

static void patterns_mean_names_and_ids_but_never_processes(void **state)
{
	(void)state;
	expect(ARGS("kvm\0-id\0"
		    "100\0-name\0desk-1"),
	       NAME_PROXMOX, "desk-1", "100");
	assert_true(name_matches(&n, "desk-1"));
	assert_true(name_matches(&n, "desk-*"));
	assert_true(name_matches(&n, "100"));
	assert_false(name_matches(&n, "10*"));
	assert_false(name_matches(&n, "desk"));
	expect(ARGS("q"), NAME_PROCESS, "4711", "");
	assert_false(name_matches(&n, "4711"));
	assert_false(name_matches(&n, "*"));
}

static void a_process_s_name_is_read_below_the_given_proc(void **state)
{
	char dir[] = "/tmp/vampd-test-XXXXXX", path[64];
	FILE *f;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/77", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/77/cmdline", dir);
	f = fopen(path, "w");
	fwrite("q\0-name\0desk", 1, sizeof("q\0-name\0desk"), f);
	fclose(f);
	assert_int_equal(name_read(dir, 77, &n), 0);
	assert_string_equal(n.text, "desk");
	unlink(path);
	assert_int_equal(name_read(dir, 77, &n), -ENOENT);
	assert_string_equal(n.text, "77");
	snprintf(path, sizeof(path), "%s/77", dir);
	rmdir(path);
	rmdir(dir);
}

static void every_source_has_a_word(void **state)
{
	(void)state;
	assert_string_equal(name_source(NAME_PROXMOX), "proxmox");
	for (int i = 0; i < NAME_SOURCES; i++)
		assert_non_null(name_source((enum name_source)i));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_ways_of_name_are_read),
		cmocka_unit_test(the_last_name_counts),
		cmocka_unit_test(a_libvirt_domain_has_its_name),
		cmocka_unit_test(a_proxmox_vm_has_its_name_and_its_id),
		cmocka_unit_test(without_a_name_it_is_the_process),
		cmocka_unit_test(an_argument_that_looks_like_an_option_is_none),
		cmocka_unit_test(names_are_utf8_without_control_characters),
		cmocka_unit_test(long_names_are_cut_between_characters),
		cmocka_unit_test(random_bytes_do_no_harm),
		cmocka_unit_test(
			patterns_mean_names_and_ids_but_never_processes),
		cmocka_unit_test(a_process_s_name_is_read_below_the_given_proc),
		cmocka_unit_test(every_source_has_a_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
