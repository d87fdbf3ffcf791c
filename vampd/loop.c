// SPDX-License-Identifier: GPL-2.0-or-later
#include "loop.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>
#include <time.h>

#include <vamp/uapi.h>

#include "binaries.h"
#include "collect.h"
#include "door.h"
#include "exit_code.h"
#include "homes.h"
#include "input.h"
#include "guest.h"
#include "log.h"
#include "mend.h"
#include "module.h"
#include "paths.h"
#include "probe.h"
#include "settings.h"
#include "slow.h"
#include "sound.h"
#include "vms.h"

#define STATUS_USEC	5000000u

static struct daemon *me;
static struct door *door;

/* Where it cannot be opened, the log says so and the rest goes on. */
static void open_door(void)
{
	sd_event *loop;

	door_close(door);
	door = NULL;
	if (me->config->listen[0] && sd_event_default(&loop) >= 0) {
		door = door_open(loop, me->config->listen, collect_metrics,
				 &me->device);
		sd_event_unref(loop);
	}
	slow_wanted(door);
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

static void log_cgroups(void)
{
	struct mend_counters m;

	mend_read_counters(&m);
	log_info("cgroups: threads moved %" PRIu64 ", put back %" PRIu64
		 ", failed %" PRIu64,
		 m.moved, m.put_back, m.failed);
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
	log_info("VMs %zu, binaries attached %u, by port reads %zu",
		 vms_count(), binaries_attached(),
		 vms_count_input(VM_INPUT_PORTS));
	log_cgroups();
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

/* What the file says now is so from now on, but for what options say. */
static void reconfigure(const struct config *before)
{
	settings_apply(me->options, me->config);
	sound_discover(me->options->discover_sound &&
		       me->config->discover_sound);
	vms_reconfigure();
	if (strcmp(before->listen, me->config->listen))
		open_door();
}

/* A file that is wrong changes nothing. */
static int on_reload(sd_event_source *source,
		     const struct signalfd_siginfo *info, void *context)
{
	struct config before = *me->config, fresh;

	(void)source;
	(void)info;
	(void)context;
	sd_notify(0, "RELOADING=1");
	if (config_load(me->options, &fresh)) {
		log_error("the configuration stays as it was");
	} else {
		*me->config = fresh;
		reconfigure(&before);
		config_free(&before);
		log_info("configuration read again");
	}
	sd_notify(0, "READY=1");
	return 0;
}

static int on_let_go(sd_event_source *source,
		     const struct signalfd_siginfo *info, void *context)
{
	(void)source;
	(void)info;
	(void)context;
	module_let_go();
	return 0;
}

/* Without a handler of its own, sd_event ends the loop with the context: 0. */
static const struct {
	int number;
	sd_event_signal_handler_t handler;
} signals[] = {
	{ SIGTERM, NULL },	{ SIGINT, NULL },      { SIGUSR1, on_counters },
	{ SIGUSR2, on_let_go }, { SIGHUP, on_reload },
};

#define SIGNALS	(sizeof(signals) / sizeof(signals[0]))

void loop_hold_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	for (size_t i = 0; i < SIGNALS; i++)
		sigaddset(&set, signals[i].number);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static int add_signals(sd_event *loop)
{
	int r = 0;

	for (size_t i = 0; i < SIGNALS && r >= 0; i++)
		r = sd_event_add_signal(loop, NULL, signals[i].number,
					signals[i].handler, NULL);
	return r;
}

/* One line for the service manager, when it changes. */
static int on_status(sd_event_source *source, uint64_t usec, void *context)
{
	static char last[160];
	char now[160];

	(void)usec;
	(void)context;
	snprintf(
		now, sizeof(now),
		"STATUS=%zu VMs: input of %zu seen by uprobes, of %zu by port reads%s",
		vms_count(), vms_count_input(VM_INPUT_UPROBE),
		vms_count_input(VM_INPUT_PORTS),
		module_is_there() ? "" : "; the module is not loaded");
	if (strcmp(last, now))
		sd_notify(0, now);
	strcpy(last, now);
	sd_event_source_set_time_relative(source, STATUS_USEC);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

/* The user waits for input to be passed on: it goes before all else. */
static int add_sources(sd_event *loop)
{
	sd_event_source *source;
	int r = add_signals(loop);

	if (r >= 0)
		r = sd_event_add_time_relative(loop, NULL, CLOCK_MONOTONIC, 0,
					       STATUS_USEC / 5, on_status,
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

/* A module that was loaded anew has its own defaults. */
static void on_module(void *context)
{
	(void)context;
	settings_apply(me->options, me->config);
}

static void init_parts(sd_event *loop)
{
	bool discover =
		me->options->discover_sound && me->config->discover_sound;

	vms_init(loop, me->config);
	sound_init(loop, me->device, discover);
	mend_init(loop, me->device);
	slow_init(loop, me->device);
	guests_init(loop, me->device);
	module_init(loop, &me->device, on_module, NULL);
}

static int start_failed(int err)
{
	log_error("%s: cannot list the VMs: %s", VAMP_DEVICE, strerror(-err));
	return err == -EPERM ? EXIT_CODE_NO_PERMISSION : EXIT_CODE_NO_MODULE;
}

/* Left by a vampd that could not put back what it had moved. */
static void load_homes(void)
{
	int err = homes_load();

	if (err)
		log_warn("%s/" HOMES_FILE ": %s", paths.state, strerror(-err));
	if (me->config->restore_cgroups)
		mend_restore_all();
}

static int serve(sd_event *loop)
{
	int r = add_sources(loop);

	if (r < 0) {
		log_error("event loop: %s", strerror(-r));
		return EXIT_CODE_SOFTWARE;
	}
	init_parts(loop);
	load_homes();
	r = module_start();
	if (r < 0)
		return start_failed(r);
	open_door();
	sd_notify(0, "READY=1");
	log_info("ready, %zu VMs", vms_count());
	r = sd_event_loop(loop);
	sd_notify(0, "STOPPING=1");
	return r < 0 ? EXIT_CODE_SOFTWARE : r;
}

static void clean_up(void)
{
	door_close(door);
	door = NULL;
	if (me->config->restore_cgroups)
		mend_restore_all();
	vms_clear();
	slow_end();
	module_end();
}

int loop_run(struct daemon *d)
{
	sd_event *loop;
	int code;

	me = d;
	if (sd_event_default(&loop) < 0) {
		log_error("event loop: out of memory");
		return EXIT_CODE_SOFTWARE;
	}
	code = serve(loop);
	if (log_is_verbose())
		log_counters();
	clean_up();
	sd_event_unref(loop);
	return code;
}
