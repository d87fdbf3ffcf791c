// SPDX-License-Identifier: GPL-2.0-or-later
#include "sound.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "by_hand.h"
#include "cmdline.h"
#include "device.h"
#include "log.h"
#include "monitor.h"
#include "pci.h"
#include "qmp.h"
#include "ranges.h"

/* The guest's firmware sets addresses soon, its system may move them later. */
#define SOON_USEC	5000000u
#define LATER_USEC	30000000u

/* Many VMs at once: so many are asked, the others wait for a moment. */
#define ASKED_MAX	8
#define MOMENT_USEC	1000000u

/* What is logged at most once for each VM. */
enum told {
	TOLD_NO_CMDLINE,
	TOLD_NO_MONITOR,
	TOLD_BUSY,
	TOLD_STRANGER,
	TOLD_UNUSABLE,
	TOLD_USB,
	TOLD_TOO_MANY,
	TOLD_REFUSED,
};

struct sound {
	pid_t pid;
	char name[CMDLINE_TEXT];	/* for the log */
	sd_event_source *timer;
	struct qmp *qmp;		/* being asked now */
	struct cmdline cmdline;		/* as of this look */
	unsigned int next_monitor;
	bool looked;
	bool answered;			/* the PCI devices were known once */
	bool settled;			/* what follows is so */
	bool sent;			/* and the module knows it */
	struct ranges ranges;
	uint32_t vector;		/* of reschedule interrupts, set by hand */
	struct ranges file_ranges;	/* what the configuration file says */
	uint32_t file_vector;
	uint32_t told;			/* enum told, one bit each */
};

static sd_event *event_loop;
static int module;
static bool discovers;
static unsigned int asked;
static struct sound_counters counters;

void sound_init(sd_event *loop, int device, bool discover)
{
	event_loop = loop;
	module = device;
	discovers = discover;
	asked = 0;
	counters = (struct sound_counters){ .vms = 0 };
}

void sound_discover(bool discover)
{
	discovers = discover;
}

void sound_use_device(int device)
{
	module = device;
}

void sound_read_counters(struct sound_counters *to)
{
	*to = counters;
}

static bool first_time(struct sound *s, enum told what)
{
	bool first = !(s->told >> what & 1);

	s->told |= 1u << what;
	return first;
}

/* Only the module can say that it does not know the VM yet, or any more. */
static void send(struct sound *s)
{
	int err = device_sound(module, s->pid, s->vector, s->ranges.range,
			       s->ranges.count);

	s->sent = !err;
	if (!err)
		counters.told++;
	else if (err == -ESRCH)
		log_debug("VM %d%s: the module does not know it", s->pid,
			  s->name);
	else if (first_time(s, TOLD_REFUSED))
		log_warn("VM %d%s: the module refuses its sound devices: %s",
			 s->pid, s->name, strerror(-err));
}

static void log_ranges(const struct sound *s, bool had_some)
{
	char text[640];

	ranges_describe(&s->ranges, text, sizeof(text));
	if (s->ranges.count)
		log_info("VM %d%s: %s", s->pid, s->name, text);
	else if (had_some)
		log_info("VM %d%s: no sound devices any more", s->pid, s->name);
	else
		log_debug("VM %d%s: no sound devices", s->pid, s->name);
	if (s->vector)
		log_debug("VM %d%s: reschedule vector %u", s->pid, s->name,
			  s->vector);
}

static void replace(struct sound *s, const struct ranges *r)
{
	bool had_some = s->ranges.count;

	s->ranges = *r;
	s->settled = true;
	s->sent = false;
	counters.vms += !!r->count;
	counters.vms -= had_some;
	log_ranges(s, had_some);
	if (r->left_out && first_time(s, TOLD_TOO_MANY))
		log_warn(
			"VM %d%s: has more sound devices than the module takes: the first %d ranges count",
			s->pid, s->name, VAMP_SOUND_RANGES);
}

/* The VM's sound devices are these, as far as it is known. */
static void settle(struct sound *s, const struct ranges *r)
{
	if (!s->settled || !ranges_equal(&s->ranges, r))
		replace(s, r);
	if (!s->sent)
		send(s);
}

static void look_again(struct sound *s, uint64_t usec)
{
	sd_event_source_set_time_relative(s->timer, usec);
	sd_event_source_set_enabled(s->timer, SD_EVENT_ONESHOT);
}

static void end_look(struct sound *s)
{
	look_again(s, s->looked ? LATER_USEC : SOON_USEC);
	s->looked = true;
}

/* What was known of PCI stays, and without it there is ISA. */
static void end_without_answer(struct sound *s)
{
	if (s->answered)
		settle(s, &s->ranges);
	else if (s->cmdline.isa.count || s->vector)
		settle(s, &s->cmdline.isa);
	end_look(s);
}

