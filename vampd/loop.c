// SPDX-License-Identifier: GPL-2.0-or-later
#include "loop.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>

#include "binaries.h"
#include "device.h"
#include "exit_code.h"
#include "input.h"
#include "log.h"
#include "probe.h"
#include "sound.h"
#include "vms.h"

#define EVENTS_AT_ONCE 64

static int module_gone(sd_event *loop, int err)
{
	log_error("%s: %s", VAMP_DEVICE,
		  err == -EPROTO ? "the module is of another version; install "
				   "module and vampd of one version" :
				   "the module is gone");
	return sd_event_exit(loop, EXIT_CODE_NO_MODULE);
}

/* Asks the module for all its VMs. */
static int sync_vms(int device)
{
	static pid_t pids[VMS_MAX];
	int n = device_list_vms(device, pids, VMS_MAX);

	if (n < 0)
		return n;
	vms_sync(pids, (size_t)n);
	return 0;
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
		return false;
	case VAMP_EVENT_PHASE_END:
		log_debug("VM %d: phase ended", e->pid);
		return false;
	default:
		return false;
	}
}

static int take_events(int device)
{
	struct vamp_event events[EVENTS_AT_ONCE];
	int n = device_read_events(device, events, EVENTS_AT_ONCE);
	bool changed = false;

	for (int i = 0; i < n; i++)
		changed |= take_event(&events[i]);
	if (n < 0)
		return n;
	return changed ? sync_vms(device) : 0;
}

static int on_device(sd_event_source *source, int fd, uint32_t events,
		     void *context)
{
	sd_event *loop = sd_event_source_get_event(source);
	int err = 0;

	(void)context;
	if (events & EPOLLIN)
		err = take_events(fd);
	else if (events & (EPOLLHUP | EPOLLERR))
		err = -ENODEV;
	return err ? module_gone(loop, err) : 0;
}

static int on_probe(sd_event_source *source, int fd, uint32_t events,
		    void *context)
{
	(void)source;
	(void)fd;
	(void)events;
	(void)context;
	probe_dispatch();
	return 0;
}

static void log_inputs(void)
{
	struct input_counters in;

	input_read_counters(&in);
	log_info("inputs: sent %" PRIu64 ", acted on %" PRIu64
		 ", silent %" PRIu64 ", invalid %" PRIu64
		 ", VM unknown %" PRIu64 ", switched off %" PRIu64
		 ", busy %" PRIu64 ", failed %" PRIu64 ", slowest %" PRIu64
		 " us",
		 in.sent, in.started, in.silent, in.invalid, in.unknown_vm,
		 in.switched_off, in.busy, in.failed, in.slowest_ns / 1000);
}

static void log_sound(void)
{
	struct sound_counters s;

	sound_read_counters(&s);
	log_info("sound: VMs that have devices %" PRIu64 ", told %" PRIu64
		 ", answers %" PRIu64 ", monitors busy %" PRIu64
		 ", unusable %" PRIu64,
		 s.vms, s.told, s.answers, s.busy, s.failed);
}

static void log_probe(void)
{
	struct probe_counters pr;

	probe_read_counters(&pr);
	log_info("probe: passed %llu, no VM %llu, other kind %llu, thinned %llu"
		 ", over rate %llu, unreadable %llu, ring full %llu",
		 pr.passed, pr.other_process, pr.other_kind, pr.thinned,
		 pr.over_rate, pr.unreadable, pr.ring_full);
}

static void log_counters(void)
{
	log_info("VMs %zu, binaries attached %u", vms_count(),
		 binaries_attached());
	log_sound();
	log_inputs();
	log_probe();
}

static int on_counters(sd_event_source *source,
		       const struct signalfd_siginfo *info, void *context)
{
	(void)source;
	(void)info;
	(void)context;
	log_counters();
	return 0;
}

/* Without a handler of its own, sd_event ends the loop with the context: 0. */
static int add_signals(sd_event *loop)
{
	sigset_t set;
	int r;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	r = sd_event_add_signal(loop, NULL, SIGTERM, NULL, NULL);
	if (r >= 0)
		r = sd_event_add_signal(loop, NULL, SIGINT, NULL, NULL);
	if (r >= 0)
		r = sd_event_add_signal(loop, NULL, SIGUSR1, on_counters, NULL);
	return r;
}

/* The user waits for input to be passed on: it goes before all else. */
static int add_sources(sd_event *loop, int device)
{
	sd_event_source *source;
	int r = add_signals(loop);

	if (r >= 0)
		r = sd_event_add_io(loop, NULL, device, EPOLLIN, on_device,
				    NULL);
	if (r >= 0)
		r = sd_event_add_io(loop, &source, probe_fd(), EPOLLIN,
				    on_probe, NULL);
	if (r < 0)
		return r;
	sd_event_source_set_priority(source, SD_EVENT_PRIORITY_IMPORTANT);
	sd_event_source_set_floating(source, true);
	sd_event_source_unref(source);
	return sd_event_set_watchdog(loop, true);
}

static int serve(sd_event *loop, int device, bool discover_sound)
{
	int r = add_sources(loop, device);

	if (r < 0) {
		log_error("event loop: %s", strerror(-r));
		return EXIT_CODE_SOFTWARE;
	}
	vms_init(loop);
	sound_init(loop, device, discover_sound);
	r = sync_vms(device);
	if (r < 0) {
		log_error("%s: cannot list the VMs: %s", VAMP_DEVICE,
			  strerror(-r));
		return r == -EPERM ? EXIT_CODE_NO_PERMISSION :
				     EXIT_CODE_NO_MODULE;
	}
	sd_notify(0, "READY=1");
	log_info("ready, %zu VMs", vms_count());
	r = sd_event_loop(loop);
	sd_notify(0, "STOPPING=1");
	return r < 0 ? EXIT_CODE_SOFTWARE : r;
}

int loop_run(int device, bool discover_sound)
{
	sd_event *loop;
	int code;

	if (sd_event_default(&loop) < 0) {
		log_error("event loop: out of memory");
		return EXIT_CODE_SOFTWARE;
	}
	code = serve(loop, device, discover_sound);
	if (log_is_verbose())
		log_counters();
	vms_clear();
	sd_event_unref(loop);
	return code;
}
