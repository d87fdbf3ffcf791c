// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "device.h"

#define VERSION VAMP_UAPI_VERSION

static int fail;		/* errno of the next ioctl */
static unsigned int attends;	/* calls */
static uint32_t vms_there;	/* how many the mock lists */
static struct vamp_input last;
static struct vamp_sound last_sound;

/* Three vCPUs, of which one has no thread that we could see. */
static int list_vcpus(struct vamp_list *l)
{
	struct vamp_vcpu_info *infos = (void *)(uintptr_t)l->entries;

	assert_int_equal(l->entry_size, sizeof(*infos));
	assert_int_equal(l->pid, 77);
	l->count = l->first ? 0 : 3;
	for (uint32_t i = 0; i < l->count; i++)
		infos[i] = (struct vamp_vcpu_info){
			.tid = i == 1 ? 0 : (int)(500 + i),
			.nice_delta = (int)i,
		};
	return 0;
}

int __wrap_ioctl(int fd, unsigned long request, void *arg);

static int list(struct vamp_list *l)
{
	struct vamp_vm_info *infos = (void *)(uintptr_t)l->entries;

	assert_int_equal(l->size, sizeof(*l));
	assert_int_equal(l->version, VAMP_UAPI_VERSION);
	assert_int_equal(l->entry_size, sizeof(*infos));
	assert_true(l->capacity <= VAMP_LIST_MAX);
	l->total = vms_there;
	l->count = 0;
	while (l->count < l->capacity && l->first + l->count < vms_there) {
		infos[l->count].pid = (int)(1000 + l->first + l->count);
		l->count++;
	}
	return 0;
}

int __wrap_ioctl(int fd, unsigned long request, void *arg)
{
	(void)fd;
	if (fail) {
		errno = fail;
		return -1;
	}
	if (request == VAMP_IOC_VMS)
		return list(arg);
	if (request == VAMP_IOC_VCPUS)
		return list_vcpus(arg);
	if (request == VAMP_IOC_COUNTERS) {
		assert_int_equal(((struct vamp_counters *)arg)->size,
				 sizeof(struct vamp_counters));
		((struct vamp_counters *)arg)->inputs = 7;
		return 0;
	}
	if (request == VAMP_IOC_SOUND) {
		last_sound = *(struct vamp_sound *)arg;
		return 0;
	}
	if (request == VAMP_IOC_ATTEND) {
		attends++;
		return 0;
	}
	assert_true(request == VAMP_IOC_INPUT);
	last = *(struct vamp_input *)arg;
	((struct vamp_input *)arg)->result = VAMP_INPUT_EXTENDED;
	return 0;
}

static void missing_device_is_enoent(void **state)
{
	(void)state;
	assert_int_equal(device_open("/nonexistent/vamp"), -ENOENT);
}

static void phases_end_with_the_open_device(void **state)
{
	int fd;

	(void)state;
	attends = 0;
	fd = device_open("/dev/null");
	assert_true(fd >= 0);
	assert_int_equal(attends, 1);
	device_close(fd);
}

static void a_module_that_cannot_attend_is_of_another_version(void **state)
{
	(void)state;
	fail = ENOTTY;
	assert_int_equal(device_open("/dev/null"), -EPROTO);
	fail = 0;
}

static void all_pages_of_the_list_are_read(void **state)
{
	static const uint32_t sizes[] = { 0, 1, 255, 256, 257, 1024, 3000 };
	static pid_t pids[4096];

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		vms_there = sizes[i];
		assert_int_equal(device_list_vms(0, pids, 4096), sizes[i]);
		if (sizes[i])
			assert_int_equal(pids[sizes[i] - 1], 999 + sizes[i]);
	}
}

static void threads_of_vcpus_are_those_that_are_seen(void **state)
{
	struct vamp_vcpu_info infos[4];
	pid_t tids[4];

	(void)state;
	assert_int_equal(device_list_vcpus(0, 77, tids, 4), 2);
	assert_int_equal(tids[0], 500);
	assert_int_equal(tids[1], 502);
	assert_int_equal(device_read_vcpus(0, 77, infos, 4), 3);
	assert_int_equal(infos[2].nice_delta, 2);
	fail = ESRCH;
	assert_int_equal(device_list_vcpus(0, 77, tids, 4), -ESRCH);
	assert_int_equal(device_read_vcpus(0, 77, infos, 4), -ESRCH);
	fail = 0;
}

static void counters_of_the_module_are_read(void **state)
{
	struct vamp_counters c;

	(void)state;
	assert_int_equal(device_counters(0, &c), 0);
	assert_int_equal(c.inputs, 7);
}

