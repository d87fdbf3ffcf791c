// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device.h"
#include "exit_code.h"
#include "guest.h"
#include "log.h"
#include "mend.h"
#include "module.h"
#include "paths.h"
#include "slow.h"
#include "sound.h"
#include "vms.h"

static struct sd_event *loop;
static int device, others;	/* descriptors: ours, and what others were told */
static int pipe_of_module[2];	/* its events come here */
static uint64_t the_time;

/* The module. */
static struct vamp_event event;
static int events_waiting, read_error, open_error, list_error;
static int opened, closed, listed;

int device_open(const char *path)
{
	assert_string_equal(path, paths.device);
	if (open_error)
		return open_error;
	opened++;
	return dup(pipe_of_module[0]);
}

void device_close(int fd)
{
	closed++;
	close(fd);
}

int device_list_vms(int fd, pid_t *pids, size_t room)
{
	assert_true(fd >= 0 && room >= 2);
	listed++;
	pids[0] = 1;
	pids[1] = 2;
	return list_error ? list_error : 2;
}

int device_read_events(int fd, struct vamp_event *to, size_t room)
{
	char c;

	assert_true(room > 0);
	assert_int_equal(read(fd, &c, 1), 1);
	*to = event;
	return read_error ? read_error : events_waiting;
}

/* Those who are told. */
static int added, synced, slow_phases;
static struct vm the_vm = { .pid = 1 };

void vms_add(pid_t pid)
{
	added = pid;
}

void vms_sync(pid_t *pids, size_t count)
{
	assert_int_equal(pids[1], 2);
	synced = (int)count;
}

struct vm *vms_find(pid_t pid)
{
	return pid == 1 ? &the_vm : NULL;
}

size_t vms_count(void)
{
	return 2;
}

void sound_use_device(int fd)
{
	others = fd;
}

void mend_use_device(int fd)
{
	assert_int_equal(others, fd);
}

void slow_use_device(int fd)
{
	assert_int_equal(others, fd);
}

void guests_use_device(int fd)
{
	assert_int_equal(others, fd);
}

static int guest_phases, guest_ends;

void guest_phase(struct guest *g)
{
	assert_ptr_equal(g, the_vm.guest);
	guest_phases++;
}

void guest_phase_ends(struct guest *g)
{
	assert_ptr_equal(g, the_vm.guest);
	guest_ends++;
}

void slow_begin(void)
{
	slow_phases++;
}

static int times_ready;

