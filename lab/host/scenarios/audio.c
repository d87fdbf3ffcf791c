// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * audio.c - a media player that loads a CPU more than the threshold is not taken
 * for background while it plays, on AC97 and on HDA.
 *
 * VM A has a player of more than 60 % CPU and the sound server that it wakes
 * beside two hogs, VM B two hogs more. Nobody presses a key: sound alone begins
 * the phases.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon.h"
#include "device.h"
#include "guest.h"
#include "module.h"
#include "options.h"
#include "pair.h"
#include "report.h"
#include "stage.h"
#include "stats.h"
#include "util.h"

#define PHASES		5
#define PHASE_MS	"2000"
#define PERIOD_MS	80
/* Of an idle machine's CPU: with all CPUs busy the same work is a third more. */
#define PLAYER_PERCENT	50
#define PLAYER_LEAST	60	/* tracked load that it must have, percent */
#define BLOCKS		3	/* of each mode */
#define BLOCK_MS	6000
#define LEARN_MS	1500
#define TABLE		256
#define ENOUGH_MISSED	0.1	/* of the periods without vAMP */
/*
 * Emulated code is some 20 times slower than that for which the default of
 * 20 us, from an interrupt to who was woken, is meant.
 */
#define LATENCY_NS	"400000"

/* Address spaces of VM A's processes. */
struct cast {
	uint64_t hog[2];
	uint64_t player, server;
};

static struct vamp_task_info before[TABLE], after[TABLE];
static unsigned int nr_before;

static uint64_t grown(const struct vamp_task_info *t)
{
	for (unsigned int i = 0; i < nr_before; i++)
		if (before[i].id == t->id)
			return t->exec_ns - before[i].exec_ns;
	return t->exec_ns;
}

static int by_growth(const void *a, const void *b)
{
	uint64_t x = grown(a), y = grown(b);

	return (x < y) - (x > y);
}

/* The two address spaces that ran most in the next moments. */
static void busiest(struct vm *vm, uint64_t id[2])
{
	unsigned int n;

	nr_before = device_tasks(vm->pid, before, TABLE);
	sleep_ms(LEARN_MS);
	n = device_tasks(vm->pid, after, TABLE);
	if (n < 2)
		fail("only %u tasks of VM %s are tracked", n, vm->name);
	qsort(after, n, sizeof(after[0]), by_growth);
	id[0] = after[0].id;
	id[1] = after[1].id;
}

static void play(struct vm *vm, const char *device)
{
	uint64_t unit = guest_time(vm, 1000) / 1000;
	char command[64];

	snprintf(command, sizeof(command), "play %llu %u %s",
		 PERIOD_MS * NSEC_PER_MSEC * PLAYER_PERCENT / 100 /
			 (unsigned long long)unit,
		 PERIOD_MS, device);
	guest_tell(vm, command);
}

static void expect_playing(struct vm *vm)
{
	struct guest_play p;

	guest_playstat(vm, &p);
	if (!p.periods || p.player != -1 || p.server != -1)
		undecided(
			"the player does not play (%llu periods, status %d, %d)",
			(unsigned long long)p.periods, p.player, p.server);
}

/* Each is alone in its VM for a moment, so that it is known who is who. */
static void learn_cast(struct vm *vm, const char *device, struct cast *c)
{
	uint64_t id[2];

	guest_tell(vm, "hogs 2");
	busiest(vm, c->hog);
	guest_tell(vm, "stop");
	play(vm, device);
	busiest(vm, id);
	expect_playing(vm);
	c->player = id[0];
	c->server = id[1];
	if (c->player == c->hog[0] || c->player == c->hog[1])
		undecided("the player does not run");
	report_step("%s: hogs %llx %llx, player %llx, server %llx", device,
		    (unsigned long long)c->hog[0],
		    (unsigned long long)c->hog[1],
		    (unsigned long long)c->player,
		    (unsigned long long)c->server);
}

/* By hand: what the daemon finds by itself is checked elsewhere. */
static void tell_device(struct vm *vm, const char *device)
{
	struct vamp_sound s = {
		.size = sizeof(s),
		.version = VAMP_UAPI_VERSION,
		.pid = vm->pid,
		.nr_ranges = 1,
	};
	struct guest_bar bar;
	int error;

	guest_bar(vm, device, &bar);
	s.range[0] = (struct vamp_sound_range){
		.first = bar.first,
		.last = bar.last,
		.space = bar.is_io ? VAMP_SOUND_PIO : VAMP_SOUND_MMIO,
		.access = VAMP_SOUND_READ,
	};
	error = device_sound(&s);
	if (error)
		fail("the sound device is refused: %s", strerror(error));
}

static uint64_t output_phases(void)
{
	struct vamp_counters c;

	device_counters(&c);
	return c.phases_output;
}

static void wait_phase(struct vm *vm, uint64_t than)
{
	uint64_t deadline = now_ns() + 15 * NSEC_PER_SEC;

	while (output_phases() <= than) {
		if (now_ns() > deadline)
			fail("sound in VM %s begins no phase", vm->name);
		sleep_ms(20);
	}
}

static const struct vamp_task_info *find(uint64_t id, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		if (after[i].id == id)
			return &after[i];
	fail("task %llx is tracked no more", (unsigned long long)id);
}

static bool is_background(uint64_t id, unsigned int n)
{
	return find(id, n)->flags & VAMP_TASK_BACKGROUND;
}

struct verdicts {
	unsigned int looks, player, server, hogs;	/* times background */
	struct series load;				/* of the player */
};

/* Three looks in each of the next phases. */
static void look_at_phases(struct vm *vm, const struct cast *c,
			   struct verdicts *v)
{
	struct vamp_vm_info info;
	unsigned int n;

