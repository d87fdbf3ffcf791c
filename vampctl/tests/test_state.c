// SPDX-License-Identifier: GPL-2.0-or-later
/* What is read from the module, and what top makes of it. */
#include "test.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "device.h"
#include "state.h"
#include "tree.h"
#include "view.h"
#include "words.h"

static int device = -1;
static struct state now, before;
static struct view view;

static int make_host(void **state)
{
	tree_make(state);
	tree_put("vm 200 0 0 0 0 0 0 1\n"
		 "vm 100 2 187 1200000000 3800000000 0 0 3\n"
		 "vcpu 100 1 102 2 13 9 400000000 0x7 99 0 5000000\n"
		 "vcpu 100 0 101 0 0 11 300000000 -3 60 0 1000000\n"
		 "vcpu 200 0 201 0 0 8 0 -1 1 1 0\n"
		 "task 100 0x5 9 97 1 7\n"
		 "task 100 0x6 0 50 2 0\n"
		 "task 100 0x7 4 3 4 0\n"
		 "thread 100 0 0x7 3 0\n"
		 "thread 100 0 0x6 50 1\n"
		 "thread 100 1 0x5 97 1\n"
		 "thread 100 1 0x7 0 0\n",
		 "/dev/vamp");
	return 0;
}

static int remove_host(void **state)
{
	state_free(&now);
	state_free(&before);
	view_free(&view);
	device_close(device);
	device = -1;
	return tree_remove(state);
}

static void read_now(void)
{
	if (device < 0)
		device = device_open();
	assert_true(device >= 0);
	assert_int_equal(state_read(device, true, &now), 0);
}

static void vms_and_vcpus_are_in_order(void **state)
{
	(void)state;
	read_now();
	assert_int_equal(now.vms, 2);
	assert_int_equal(now.vm[0].info.pid, 100);
	assert_string_equal(now.vm[0].name, "100");
	assert_int_equal(now.vm[0].vcpu[0].vcpu_id, 0);
	assert_int_equal(now.vm[0].vcpu[1].nice_delta, 13);
	assert_int_equal(now.vm[0].thread[0].avg, 97);
	assert_int_equal(now.vm[0].tasks, 3);
}

/* From inside the guest, by vampd. What is no line of it is passed over. */
static void tasks_have_the_names_that_vampd_keeps(void **state)
{
	(void)state;
	tree_put("7 12 cc1\nnonsense\n5 4711 Web Content\n6 1\n",
		 "/run/vamp/names/100");
	read_now();
	assert_string_equal(task_names_find(&now.vm[0].names, 5)->name,
			    "Web Content");
	assert_int_equal(task_names_find(&now.vm[0].names, 7)->pid, 12);
	assert_null(task_names_find(&now.vm[0].names, 6));
	assert_null(task_names_find(&now.vm[1].names, 5));
}

/* More than one call gives: 300 VMs, all of them, each once. */
static void long_lists_are_read_to_their_end(void **state)
{
	static char text[300 * 40];
	size_t n = 0;

	(void)state;
	for (int i = 0; i < 300; i++)
		n += (size_t)sprintf(text + n, "vm %d 0 0 0 0 0 0 0\n",
				     1000 + i);
	tree_put(text, "/dev/vamp");
	read_now();
	assert_int_equal(now.vms, 300);
	for (int i = 0; i < 300; i++)
		assert_int_equal(now.vm[i].info.pid, 1000 + i);
}

static void vm_is_found_by_name_process_or_id(void **state)
{
	bool more;

	(void)state;
	read_now();
	strcpy(now.vm[0].name, "desk");
	assert_ptr_equal(state_find(&now, "desk", &more), &now.vm[0]);
	assert_ptr_equal(state_find(&now, "100", &more), &now.vm[0]);
	strcpy(now.vm[1].id, "9001");
	assert_ptr_equal(state_find(&now, "9001", &more), &now.vm[1]);
	assert_null(state_find(&now, "", &more));
	assert_null(state_find(&now, "des", &more));
	assert_false(more);
	strcpy(now.vm[1].name, "desk");
	assert_null(state_find(&now, "desk", &more));
	assert_true(more);
	/* A VM that is called as another's process is. */
	strcpy(now.vm[1].name, "100");
	assert_null(state_find(&now, "100", &more));
	assert_true(more);
}

static void module_that_is_missing_or_other_is_told_apart(void **state)
{
	(void)state;
	tree_put("version 2\n", "/dev/vamp");
	assert_int_equal(device_open(), -EPROTO);
	tree_remove(state);
	tree_make(state);
	assert_int_equal(device_open(), -ENOENT);
}