static void ready(void *context)
{
	assert_ptr_equal(context, &times_ready);
	times_ready++;
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

int __wrap_sd_event_source_set_time_relative(struct sd_event_source *s,
					     uint64_t usec)
{
	assert_int_equal(usec, 1000000);
	return __real_sd_event_source_set_time_relative(s, 0);
}

static void tell(uint32_t type, pid_t pid, uint32_t phase)
{
	event = (struct vamp_event){ .type = type, .pid = pid, .phase = phase };
	events_waiting = 1;
	assert_int_equal(write(pipe_of_module[1], "", 1), 1);
	sd_event_run(loop, 1000000);
}

static void events_are_passed_on(void **state)
{
	(void)state;
	assert_int_equal(synced, 2);
	tell(VAMP_EVENT_VM_NEW, 7, 0);
	assert_int_equal(added, 7);
	synced = 0;
	tell(VAMP_EVENT_VM_GONE, 7, 0);
	assert_int_equal(synced, 2);
	synced = 0;
	tell(VAMP_EVENT_LOST, 0, 0);
	assert_int_equal(synced, 2);
}

static void phases_are_counted_for_their_vm(void **state)
{
	(void)state;
	tell(VAMP_EVENT_PHASE_START, 1, VAMP_PHASE_MIXED);
	tell(VAMP_EVENT_PHASE_START, 1, VAMP_PHASE_NON_MIXED);
	tell(VAMP_EVENT_PHASE_START, 9, VAMP_PHASE_MIXED);
	tell(VAMP_EVENT_PHASE_END, 1, VAMP_PHASE_MIXED);
	assert_int_equal(the_vm.counts.phases, 2);
	assert_int_equal(the_vm.counts.phases_mixed, 1);
	assert_int_equal(slow_phases, 1);
	assert_int_equal(guest_phases, 1);
	assert_int_equal(guest_ends, 1);
}

static void lose_it(void)
{
	read_error = -ENODEV;
	open_error = -ENOENT;
	tell(0, 0, 0);
	read_error = 0;
}

static void a_module_that_goes_is_waited_for(void **state)
{
	(void)state;
	lose_it();
	assert_false(module_is_there());
	assert_int_equal(device, -1);
	assert_int_equal(others, -1);
	assert_int_equal(closed, 1);
	for (int i = 0; i < 5; i++)
		sd_event_run(loop, 1000000);
	assert_false(module_is_there());
	open_error = 0;
	synced = 0;
	while (!module_is_there())
		sd_event_run(loop, 1000000);
	assert_int_equal(others, device);
	assert_int_equal(times_ready, 1);
	assert_int_equal(synced, 2);
	assert_int_equal(module_returns(), 1);
	tell(VAMP_EVENT_VM_NEW, 8, 0);
	assert_int_equal(added, 8);
}

static void one_that_comes_and_fails_is_tried_again(void **state)
{
	(void)state;
	lose_it();
	open_error = 0;
	list_error = -EIO;
	for (int i = 0; i < 5; i++)
		sd_event_run(loop, 1000000);
	assert_false(module_is_there());
	assert_int_equal(opened, closed - 1);
	list_error = 0;
	while (!module_is_there())
		sd_event_run(loop, 1000000);
	assert_int_equal(module_returns(), 1);
}

static void another_version_ends_vampd(void **state)
{
	int code = -1;

	(void)state;
	read_error = -EPROTO;
	tell(0, 0, 0);
	sd_event_get_exit_code(loop, &code);
	assert_int_equal(code, EXIT_CODE_NO_MODULE);
}

static void another_version_that_comes_ends_vampd(void **state)
{
	int code = -1;

	(void)state;
	lose_it();
	open_error = 0;
	list_error = -EINVAL;
	while (sd_event_get_exit_code(loop, &code) < 0)
		sd_event_run(loop, 1000000);
	assert_int_equal(code, EXIT_CODE_NO_MODULE);
}

static void what_is_let_go_of_is_left_until_it_is_another(void **state)
{
	char other[64];

	(void)state;
	module_let_go();
	assert_int_equal(closed, 1);
	for (int i = 0; i < 5; i++)
		sd_event_run(loop, 1000000);
	assert_int_equal(opened, 0);
	/* Another file of that name, as a module that is loaded makes. */
	snprintf(other, sizeof(other), "%s-new", paths.device);
	fclose(fopen(other, "w"));
	assert_int_equal(rename(other, paths.device), 0);
	while (!module_is_there())
		sd_event_run(loop, 1000000);
	assert_int_equal(opened, 1);
}

static void what_nobody_unloads_is_taken_again(void **state)
{
	(void)state;
	module_let_go();
	the_time += 59000000;
	for (int i = 0; i < 3; i++)
		sd_event_run(loop, 1000000);
	assert_false(module_is_there());
	the_time += 2000000;
	while (!module_is_there())
		sd_event_run(loop, 1000000);
	assert_int_equal(opened, 1);
}

static void letting_go_twice_is_once(void **state)
{
	(void)state;
	module_let_go();
	module_let_go();
	assert_int_equal(closed, 1);
}

static char file[] = "/tmp/vampd-module-XXXXXX";

static int set_up(void **state)
{
	(void)state;
	strcpy(file, "/tmp/vampd-module-XXXXXX");
	close(mkstemp(file));
	paths.device = file;
	assert_int_equal(pipe(pipe_of_module), 0);
	read_error = open_error = list_error = 0;
	opened = closed = listed = added = synced = 0;
	times_ready = slow_phases = guest_phases = guest_ends = 0;
	the_vm.counts = (struct vm_counts){ .inputs = 0 };
	the_time = 1000000;
	sd_event_new(&loop);
	device = dup(pipe_of_module[0]);
	module_init(loop, &device, ready, &times_ready);
	return module_start();
}

static int tear_down(void **state)
{
	(void)state;
	module_end();
	sd_event_unref(loop);
	if (device >= 0)
		close(device);
	close(pipe_of_module[0]);
	close(pipe_of_module[1]);
	return unlink(file);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(events_are_passed_on),
		TEST(phases_are_counted_for_their_vm),
		TEST(a_module_that_goes_is_waited_for),
		TEST(one_that_comes_and_fails_is_tried_again),
		TEST(another_version_ends_vampd),
		TEST(another_version_that_comes_ends_vampd),
		TEST(what_is_let_go_of_is_left_until_it_is_another),
		TEST(what_nobody_unloads_is_taken_again),
		TEST(letting_go_twice_is_once),
	};

	log_init(false);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