	for (int phase = 0; phase < PHASES; phase++) {
		wait_phase(vm, output_phases());
		report_live("phase %d of %d", phase + 1, PHASES);
		for (int look = 0; look < 3; look++) {
			sleep_ms(300);
			n = device_tasks(vm->pid, after, TABLE);
			if (!device_vm(vm->pid, &info) ||
			    info.phase != VAMP_PHASE_MIXED || !info.output)
				continue;
			v->looks++;
			series_add(&v->load, find(c->player, n)->load);
			v->player += is_background(c->player, n);
			v->server += is_background(c->server, n);
			v->hogs += is_background(c->hog[0], n) &&
				   is_background(c->hog[1], n);
		}
	}
}

static void report_verdicts(const char *name, const struct verdicts *v)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "looks", json_object_new_int(v->looks));
	json_object_object_add(o, "player_background",
			       json_object_new_int(v->player));
	json_object_object_add(o, "server_background",
			       json_object_new_int(v->server));
	json_object_object_add(o, "both_hogs_background",
			       json_object_new_int(v->hogs));
	json_object_object_add(o, "player_load", series_json(&v->load));
	json_object_object_add(report_root(), name, o);
	report_step(
		"%s: of %u looks background: player %u, server %u, both hogs %u",
		name, v->looks, v->player, v->server, v->hogs);
}

static void check_classes(struct vm *vm, const char *device,
			  const struct cast *c)
{
	static struct verdicts v;
	char name[32];

	memset(&v, 0, sizeof(v));
	look_at_phases(vm, c, &v);
	snprintf(name, sizeof(name), "%s tracked", device);
	report_verdicts(name, &v);
	if (v.looks < PHASES)
		fail("%s: only %u looks in MIXED phases", device, v.looks);
	if (v.player || v.server)
		fail("%s: who makes the sound is taken for background", device);
	if (series_median(&v.load) < PLAYER_LEAST)
		undecided("%s: the player's load is %.0f %% only", device,
			  series_median(&v.load));
	if (v.hogs != v.looks)
		fail("%s: a hog is not taken for background", device);
}

/* The same without tracking, so that the check above can fail. */
static void check_untracked(struct vm *vm, const char *device,
			    const struct cast *c)
{
	static struct verdicts v;
	char name[32];

	memset(&v, 0, sizeof(v));
	module_set("remote_wakeup_track_mode", "0");
	look_at_phases(vm, c, &v);
	module_set("remote_wakeup_track_mode", "15");
	snprintf(name, sizeof(name), "%s untracked", device);
	report_verdicts(name, &v);
	if (!v.player)
		fail("%s: the player is no background without tracking either",
		     device);
}

static void play_block(struct vm *vm, bool on, struct guest_play *sum)
{
	struct guest_play p[2];

	module_set_nice(on ? MODULE_NICE : 0);
	sleep_ms(1500);
	guest_playstat(vm, &p[0]);
	sleep_ms(BLOCK_MS);
	guest_playstat(vm, &p[1]);
	sum->periods += p[1].periods - p[0].periods;
	sum->missed += p[1].missed - p[0].missed;
}

static double missed(const struct guest_play *p)
{
	return p->periods ? (double)p->missed / p->periods : 1;
}

static void check_deadlines(struct vm *vm, const char *device)
{
	struct guest_play off = { 0 }, on = { 0 };
	struct json_object *o = json_object_new_object();

	for (int i = 0; i < BLOCKS; i++) {
		report_live("%s: deadlines, block %d of %d", device, i + 1,
			    BLOCKS);
		play_block(vm, i % 2, i % 2 ? &on : &off);
		play_block(vm, !(i % 2), i % 2 ? &off : &on);
	}
	json_object_object_add(o, "off_missed", json_number(missed(&off), 3));
	json_object_object_add(o, "off_periods",
			       json_object_new_int64(off.periods));
	json_object_object_add(o, "vamp_missed", json_number(missed(&on), 3));
	json_object_object_add(o, "vamp_periods",
			       json_object_new_int64(on.periods));
	json_object_object_add(report_root(), device, o);
	report_step(
		"%s: deadlines missed: off %.0f %% of %llu, vamp %.0f %% of %llu",
		device, 100 * missed(&off), (unsigned long long)off.periods,
		100 * missed(&on), (unsigned long long)on.periods);
	if (missed(&off) < ENOUGH_MISSED)
		undecided("without vAMP too few deadlines are missed");
	if (missed(&on) > missed(&off) / 2)
		fail("%s: vAMP leaves more than half of the missed deadlines",
		     device);
}

static void try_device(const char *device)
{
	struct cast c;
	struct pair p;

	module_load("");
	module_set("max_interactive_phase_msec", PHASE_MS);
	module_set("remote_wakeup_latency_ns", LATENCY_NS);
	vm_start_sound(&p.a, "A", device);
	vm_start(&p.b, "B");
	vm_wait(&p.a);
	vm_wait(&p.b);
	stage_known(&p.a);
	learn_cast(&p.a, device, &c);
	tell_device(&p.a, device);
	guest_tell(&p.a, "cont");
	guest_tell(&p.b, "hogs 2");
	/* Who has not been busy for a whole window is no background yet. */
	sleep_ms(2 * LEARN_MS);
	module_set_nice(MODULE_NICE);
	check_classes(&p.a, device, &c);
	check_untracked(&p.a, device, &c);
	check_deadlines(&p.a, device);
	module_unload();
	pair_power_off(&p);
}

static void run(void)
{
	try_device("ac97");
	try_device("hda");
}

const struct scenario scenario_audio = {
	.name = "audio",
	.about = "a busy media player is never background, on AC97 and HDA",
	.limit_s = 600,
	.need = NEED_MODULE,
	.run = run,
};
