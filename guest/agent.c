// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>

#include "audio.h"
#include "exit_code.h"
#include "keeper.h"
#include "log.h"
#include "machine.h"
#include "names.h"
#include "port.h"
#include "restore.h"
#include "roots.h"
#include "state.h"
#include "threads.h"

#ifndef VAMP_GUEST_VERSION
#define VAMP_GUEST_VERSION "0.1"
#endif

#define NAMES_USEC	2000000
#define NAMES_MESSAGES	8		/* in that time */
#define KEEPER_USEC	1000000		/* a keeper that ends is started again */
#define GREET_USEC	1000000		/* at most one greeting is answered in it */
#define SURE_USEC	1000000		/* after placing by what was known before */
#define ACCURACY_USEC	10000

static struct agent {
	const struct agent_options *options;
	sd_event *loop;
	struct port *port;
	struct placement *placement;
	bool has_roots;
	struct roots roots, told;
	struct vamp_placement reported;
	bool in_phase;
	uint32_t number;		/* of the phase */
	struct vamp_background background;	/* the last list of it */
	sd_event_source *period, *silence, *end, *sure, *names, *greet, *keeper;
	sd_event_source *placing;	/* once all that the host said is read */
	uint64_t next_greeting;		/* CLOCK_MONOTONIC, microseconds */
	bool host_audio;
	uint64_t silences, late;
} a;

/* ---- timers ---- */

static int add_timer(sd_event_source **source, sd_event_time_handler_t fn)
{
	int r = sd_event_add_time_relative(a.loop, source, CLOCK_MONOTONIC, 0,
					   ACCURACY_USEC, fn, NULL);

	return r < 0 ? r : sd_event_source_set_enabled(*source, SD_EVENT_OFF);
}