static void log_monitor(const struct sound *s, const char *path, int err)
{
	char clean[CMDLINE_TEXT];

	snprintf(clean, sizeof(clean), "%s", path);
	log_clean(clean);
	log_warn(
		"VM %d%s: cannot ask QEMU for its sound devices: monitor %s: %s",
		s->pid, s->name, clean, qmp_why(err));
}

static void monitor_failed(struct sound *s, int err)
{
	const char *path = s->cmdline.monitor[s->next_monitor - 1];
	enum told what = err == -EBUSY	 ? TOLD_BUSY :
			 err == -EREMOTE ? TOLD_STRANGER :
					   TOLD_UNUSABLE;

	if (err == -EBUSY)
		counters.busy++;
	else
		counters.failed++;
	if (first_time(s, what))
		log_monitor(s, path, err);
}

static void take_answer(struct sound *s, struct json_object *answer)
{
	struct ranges r = s->cmdline.isa;

	counters.answers++;
	s->answered = true;
	if (!pci_sound(answer, s->cmdline.usb_audio, &r) &&
	    first_time(s, TOLD_USB))
		log_info(
			"VM %d%s: its USB sound device cannot be tracked: only behind an xHCI controller",
			s->pid, s->name);
	settle(s, &r);
	end_look(s);
}

static void ask_next_monitor(struct sound *s);

static void on_answer(void *context, struct json_object *answer, int err)
{
	struct sound *s = context;

	s->qmp = NULL;
	asked--;
	if (!err) {
		take_answer(s, answer);
		return;
	}
	monitor_failed(s, err);
	ask_next_monitor(s);
}

static int ask(struct sound *s, const char *path)
{
	int fd = monitor_connect(s->pid, path);

	if (fd < 0)
		return fd;
	s->qmp = qmp_ask(event_loop, fd, "query-pci", on_answer, s);
	if (!s->qmp)
		return -ENOMEM;
	asked++;
	return 0;
}

static void ask_next_monitor(struct sound *s)
{
	while (s->next_monitor < s->cmdline.monitors) {
		int err = ask(s, s->cmdline.monitor[s->next_monitor++]);

		if (!err)
			return;
		monitor_failed(s, err);
	}
	end_without_answer(s);
}

static void discover(struct sound *s)
{
	if (!s->cmdline.monitors && first_time(s, TOLD_NO_MONITOR))
		log_info(
			"VM %d%s: cannot ask QEMU for its sound devices: its command line has no QMP monitor on a listening unix socket",
			s->pid, s->name);
	s->next_monitor = 0;
	ask_next_monitor(s);
}

static void read_cmdline(struct sound *s)
{
	int err = cmdline_read(s->pid, &s->cmdline);

	if (err && first_time(s, TOLD_NO_CMDLINE))
		log_warn("VM %d: its command line cannot be read: %s", s->pid,
			 strerror(-err));
	s->name[0] = '\0';
	if (s->cmdline.name[0])
		snprintf(s->name, sizeof(s->name), " (%.100s)",
			 s->cmdline.name);
	log_clean(s->name);
}

static void look(struct sound *s)
{
	struct ranges hand;
	uint32_t vector;

	read_cmdline(s);
	by_hand_find(s->pid, s->cmdline.name, &hand, &vector);
	if (!hand.count)
		hand = s->file_ranges;
	if (!vector)
		vector = s->file_vector;
	s->sent &= vector == s->vector;
	s->vector = vector;
	if (!hand.count && discovers) {
		discover(s);
		return;
	}
	if (hand.count || s->vector)
		settle(s, &hand);
	end_look(s);
}

static int on_time(sd_event_source *source, uint64_t usec, void *context)
{
	struct sound *s = context;

	(void)source;
	(void)usec;
	if (asked >= ASKED_MAX)
		look_again(s, MOMENT_USEC);
	else
		look(s);
	return 0;
}

struct sound *sound_new(pid_t pid, const struct ranges *ranges, uint32_t vector)
{
	struct sound *s;

	if (!discovers && !by_hand_any() && !ranges->count && !vector)
		return NULL;
	s = calloc(1, sizeof(*s));
	if (!s)
		return NULL;
	s->pid = pid;
	s->file_ranges = *ranges;
	s->file_vector = vector;
	if (sd_event_add_time_relative(event_loop, &s->timer, CLOCK_MONOTONIC,
				       0, 0, on_time, s) < 0) {
		free(s);
		return NULL;
	}
	return s;
}

void sound_free(struct sound *s)
{
	if (!s)
		return;
	if (s->qmp) {
		qmp_cancel(s->qmp);
		asked--;
	}
	counters.vms -= !!s->ranges.count;
	sd_event_source_disable_unref(s->timer);
	free(s);
}

void sound_withdraw(struct sound *s)
{
	if (s && s->sent && (s->ranges.count || s->vector))
		device_sound(module, s->pid, 0, s->ranges.range, 0);
	sound_free(s);
}

void sound_announced(struct sound *s)
{
	if (s && s->settled)
		send(s);
}