static void a_list_longer_than_the_room_is_cut(void **state)
{
	pid_t pids[300];

	(void)state;
	vms_there = 5000;
	assert_int_equal(device_list_vms(0, pids, 300), 300);
	assert_int_equal(pids[299], 1299);
}

static void input_goes_by_pidfd_and_answers_are_told(void **state)
{
	(void)state;
	assert_int_equal(device_input(0, 9, VAMP_INPUT_KEY_PRESS, 28),
			 VAMP_INPUT_EXTENDED);
	assert_int_equal(last.size, sizeof(last));
	assert_int_equal(last.version, VAMP_UAPI_VERSION);
	assert_int_equal(last.pid, -1);
	assert_int_equal(last.pidfd, 9);
	assert_int_equal(last.type, VAMP_INPUT_KEY_PRESS);
	assert_int_equal(last.code, 28);
	assert_int_equal(last.reserved, 0);
}

static void sound_is_told_by_pid_with_its_ranges(void **state)
{
	static const struct vamp_sound_range r[] = {
		{ 0xc000, 0xc3ff, VAMP_SOUND_PIO, VAMP_SOUND_READ },
		{ 1, 2, VAMP_SOUND_MMIO, VAMP_SOUND_WRITE },
	};

	(void)state;
	assert_int_equal(device_sound(0, 77, 0xfd, r, 2), 0);
	assert_int_equal(last_sound.size, sizeof(last_sound));
	assert_int_equal(last_sound.version, VERSION);
	assert_int_equal(last_sound.pid, 77);
	assert_int_equal(last_sound.vector, 0xfd);
	assert_int_equal(last_sound.nr_ranges, 2);
	assert_int_equal(last_sound.reserved, 0);
	assert_memory_equal(last_sound.range, r, sizeof(r));
	assert_int_equal(device_sound(0, 77, 0, r, VAMP_SOUND_RANGES + 1),
			 -EINVAL);
}

static void errors_of_the_module_are_told(void **state)
{
	pid_t pid;

	(void)state;
	fail = ESRCH;
	assert_int_equal(device_input(0, 9, 0, 0), -ESRCH);
	assert_int_equal(device_sound(0, 9, 0, NULL, 0), -ESRCH);
	fail = EPERM;
	assert_int_equal(device_list_vms(0, &pid, 1), -EPERM);
	fail = 0;
}

static int read_of(const void *bytes, size_t size, struct vamp_event *events)
{
	int p[2], n;

	assert_int_equal(pipe2(p, O_NONBLOCK), 0);
	assert_int_equal(write(p[1], bytes, size), size);
	n = device_read_events(p[0], events, 4);
	close(p[0]);
	close(p[1]);
	return n;
}

static void whole_events_are_read(void **state)
{
	struct vamp_event out[4], in[2] = {
		{ .size = sizeof(in[0]), .version = VERSION, .pid = 5 },
		{ .size = sizeof(in[0]), .version = VERSION, .pid = 6 },
	};

	(void)state;
	assert_int_equal(read_of(in, sizeof(in), out), 2);
	assert_int_equal(out[1].pid, 6);
	assert_int_equal(read_of(in, sizeof(in) - 1, out), -EPROTO);
	in[1].version = VERSION - 1;
	assert_int_equal(read_of(in, sizeof(in), out), -EPROTO);
	in[1].version = VERSION;
	in[0].size--;
	assert_int_equal(read_of(in, sizeof(in), out), -EPROTO);
}

static void nothing_there_is_zero_and_the_end_is_enodev(void **state)
{
	struct vamp_event out[4];
	int p[2];

	(void)state;
	assert_int_equal(pipe2(p, O_NONBLOCK), 0);
	assert_int_equal(device_read_events(p[0], out, 4), 0);
	close(p[1]);
	assert_int_equal(device_read_events(p[0], out, 4), -ENODEV);
	close(p[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(missing_device_is_enoent),
		cmocka_unit_test(phases_end_with_the_open_device),
		cmocka_unit_test(
			a_module_that_cannot_attend_is_of_another_version),
		cmocka_unit_test(all_pages_of_the_list_are_read),
		cmocka_unit_test(threads_of_vcpus_are_those_that_are_seen),
		cmocka_unit_test(counters_of_the_module_are_read),
		cmocka_unit_test(a_list_longer_than_the_room_is_cut),
		cmocka_unit_test(input_goes_by_pidfd_and_answers_are_told),
		cmocka_unit_test(sound_is_told_by_pid_with_its_ranges),
		cmocka_unit_test(errors_of_the_module_are_told),
		cmocka_unit_test(whole_events_are_read),
		cmocka_unit_test(nothing_there_is_zero_and_the_end_is_enodev),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