static void start_timer(sd_event_source *source, uint64_t usec)
{
	sd_event_source_set_time_relative(source, usec);
	sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static void stop_timer(sd_event_source *source)
{
	sd_event_source_set_enabled(source, SD_EVENT_OFF);
}

/* ---- what the host is told ---- */

static void send_hello(void)
{
	struct vamp_message m = { .type = VAMP_HELLO };
	struct machine machine = { .online = { { 0 } } };
	struct utsname u;
	int err;

	snprintf(m.hello.program, sizeof(m.hello.program),
		 "vamp-guest " VAMP_GUEST_VERSION);
	if (!uname(&u))
		snprintf(m.hello.system, sizeof(m.hello.system), "%.20s %.40s",
			 u.sysname, u.release);
	m.hello.pti = roots_pti();
	err = machine_read(&machine);
	if (err)
		log_warn("which CPUs there are: %s", strerror(-err));
	m.hello.vcpus = machine_vcpus(&machine, &machine.online);
	port_send(a.port, &m);
}

static void send_audio(void)
{
	struct vamp_message m = { .type = VAMP_AUDIO, .audio = audio_is_on() };

	port_send(a.port, &m);
}

static void send_placement(bool always)
{
	struct vamp_message m = { .type = VAMP_PLACEMENT };

	placement_tell(a.placement, &m.placement);
	if (!always && !memcmp(&m.placement, &a.reported, sizeof(a.reported)))
		return;
	if (!port_send(a.port, &m))
		a.reported = m.placement;
}

static void send_names(void)
{
	struct vamp_message m = { .type = VAMP_NAMES };

	if (a.options->no_names || roots_read(&a.roots))
		return;
	for (int i = 0; i < NAMES_MESSAGES; i++) {
		if (!names_next(&a.told, &a.roots, &m.names))
			return;
		if (port_send(a.port, &m)) {
			a.told.count = 0;	/* all again, later */
			return;
		}
	}
}

/* For a host that knows nothing. */
static void send_all(void)
{
	a.told.count = 0;
	send_hello();
	send_audio();
	send_placement(true);
	if (a.has_roots)
		send_names();
}

/*
 * A host that says hello again and again, or takes ours for one to be answered,
 * costs no more than one that does so once a second.
 */
static void greet(void)
{
	uint64_t now;

	sd_event_now(a.loop, CLOCK_MONOTONIC, &now);
	if (now < a.next_greeting) {
		start_timer(a.greet, a.next_greeting - now);
		return;
	}
	a.next_greeting = now + GREET_USEC;
	send_all();
}

static int on_greet(sd_event_source *source, uint64_t usec, void *context)
{
	(void)source;
	(void)usec;
	(void)context;
	if (port_is_open(a.port))
		greet();
	return 0;
}

/* ---- phases ---- */

static void end_phase(void)
{
	a.in_phase = false;
	stop_timer(a.period);
	stop_timer(a.silence);
	stop_timer(a.end);
	stop_timer(a.sure);
	sd_event_source_set_enabled(a.placing, SD_EVENT_OFF);
	placement_end(a.placement);
	send_placement(false);
}

static void on_phase(const struct vamp_phase_message *p)
{
	if (!p->begin) {
		end_phase();
		return;
	}
	a.number = p->number;
	start_timer(a.end,
		    (uint64_t)p->ms * 1000 + VAMP_CHANNEL_SILENCE_MS * 1000);
	placement_waited(a.placement, p->waited);
	send_placement(false);
	if (a.in_phase)
		return;
	a.in_phase = true;
	start_timer(a.period, (uint64_t)a.options->period_ms * 1000);
	start_timer(a.silence, VAMP_CHANNEL_SILENCE_MS * 1000);
}

static void place(const struct vamp_background *bg)
{
	int err = placement_set(a.placement, bg, &a.roots);

	if (err)
		log_debug("nothing is placed: %s",
			  err == -EAGAIN ? "there is only one CPU" :
					   strerror(-err));
	send_placement(false);
}

static bool all_known(const struct vamp_background *bg)
{
	for (uint32_t i = 0; i < bg->count; i++)
		if (!roots_find(&a.roots, roots_normal(bg->task[i].id)))
			return false;
	return bg->count;
}

static void place_for_sure(void)
{
	if (a.has_roots && !roots_read(&a.roots))
		place(&a.background);
}

/*
 * Not before all is read that the host has said: what a guest that was paused finds
 * then is of phases that are over. A list that comes after its phase is of no use any
 * more.
 */
static void on_background(const struct vamp_background *bg)
{
	if (!a.in_phase || bg->number != a.number) {
		a.late++;
		return;
	}
	a.background = *bg;
	sd_event_source_set_enabled(a.placing, SD_EVENT_ONESHOT);
}

/*
 * The user waits: at once by what was known of the processes some seconds ago, and
 * for sure when that no longer takes time from the answer.
 */
static int on_placing(sd_event_source *source, void *context)
{
	(void)source;
	(void)context;
	if (all_known(&a.background)) {
		place(&a.background);
		start_timer(a.sure, SURE_USEC);
	} else {
		place_for_sure();
	}
	return 0;
}

static int on_sure(sd_event_source *source, uint64_t usec, void *context)
{
	(void)source;
	(void)usec;
	(void)context;
	if (a.in_phase && a.background.number == a.number)
		place_for_sure();
	return 0;
}

static void judge_audio(void)
{
	placement_audio(a.placement, a.host_audio || audio_is_on());
	send_placement(false);
}

static int on_period(sd_event_source *source, uint64_t usec, void *context)
{
	(void)usec;
	(void)context;
	placement_tick(a.placement);
	send_placement(false);
	start_timer(source, (uint64_t)a.options->period_ms * 1000);
	return 0;
}

static int on_silence(sd_event_source *source, uint64_t usec, void *context)
{
	(void)source;
	(void)usec;
	(void)context;
	a.silences++;
	log_warn("the host says nothing in a phase: all is put back");
	end_phase();
	return 0;
}

static int on_end(sd_event_source *source, uint64_t usec, void *context)
{
	(void)source;
	(void)usec;
	(void)context;
	end_phase();
	return 0;
}

static int on_names(sd_event_source *source, uint64_t usec, void *context)
{
	(void)usec;
	(void)context;
	if (port_is_open(a.port))
		send_names();
	start_timer(source, NAMES_USEC);
	return 0;
}

/* ---- the channel ---- */

static void on_opened(void *context)
{
	(void)context;
	send_all();
}

static void on_closed(void *context)
{
	(void)context;
	a.host_audio = false;
	end_phase();
}

static void on_drained(void *context)
{
	(void)context;
	send_audio();
	send_placement(true);
}

static void on_message(void *context, const struct vamp_message *m)
{
	struct vamp_message pong = { .type = VAMP_PONG };

	(void)context;
	if (a.in_phase)
		start_timer(a.silence, VAMP_CHANNEL_SILENCE_MS * 1000);
	switch (m->type) {
	case VAMP_HELLO:
		log_debug("the host is %s", m->hello.program);
		greet();
		break;
	case VAMP_PHASE:
		on_phase(&m->phase);
		break;
	case VAMP_BACKGROUND:
		on_background(&m->background);
		break;
	case VAMP_AUDIO:
		a.host_audio = m->audio;
		judge_audio();
		break;
	case VAMP_PING:
		pong.number = m->number;
		port_send(a.port, &pong);
		break;
	case VAMP_ERROR:
		log_warn("the host did not understand %u lines; the last: %s",
			 m->error.lines, m->error.text);
		break;
	default:
		break;
	}
}

static const struct port_user user = {
	.opened = on_opened,
	.closed = on_closed,
	.message = on_message,
	.drained = on_drained,
};

static void on_audio(void *context, bool on)
{
	(void)context;
	log_debug("sound %s (%s)", on ? "begins" : "ends", audio_source());
	send_audio();
	judge_audio();
}

/* ---- the keeper ---- */

static int start_keeper(void);

static int on_keeper_timer(sd_event_source *source, uint64_t usec,
			   void *context)
{
	(void)usec;
	(void)context;
	sd_event_source_unref(source);
	start_keeper();
	return 0;
}

static int on_keeper_end(sd_event_source *source, const siginfo_t *info,
			 void *context)
{
	sd_event_source *timer;

	(void)source;
	(void)info;
	(void)context;
	a.keeper = sd_event_source_disable_unref(a.keeper);
	log_warn("the keeper has ended; another is started");
	return sd_event_add_time_relative(a.loop, &timer, CLOCK_MONOTONIC,
					  KEEPER_USEC, 0, on_keeper_timer,
					  NULL);
}

static int start_keeper(void)
{
	pid_t pid = keeper_start();

	if (pid < 0) {
		log_error("the keeper cannot be started: %s", strerror(-pid));
		return pid;
	}
	return sd_event_add_child(a.loop, &a.keeper, pid, WEXITED,
				  on_keeper_end, NULL);
}

/* ---- from beginning to end ---- */

static void log_counters(void)
{
	const struct placement_counters *p = placement_counted(a.placement);
	const struct port_counters *c = port_counted(a.port);

	log_info("channel: lines %" PRIu64 ", not understood %" PRIu64
		 ", of unknown type %" PRIu64 ", delayed %" PRIu64
		 ", sent %" PRIu64 ", unsent %" PRIu64,
		 c->lines, c->bad, c->unknown, c->delayed, c->sent, c->unsent);
	log_info("placement: set %" PRIu64 ", put back %" PRIu64
		 ", threads moved %" PRIu64 ", refused %" PRIu64
		 ", interrupts refused %" PRIu64
		 ", address spaces unknown %" PRIu64 ", lists too late %" PRIu64
		 ", silences %" PRIu64,
		 p->set, p->ended, p->moved, p->refused, p->irqs_refused,
		 p->unknown, a.late, a.silences);
	log_info("sound: %s, by %s", audio_is_on() ? "on" : "off",
		 audio_source());
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
static int add_signals(void)
{
	sigset_t set;
	int r;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	r = sd_event_add_signal(a.loop, NULL, SIGTERM, NULL, NULL);
	if (r >= 0)
		r = sd_event_add_signal(a.loop, NULL, SIGINT, NULL, NULL);
	if (r >= 0)
		r = sd_event_add_signal(a.loop, NULL, SIGUSR1, on_counters,
					NULL);
	return r;
}

static int add_placing(void)
{
	int r = sd_event_add_defer(a.loop, &a.placing, on_placing, NULL);

	if (r >= 0)
		r = sd_event_source_set_priority(a.placing,
						 SD_EVENT_PRIORITY_IDLE);
	return r < 0 ? r : sd_event_source_set_enabled(a.placing, SD_EVENT_OFF);
}

static int add_sources(void)
{
	int r = add_signals();

	if (r >= 0)
		r = add_placing();

	if (r >= 0)
		r = add_timer(&a.period, on_period);
	if (r >= 0)
		r = add_timer(&a.silence, on_silence);
	if (r >= 0)
		r = add_timer(&a.end, on_end);
	if (r >= 0)
		r = add_timer(&a.sure, on_sure);
	if (r >= 0)
		r = add_timer(&a.names, on_names);
	if (r >= 0)
		r = add_timer(&a.greet, on_greet);
	return r < 0 ? r : sd_event_set_watchdog(a.loop, true);
}

static int begin(void)
{
	int r = sd_event_default(&a.loop);

	if (r >= 0)
		r = add_sources();
	if (r >= 0)
		r = start_keeper();
	if (r < 0)
		return r;
	a.placement = placement_new(&a.options->placement);
	a.port = a.placement ? port_new(a.loop, a.options->port, &user) : NULL;
	if (!a.port)
		return -ENOMEM;
	if (a.has_roots)
		start_timer(a.names, NAMES_USEC);
	return audio_init(a.loop, on_audio, NULL);
}

static void end(void)
{
	if (a.in_phase)
		end_phase();
	if (a.port && log_is_verbose())
		log_counters();
	audio_close();
	placement_free(a.placement);
	port_free(a.port);
	sd_event_source_disable_unref(a.keeper);
	sd_event_source_disable_unref(a.period);
	sd_event_source_disable_unref(a.silence);
	sd_event_source_disable_unref(a.end);
	sd_event_source_disable_unref(a.sure);
	sd_event_source_disable_unref(a.placing);
	sd_event_source_disable_unref(a.names);
	sd_event_source_disable_unref(a.greet);
	sd_event_unref(a.loop);
	roots_free(&a.roots);
	roots_free(&a.told);
	roots_close();
	threads_close();
}

/* Without BPF the rest goes on: sound is told, and the host knows of us. */
static void open_roots(void)
{
	a.has_roots = !roots_open();
	if (!a.has_roots)
		log_warn("no process is placed or named: %s", roots_why());
	else if (threads_open())
		log_debug("threads are read from /proc");
}

int agent_run(const struct agent_options *o)
{
	int r;

	a = (struct agent){ .options = o };
	open_roots();
	r = begin();
	if (r < 0)
		log_error("event loop: %s", strerror(-r));
	if (r >= 0) {
		sd_notify(0, "READY=1");
		log_info("ready, sound servers: %s",
			 audio_server_kinds ? "asked" : "none built in");
		r = sd_event_loop(a.loop);
		sd_notify(0, "STOPPING=1");
	}
	end();
	return r < 0 ? EXIT_CODE_SOFTWARE : EXIT_CODE_OK;
}
