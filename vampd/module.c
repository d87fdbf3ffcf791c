// SPDX-License-Identifier: GPL-2.0-or-later
#include "module.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "device.h"
#include "exit_code.h"
#include "guest.h"
#include "log.h"
#include "mend.h"
#include "paths.h"
#include "slow.h"
#include "sound.h"
#include "vms.h"

#define EVENTS_AT_ONCE	64
#define RETRY_USEC	1000000u
#define PATIENCE_USEC	60000000u	/* for somebody to unload it */

static sd_event *event_loop;
static int *device;
static module_ready *ready;
static void *ready_context;
static sd_event_source *events, *timer;
static uint64_t returns;

/* The device's file when it was let go of; a module that is loaded makes its own. */
static struct stat old_file;
static uint64_t let_go_at;	/* 0: it went by itself */

void module_init(sd_event *loop, int *descriptor, module_ready *is_ready,
		 void *context)
{
	event_loop = loop;
	device = descriptor;
	ready = is_ready;
	ready_context = context;
	returns = 0;
}

bool module_is_there(void)
{
	return *device >= 0;
}

uint64_t module_returns(void)
{
	return returns;
}

/* Asks the module for all its VMs. */
static int sync_vms(void)
{
	static pid_t pids[VMS_MAX];
	int n = device_list_vms(*device, pids, VMS_MAX);

	if (n < 0)
		return n;
	vms_sync(pids, (size_t)n);
	return 0;
}

static void count_phase(const struct vamp_event *e)
{
	struct vm *vm = vms_find(e->pid);

	if (!vm)
		return;
	vm->counts.phases++;
	vm->counts.phases_mixed += e->phase == VAMP_PHASE_MIXED;
	if (e->phase != VAMP_PHASE_MIXED)
		return;
	slow_begin();
	guest_phase(vm->guest);
}

static void end_phase(const struct vamp_event *e)
{
	struct vm *vm = vms_find(e->pid);

	if (vm)
		guest_phase_ends(vm->guest);
}

/*
 * An end is not taken from the event itself: it may be of an earlier process
 * of that id, or of one of two VMs in one process. The list tells.
 */
static bool take_event(const struct vamp_event *e)
{
	switch (e->type) {
	case VAMP_EVENT_VM_NEW:
		vms_add(e->pid);
		return false;
	case VAMP_EVENT_VM_GONE:
		return true;
	case VAMP_EVENT_LOST:
		log_debug("%u events of the module missed", e->arg);
		return true;
	case VAMP_EVENT_PHASE_START:
		log_debug(
			"VM %d: phase began: %s, load %u%%, %u background tasks",
			e->pid,
			e->phase == VAMP_PHASE_MIXED ? "mixed" : "not mixed",
			e->vm_load, e->background);
		count_phase(e);
		return false;
	case VAMP_EVENT_PHASE_END:
		log_debug("VM %d: phase ended", e->pid);
		end_phase(e);
		return false;
	default:
		return false;
	}
}

static int take_events(void)
{
	struct vamp_event waiting[EVENTS_AT_ONCE];
	int n = device_read_events(*device, waiting, EVENTS_AT_ONCE);
	bool changed = false;

	for (int i = 0; i < n; i++)
		changed |= take_event(&waiting[i]);
	if (n < 0)
		return n;
	return changed ? sync_vms() : 0;
}

static void use(int descriptor)
{
	*device = descriptor;
	sound_use_device(descriptor);
	mend_use_device(descriptor);
	slow_use_device(descriptor);
	guests_use_device(descriptor);
}

static void disconnect(void)
{
	int old = *device;

	events = sd_event_source_disable_unref(events);
	use(-1);
	device_close(old);
}

static int give_up(void)
{
	log_error(
		"%s: the module is of another version; install module and vampd of one version",
		paths.device);
	return sd_event_exit(event_loop, EXIT_CODE_NO_MODULE);
}

static void retry(void)
{
	sd_event_source_set_time_relative(timer, RETRY_USEC);
	sd_event_source_set_enabled(timer, SD_EVENT_ONESHOT);
}

static int lost(int err)
{
	if (err == -EPROTO)
		return give_up();
	log_warn("%s: the module is gone; input is lost until it is back",
		 paths.device);
	disconnect();
	let_go_at = 0;
	retry();
	return 0;
}

static int on_events(sd_event_source *source, int fd, uint32_t what,
		     void *context)
{
	int err = 0;

	(void)source;
	(void)fd;
	(void)context;
	if (what & EPOLLIN)
		err = take_events();
	else if (what & (EPOLLHUP | EPOLLERR))
		err = -ENODEV;
	return err ? lost(err) : 0;
}

static int listen_to_it(void)
{
	return sd_event_add_io(event_loop, &events, *device, EPOLLIN, on_events,
			       NULL);
}

static uint64_t now_usec(void)
{
	uint64_t now = 0;

	sd_event_now(event_loop, CLOCK_MONOTONIC, &now);
	return now;
}

/* Is it still the module that was let go of, and may it yet be unloaded? */
static bool is_waited_for(void)
{
	struct stat st;

	if (!let_go_at || now_usec() - let_go_at > PATIENCE_USEC)
		return false;
	return !stat(paths.device, &st) && st.st_ino == old_file.st_ino &&
	       st.st_ctim.tv_sec == old_file.st_ctim.tv_sec &&
	       st.st_ctim.tv_nsec == old_file.st_ctim.tv_nsec;
}

static int connect_again(void)
{
	int fd = device_open(paths.device);
	int err;

	if (fd < 0)
		return fd;
	use(fd);
	ready(ready_context);
	err = listen_to_it();
	if (err >= 0)
		err = sync_vms();
	if (err < 0)
		disconnect();
	return err;
}

static int on_retry(sd_event_source *source, uint64_t usec, void *context)
{
	int err = is_waited_for() ? -EAGAIN : connect_again();

	(void)source;
	(void)usec;
	(void)context;
	if (err == -EPROTO || err == -EINVAL)
		return give_up();
	if (err < 0) {
		retry();
		return 0;
	}
	returns++;
	log_info("%s: the module is back, %zu VMs", paths.device, vms_count());
	return 0;
}

int module_start(void)
{
	int err = sd_event_add_time_relative(
		event_loop, &timer, CLOCK_MONOTONIC, 0, 0, on_retry, NULL);

	if (err >= 0)
		err = sd_event_source_set_enabled(timer, SD_EVENT_OFF);
	if (err >= 0)
		err = listen_to_it();
	return err < 0 ? err : sync_vms();
}

void module_let_go(void)
{
	if (!module_is_there())
		return;
	if (stat(paths.device, &old_file))
		memset(&old_file, 0, sizeof(old_file));
	log_info("%s: let go, to be unloaded within a minute", paths.device);
	disconnect();
	let_go_at = now_usec();
	retry();
}

void module_end(void)
{
	events = sd_event_source_disable_unref(events);
	timer = sd_event_source_disable_unref(timer);
}
