// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <string.h>

#include "device.h"
#include "slow.h"
#include "vms.h"

#define MS	1000000ull
#define SAMPLE	(SLOW_SAMPLE_USEC * 1000ull)

static struct sd_event *loop;
static struct vm vms[2] = { { .pid = 10 }, { .pid = 11 } };
static uint32_t phase[2];
static int slow_vcpus, samples;
static uint64_t the_time;

struct vm *vms_find(pid_t pid)
{
	return pid == 10 || pid == 11 ? &vms[pid - 10] : NULL;
}

/* A VM that is not known to us is listed too. */
int device_read_vms(int fd, struct vamp_vm_info *to, size_t room)
{
	assert_int_equal(fd, 3);
	assert_true(room >= 3);
	samples++;
	for (int i = 0; i < 3; i++)
		to[i] = (struct vamp_vm_info){
			.pid = 10 + i,
			.phase = i < 2 ? phase[i] : VAMP_PHASE_MIXED,
		};
	return 3;
}

int device_read_vcpus(int fd, pid_t pid, struct vamp_vcpu_info *to, size_t room)
{
	assert_int_equal(fd, 3);
	assert_int_equal(pid, 10);
	assert_true(room >= 4);
	for (int i = 0; i < 4; i++)
		to[i] = (struct vamp_vcpu_info){
			.nice_delta = i < slow_vcpus ? 5 :
				      i == 3	     ? -5 :
						       0,
		};
	return 4;
}

int __wrap_sd_event_now(struct sd_event *l, clockid_t clock, uint64_t *usec);

int __wrap_sd_event_now(struct sd_event *l, clockid_t clock, uint64_t *usec)
{
	(void)l;
	(void)clock;
	*usec = the_time / 1000;
	return 0;
}

int __real_sd_event_source_set_time_relative(struct sd_event_source *s,
					     uint64_t usec);
int __wrap_sd_event_source_set_time_relative(struct sd_event_source *s,
					     uint64_t usec);

int __wrap_sd_event_source_set_time_relative(struct sd_event_source *s,
					     uint64_t usec)
{
	assert_int_equal(usec, SLOW_SAMPLE_USEC);
	return __real_sd_event_source_set_time_relative(s, 0);
}

/* The next sample, so long after the last; false: there is none. */
static bool sample_after(uint64_t ns)
{
	int before = samples;

	the_time += ns;
	sd_event_run(loop, 1000);
	return samples > before;
}

static void slow_vcpus_count_for_as_long_as_they_are(void **state)
{
	(void)state;
	phase[0] = VAMP_PHASE_MIXED;
	slow_vcpus = 2;
	slow_begin();
	assert_true(sample_after(SAMPLE));
	assert_int_equal(vms[0].counts.slow_ns, 2 * SAMPLE);
	slow_vcpus = 1;
	assert_true(sample_after(SAMPLE + 50 * MS));
	assert_int_equal(vms[0].counts.slow_ns, 3 * SAMPLE + 50 * MS);
	assert_int_equal(vms[1].counts.slow_ns, 0);
}

static void nothing_is_sampled_after_the_last_phase(void **state)
{
	(void)state;
	phase[0] = VAMP_PHASE_MIXED;
	slow_begin();
	slow_begin();
	assert_true(sample_after(SAMPLE));
	phase[0] = VAMP_PHASE_NON_MIXED;
	assert_true(sample_after(SAMPLE));
	assert_false(sample_after(SAMPLE));
	phase[0] = VAMP_PHASE_MIXED;
	slow_begin();
	assert_true(sample_after(SAMPLE));
}

/* A host that slept, say. */
static void a_long_pause_counts_as_one_sample(void **state)
{
	(void)state;
	phase[0] = VAMP_PHASE_MIXED;
	slow_vcpus = 1;
	slow_begin();
	assert_true(sample_after(3600000 * MS));
	assert_int_equal(vms[0].counts.slow_ns, SAMPLE);
}

static void nothing_is_sampled_unless_it_is_wanted(void **state)
{
	(void)state;
	slow_wanted(false);
	phase[0] = VAMP_PHASE_MIXED;
	slow_begin();
	assert_false(sample_after(SAMPLE));
}

static int set_up(void **state)
{
	(void)state;
	memset(phase, 0, sizeof(phase));
	vms[0].counts.slow_ns = vms[1].counts.slow_ns = 0;
	the_time = 1000 * MS;
	sd_event_new(&loop);
	slow_init(loop, 3);
	slow_wanted(true);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	slow_end();
	sd_event_unref(loop);
	return 0;
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(slow_vcpus_count_for_as_long_as_they_are),
		TEST(nothing_is_sampled_after_the_last_phase),
		TEST(a_long_pause_counts_as_one_sample),
		TEST(nothing_is_sampled_unless_it_is_wanted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