static const struct host_info host = { "6.12.0", "vamp", 13, 55 };

static void make_view(unsigned int tasks, const struct state *was,
		      uint64_t elapsed)
{
	struct view_input in = {
		.host = &host,
		.now = &now,
		.before = was,
		.elapsed_ns = elapsed,
		.tasks = tasks,
	};

	assert_int_equal(view_make(&view, &in), 0);
}

static void has(size_t line, enum view_kind kind, const char *part)
{
	assert_true(line < view.lines);
	assert_int_equal(view.line[line].kind, kind);
	assert_non_null(strstr(view.line[line].text, part));
}

static void top_calls_tasks_by_their_names(void **state)
{
	(void)state;
	tree_put("5 4711 Web Content\n", "/run/vamp/names/100");
	read_now();
	make_view(8, NULL, 0);
	for (size_t i = 0; i < view.lines; i++)
		if (strstr(view.line[i].text, "Web Content (4711)"))
			return;
	fail_msg("no task of that name is shown");
}

static void top_shows_vm_vcpu_and_tasks_by_load(void **state)
{
	(void)state;
	read_now();
	make_view(10, NULL, 0);
	assert_int_equal(view.lines, 10);
	has(0, VIEW_HEAD, "kvm_vamp 13, policy vamp, vampd runs");
	has(2, VIEW_VM, "100 (100)");
	has(2, VIEW_VM, "mixed           1.2s  input, 3.8s left");
	has(3, VIEW_VCPU,
	    "ran an interactive task lately; woken by an interrupt");
	has(4, VIEW_TASK, "   *0x6 -");
	has(5, VIEW_TASK, "    0x7 -");
	has(6, VIEW_THROTTLED, "2+13  throttled");
	has(6, VIEW_THROTTLED, "runs nothing but background; woken by 0x7");
	has(7, VIEW_TASK, "background");
	has(7, VIEW_TASK, "(confidence 7 of 10)");
	has(8, VIEW_VM, "normal");
	has(9, VIEW_VCPU, "left alone");
}

static void tasks_beyond_the_number_are_counted(void **state)
{
	(void)state;
	read_now();
	make_view(1, NULL, 0);
	has(4, VIEW_TASK, "*0x6");
	has(5, VIEW_TASK, "and 1 more");
	make_view(0, NULL, 0);
	has(4, VIEW_TASK, "and 2 more");
}

/* vCPU 1 waited for 500 of 1000 ms. */
static void waiting_is_told_from_the_second_look_on(void **state)
{
	(void)state;
	read_now();
	before = now;
	now = (struct state){ .vms = 0 };
	read_now();
	now.vm[0].vcpu[1].run_delay_ns += 500000000;
	make_view(10, &before, 1000000000);
	has(6, VIEW_THROTTLED, "   99    49   2+13");
	has(3, VIEW_VCPU, "   60     0      0");
	now.vm[0].vcpu[1].tid++;
	make_view(10, &before, 1000000000);
	has(6, VIEW_THROTTLED, "   99     -   2+13");
}

static void times_are_short(void **state)
{
	char text[16];

	(void)state;
	word_time(text, sizeof(text), 0);
	assert_string_equal(text, "0.0s");
	word_time(text, sizeof(text), 59950000000);
	assert_string_equal(text, "59.9s");
	word_time(text, sizeof(text), 61000000000);
	assert_string_equal(text, "1m01s");
	word_time(text, sizeof(text), 3600000000000 * 25 + 60000000000);
	assert_string_equal(text, "25h01m");
}

static void unknown_numbers_have_a_word(void **state)
{
	(void)state;
	assert_string_equal(word_phase(99), "?");
	assert_string_equal(word_reason(VAMP_REASONS), "?");
	assert_string_equal(word_result(99), "?");
	for (uint32_t i = 0; i < VAMP_INPUT_TYPES; i++)
		assert_int_equal(word_input_type(word_input(i)), i);
	assert_int_equal(word_input_type("?"), -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_host, remove_host)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(vms_and_vcpus_are_in_order),
		TEST(tasks_have_the_names_that_vampd_keeps),
		TEST(top_calls_tasks_by_their_names),
		TEST(long_lists_are_read_to_their_end),
		TEST(vm_is_found_by_name_process_or_id),
		TEST(module_that_is_missing_or_other_is_told_apart),
		TEST(top_shows_vm_vcpu_and_tasks_by_load),
		TEST(tasks_beyond_the_number_are_counted),
		TEST(waiting_is_told_from_the_second_look_on),
		TEST(times_are_short),
		TEST(unknown_numbers_have_a_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
