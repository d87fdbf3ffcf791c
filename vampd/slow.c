// SPDX-License-Identifier: GPL-2.0-or-later
#include "slow.h"

#include <stdint.h>
#include <time.h>

#include "device.h"
#include "vms.h"

static struct sd_event *event_loop;
static struct sd_event_source *timer;
static int module = -1;
static bool is_wanted;
static uint64_t last;		/* sample, microseconds */

void slow_use_device(int device)
{
	module = device;
}

/* A loop that was held up counts for longer, but not for ever. */
static uint64_t since_last_ns(void)
{
	uint64_t now = last, since;

	sd_event_now(event_loop, CLOCK_MONOTONIC, &now);
	since = now - last;
	last = now;
	return 1000 * (since < 5 * SLOW_SAMPLE_USEC ? since : SLOW_SAMPLE_USEC);
}

static void sample(struct vm *vm, uint64_t ns)
{
	static struct vamp_vcpu_info vcpus[DEVICE_VCPUS_MAX];
	int n = device_read_vcpus(module, vm->pid, vcpus, DEVICE_VCPUS_MAX);

	for (int i = 0; i < n; i++)
		if (vcpus[i].nice_delta > 0)
			vm->counts.slow_ns += ns;
}

/* How many VMs are in a mixed phase. */
static int sample_all(void)
{
	static struct vamp_vm_info infos[VMS_MAX];
	int n = device_read_vms(module, infos, VMS_MAX);
	uint64_t ns = since_last_ns();
	int mixed = 0;

	for (int i = 0; i < n; i++) {
		struct vm *vm = vms_find(infos[i].pid);

		if (infos[i].phase != VAMP_PHASE_MIXED || !vm)
			continue;
		mixed++;
		sample(vm, ns);
	}
	return mixed;
}

static void again(void)
{
	sd_event_source_set_time_relative(timer, SLOW_SAMPLE_USEC);
	sd_event_source_set_enabled(timer, SD_EVENT_ONESHOT);
}

static int on_time(sd_event_source *source, uint64_t usec, void *context)
{
	(void)source;
	(void)usec;
	(void)context;
	if (is_wanted && sample_all())
		again();
	return 0;
}

void slow_init(sd_event *loop, int device)
{
	event_loop = loop;
	module = device;
	if (sd_event_add_time_relative(event_loop, &timer, CLOCK_MONOTONIC, 0,
				       0, on_time, NULL) >= 0)
		sd_event_source_set_enabled(timer, SD_EVENT_OFF);
}

void slow_wanted(bool wanted)
{
	is_wanted = wanted;
}

void slow_begin(void)
{
	int enabled = SD_EVENT_OFF;

	if (!is_wanted || !timer)
		return;
	sd_event_source_get_enabled(timer, &enabled);
	if (enabled != SD_EVENT_OFF)
		return;
	sd_event_now(event_loop, CLOCK_MONOTONIC, &last);
	again();
}

void slow_end(void)
{
	timer = sd_event_source_disable_unref(timer);
}
