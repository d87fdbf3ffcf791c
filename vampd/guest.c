// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "device.h"
#include "guest_names.h"
#include "guest_port.h"
#include "log.h"
#include "vms.h"

#define TICK_USEC	500000u		/* in a phase */
#define OUTPUT_USEC	1000000u	/* while the guest makes sound */
#define TASKS_MAX	1024

struct guest {
	pid_t pid;
	char label[128];
	struct guest_port_user user;
	struct guest_port *port;
	struct guest_names *names;
	bool greeted;			/* that was logged */
	bool heard;			/* somebody is there */
	bool in_phase;
	bool placed;			/* the module knows of a placement */
	bool audio;			/* the guest makes sound, it says */
	bool told_audio;		/* so was it told */
	uint32_t number;		/* of the phase */
	uint64_t last_line;		/* usec; the last it was heard */
	uint64_t accesses;		/* to its sound devices, at the last tick */
	struct vamp_background told;	/* what it was told last */
	sd_event_source *tick, *output;
};

static sd_event *event_loop;
static int module = -1;
static struct guest_counters counters;

void guests_init(sd_event *loop, int device)
{
	event_loop = loop;
	module = device;
	counters = (struct guest_counters){ .guests = 0 };
}

void guests_use_device(int device)
{
	module = device;
}

void guests_read_counters(struct guest_counters *to)
{
	*to = counters;
}

bool guest_is_heard(const struct guest *g)
{
	return g && g->heard;
}

static uint64_t now_usec(void)
{
	uint64_t now = 0;

	sd_event_now(event_loop, CLOCK_MONOTONIC, &now);
	return now;
}

static void start(sd_event_source *timer, uint64_t usec)
{
	sd_event_source_set_time_relative(timer, usec);
	sd_event_source_set_enabled(timer, SD_EVENT_ONESHOT);
}

static void stop(sd_event_source *timer)
{
	sd_event_source_set_enabled(timer, SD_EVENT_OFF);
}

/* ---- what the module is told ---- */

static void place(struct guest *g, const struct vamp_placement *p)
{
	bool some = !vamp_cpus_empty(&p->slow) || !vamp_cpus_empty(&p->fast);
	int err;

	if (!some && !g->placed)
		return;
	err = device_place(module, g->pid, &p->slow, &p->fast);
	if (err)
		counters.refused++;
	else
		counters.placements++;
	g->placed = some && !err;
	if (err)
		log_debug("VM %d%s: its placement is refused: %s", g->pid,
			  g->label, strerror(-err));
}

static void forget_placement(struct guest *g)
{
	static const struct vamp_placement none;

	if (g->placed)
		place(g, &none);
}

/* ---- what the guest is told ---- */

static void send_hello(struct guest *g)
{
	struct vamp_message m = { .type = VAMP_HELLO };

	snprintf(m.hello.program, sizeof(m.hello.program), "vampd");
	guest_port_send(g->port, &m);
}

static void send_ping(struct guest *g)
{
	struct vamp_message m = { .type = VAMP_PING, .number = g->number };

	guest_port_send(g->port, &m);
}

static void send_phase(struct guest *g, const struct vamp_vm_info *info)
{
	struct vamp_message m = { .type = VAMP_PHASE };
	uint64_t ms = info->phase_left_ns / 1000000;

	m.phase.number = g->number;
	m.phase.begin = true;
	m.phase.ms = ms < VAMP_CHANNEL_PHASE_MS ? (uint32_t)ms :
						  VAMP_CHANNEL_PHASE_MS;
	m.phase.waited = info->vm_waited;
	guest_port_send(g->port, &m);
}

static void send_end(struct guest *g)
{
	struct vamp_message m = { .type = VAMP_PHASE };

	m.phase.number = g->number;
	guest_port_send(g->port, &m);
}

static void send_audio(struct guest *g, bool on)
{
	struct vamp_message m = { .type = VAMP_AUDIO, .audio = on };

	if (!guest_port_send(g->port, &m))
		g->told_audio = on;
}

static int by_id(const void *a, const void *b)
{
	const struct vamp_task_load *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

/* Loads change all the time; which tasks these are does not. */
static bool same_tasks(const struct vamp_background *a,
		       const struct vamp_background *b)
{
	if (a->number != b->number || a->count != b->count)
		return false;
	for (uint32_t i = 0; i < a->count; i++)
		if (a->task[i].id != b->task[i].id)
			return false;
	return true;
}

static void list_background(struct guest *g, struct vamp_background *bg)
{
	static struct vamp_task_info tasks[TASKS_MAX];
	int n = device_read_tasks(module, g->pid, tasks, TASKS_MAX);

	*bg = (struct vamp_background){ .number = g->number };
	for (int i = 0; i < n && bg->count < VAMP_CHANNEL_TASKS; i++) {
		if (!(tasks[i].flags & VAMP_TASK_BACKGROUND))
			continue;
		bg->task[bg->count].id = tasks[i].id;
		bg->task[bg->count++].load =
			tasks[i].load < VAMP_CHANNEL_LOAD_MAX ?
				tasks[i].load :
				VAMP_CHANNEL_LOAD_MAX;
	}
	qsort(bg->task, bg->count, sizeof(bg->task[0]), by_id);
}

static void send_background(struct guest *g)
{
	struct vamp_message m = { .type = VAMP_BACKGROUND };

	list_background(g, &m.background);
	if (same_tasks(&m.background, &g->told))
		return;
	if (!guest_port_send(g->port, &m))
		g->told = m.background;
}

/* ---- phases ---- */

static bool read_info(const struct guest *g, struct vamp_vm_info *info)
{
	static struct vamp_vm_info infos[VMS_MAX];
	int n = device_read_vms(module, infos, VMS_MAX);

	for (int i = 0; i < n; i++)
		if (infos[i].pid == g->pid) {
			*info = infos[i];
			return true;
		}
	return false;
}

/* Sound that the module sees: the guest need not notice it by itself. */
static void watch_audio(struct guest *g, const struct vamp_vm_info *info)
{
	bool on = g->accesses && info->audio_accesses > g->accesses;

	g->accesses = info->audio_accesses;
	if (on != g->told_audio)
		send_audio(g, on);
}

static void tell_phase(struct guest *g, const struct vamp_vm_info *info)
{
	if (!g->heard)
		return;
	send_phase(g, info);
	send_background(g);
	watch_audio(g, info);
}

void guest_phase_ends(struct guest *g)
{
	if (!g || !g->in_phase)
		return;
	g->in_phase = false;
	stop(g->tick);
	if (g->heard)
		send_end(g);
	g->placed = false;		/* the module has forgotten it */
}

void guest_phase(struct guest *g)
{
	struct vamp_vm_info info;

	if (!g || !guest_port_is_open(g->port) || !read_info(g, &info) ||
	    info.phase != VAMP_PHASE_MIXED)
		return;
	if (!g->in_phase)
		g->number++;
	g->in_phase = true;
	g->last_line = now_usec();
	tell_phase(g, &info);
	start(g->tick, TICK_USEC);
}

/* A guest whose extension has ended reads no more, and says nothing. */
static void check_silence(struct guest *g)
{
	if (!g->heard ||
	    now_usec() - g->last_line <
		    1000ull * (VAMP_CHANNEL_SILENCE_MS + VAMP_CHANNEL_PING_MS))
		return;
	g->heard = false;
	counters.guests--;
	counters.silent++;
	log_debug("VM %d%s: its extension says nothing any more", g->pid,
		  g->label);
	forget_placement(g);
}

static int on_tick(sd_event_source *source, uint64_t usec, void *context)
{
	struct guest *g = context;
	struct vamp_vm_info info;

	(void)source;
	(void)usec;
	if (!read_info(g, &info) || info.phase != VAMP_PHASE_MIXED) {
		guest_phase_ends(g);
		return 0;
	}
	check_silence(g);
	tell_phase(g, &info);
	if (g->heard)
		send_ping(g);
	start(g->tick, TICK_USEC);
	return 0;
}

/* ---- what the guest says ---- */

/* Of an earlier phase it is of no use any more. */
static void take_placement(struct guest *g, const struct vamp_placement *p)
{
	if (g->in_phase && p->number == g->number)
		place(g, p);
	else if (vamp_cpus_empty(&p->slow) && vamp_cpus_empty(&p->fast))
		forget_placement(g);
	else
		counters.refused++;
}

static int on_output(sd_event_source *source, uint64_t usec, void *context)
{
	struct guest *g = context;

	(void)source;
	(void)usec;
	if (!g->audio)
		return 0;
	if (!g->in_phase)
		device_output(module, g->pid);
	start(g->output, OUTPUT_USEC);
	return 0;
}

static void take_audio(struct guest *g, bool on)
{
	if (on && !g->audio)
		start(g->output, 0);
	g->audio = on;
}

/* It has just begun, or it was paused for so long that it was given up. */
static void begin_to_hear(struct guest *g)
{
	if (!g->heard)
		counters.guests++;
	g->heard = true;
	g->told = (struct vamp_background){ .number = 0 };
	g->told_audio = false;
}

static void take_hello(struct guest *g, const struct vamp_hello *h)
{
	struct vamp_vm_info info;

	if (!g->greeted)
		log_info("VM %d%s: guest extension %s (%s)", g->pid, g->label,
			 h->program, h->system);
	g->greeted = true;
	begin_to_hear(g);
	guest_names_clear(g->names);
	if (g->in_phase && read_info(g, &info))
		tell_phase(g, &info);
}

/* What it heard last, before it was paused, is old by now. */
static void hear_again(struct guest *g)
{
	struct vamp_vm_info info;

	begin_to_hear(g);
	if (g->in_phase && read_info(g, &info))
		tell_phase(g, &info);
	else
		send_end(g);
}

static void on_message(void *context, const struct vamp_message *m)
{
	struct guest *g = context;

	g->last_line = now_usec();
	if (!g->heard && m->type != VAMP_HELLO)
		hear_again(g);
	switch (m->type) {
	case VAMP_HELLO:
		take_hello(g, &m->hello);
		break;
	case VAMP_PLACEMENT:
		take_placement(g, &m->placement);
		break;
	case VAMP_NAMES:
		guest_names_take(g->names, &m->names);
		break;
	case VAMP_AUDIO:
		take_audio(g, m->audio);
		break;
	case VAMP_ERROR:
		log_debug(
			"VM %d%s: its extension did not understand %u lines; the last: %s",
			g->pid, g->label, m->error.lines, m->error.text);
		break;
	default:
		break;
	}
}

static void on_opened(void *context)
{
	struct guest *g = context;

	log_debug("VM %d%s: has a port for the guest extension", g->pid,
		  g->label);
	send_hello(g);
	guest_phase(g);
}

static void on_closed(void *context)
{
	struct guest *g = context;

	if (g->heard)
		counters.guests--;
	g->greeted = false;
	g->heard = false;
	g->audio = false;
	forget_placement(g);
	guest_names_clear(g->names);
}

static void on_misbehaviour(void *context, const char *why)
{
	const struct guest *g = context;

	log_warn(
		"VM %d%s: its guest extension sends nonsense or too much (%s); this is not said again",
		g->pid, g->label, why);
}

static void on_unreachable(void *context, int err)
{
	const struct guest *g = context;

	log_warn("VM %d%s: cannot look for its guest extension: %s", g->pid,
		 g->label, strerror(-err));
}

/* ---- from beginning to end ---- */

static int add_timer(sd_event_source **timer, sd_event_time_handler_t fn,
		     struct guest *g)
{
	int r = sd_event_add_time_relative(event_loop, timer, CLOCK_MONOTONIC,
					   0, 0, fn, g);

	return r < 0 ? r : sd_event_source_set_enabled(*timer, SD_EVENT_OFF);
}

struct guest *guest_new(pid_t pid, const char *label)
{
	struct guest *g = calloc(1, sizeof(*g));

	if (!g)
		return NULL;
	g->pid = pid;
	snprintf(g->label, sizeof(g->label), "%s", label);
	g->user = (struct guest_port_user){ .opened = on_opened,
					    .closed = on_closed,
					    .message = on_message,
					    .misbehaves = on_misbehaviour,
					    .unreachable = on_unreachable,
					    .context = g };
	g->names = guest_names_new(event_loop, pid);
	g->port = guest_port_new(event_loop, pid, &g->user);
	if (g->names && g->port && add_timer(&g->tick, on_tick, g) >= 0 &&
	    add_timer(&g->output, on_output, g) >= 0)
		return g;
	guest_free(g);
	return NULL;
}

void guest_free(struct guest *g)
{
	if (!g)
		return;
	if (g->heard)
		counters.guests--;
	forget_placement(g);
	sd_event_source_disable_unref(g->tick);
	sd_event_source_disable_unref(g->output);
	guest_port_free(g->port);
	guest_names_free(g->names);
	free(g);
}
