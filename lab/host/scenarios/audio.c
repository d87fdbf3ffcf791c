// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * audio.c - nobody touches the VM, but somebody listens: output-driven phases,
 * in which neither a player that is busy enough for background nor its sound
 * server is taken for such, and the player misses fewer deadlines. One VM with
 * AC97, then one with Intel HDA.
 *
 * The way from an injected interrupt to the task that it woke takes some 20
 * times as long on the emulator, as all code: the default of
 * remote_wakeup_latency_ns, 20 us for real hardware, is multiplied by that.
 */
#include "cgroup.h"
#include "daemon.h"
#include "device.h"
#include "events.h"
#include "growth.h"
#include "module.h"
#include "options.h"
#include "player.h"
#include "report.h"
#include "stage.h"
#include "stats.h"
#include "trace.h"
#include "util.h"

#define PHASE_MSEC     "2000"
#define PHASE_MS       2000
#define PERIOD_MS      80
#define PERCENT	       62 /* of a CPU */
#define THRESHOLD      50
#define ROUNDS	       3 /* of one block without and one with vAMP */
#define BLOCK_PHASES   3
#define CONTROL_PHASES 3
#define SETTLE_MS      1500
#define LOOK_MS	       100
#define ENOUGH_MISSED  0.1 /* without vAMP, to judge by */
#define FEWER	       0.5
#define SLOW	       0.85 /* of its speed before: no test */
#define START_MS       10000 /* of a phase, the machine being busy */
#define HOGS	       2
#define MAX_PHASES     16
#define FOUND_NS       (30 * NSEC_PER_SEC)

/*
 * How the tasks were classified, as often as it was looked at, in a phase's length:
 * sound prolongs it then, and it is classified anew.
 */
struct phase {
	unsigned int looks;
	unsigned int player, server; /* looks that found it background */
	unsigned int hogs; /* that found both hogs background */
	unsigned int load, wakeups; /* the player's greatest */
	struct vamp_task_info odd; /* the first look at whoever was wrong */
};

struct phases {
	unsigned int n, ended; /* that were not prolonged */
	struct phase phase[MAX_PHASES];
};

/* Of all blocks of a mode. */
struct missed {
	uint64_t periods, missed;
	double work, seconds; /* that both VMs did, of all kinds */
};

/* The run of one device. */
struct audio {
	const char *name;
	struct vm vm, *neighbour;
	int events;
	unsigned int amount; /* of work in a period */
	struct player_tasks tasks;
	uint64_t hog[HOGS];
	struct phases tracked, control;
	struct missed off, on;
	struct vamp_counters counters;
};

static struct audio runs[] = {
	{ .name = "ac97" },
	{ .name = "hda" },
};

static struct vamp_vm_info vm_info(const struct audio *a)
{
	struct vamp_vm_info info;

	if (!device_vm(a->vm.pid, &info))
		fail("the module lost VM %s", a->vm.name);
	return info;
}

static bool same_phase(const struct vamp_vm_info *before,
		       const struct vamp_vm_info *after)
{
	return before->phase == VAMP_PHASE_MIXED &&
	       after->phase == VAMP_PHASE_MIXED && after->phase_left_ns &&
	       after->phase_left_ns <= before->phase_left_ns;
}

static bool is_background(const struct vamp_task_info *t)
{
	return t && t->flags & VAMP_TASK_BACKGROUND;
}

static void note_odd(struct phase *p, const struct vamp_task_info *t)
{
	if (t && !p->odd.size)
		p->odd = *t;
}

static void note_sound(struct phase *p, const struct vamp_task_info *player,
		       const struct vamp_task_info *server)
{
	if (player && player->load > p->load)
		p->load = player->load;
	if (player && player->audio_wakeups > p->wakeups)
		p->wakeups = player->audio_wakeups;
	if (is_background(player)) {
		p->player++;
		note_odd(p, player);
	}
	if (is_background(server)) {
		p->server++;
		note_odd(p, server);
	}
}

static void note_hogs(struct phase *p, const struct audio *a,
		      const struct vamp_task_info *t, unsigned int n)
{
	const struct vamp_task_info *hog;
	unsigned int found = 0;

	for (unsigned int i = 0; i < HOGS; i++) {
		hog = growth_find(t, n, a->hog[i]);
		if (is_background(hog))
			found++;
		else
			note_odd(p, hog);
	}
	p->hogs += found == HOGS;
}

/* Only if the phase lasts from before until after the list was made. */
static void look(struct phase *p, const struct audio *a)
{
	static struct vamp_task_info t[GROWTH_TASKS];
	struct vamp_vm_info before = vm_info(a), after;
	unsigned int n = device_tasks(a->vm.pid, t, GROWTH_TASKS);

	after = vm_info(a);
	if (!same_phase(&before, &after))
		return;
	if (!after.output)
		fail("VM %s: a phase that no sound started", a->vm.name);
	p->looks++;
	note_sound(p, growth_find(t, n, a->tasks.player),
		   growth_find(t, n, a->tasks.server));
	note_hogs(p, a, t, n);
}

static void await_start(const struct audio *a)
{
	uint64_t deadline = now_ns() + START_MS * NSEC_PER_MSEC;
	struct vamp_event e;

	do {
		if (!events_next(a->events, a->vm.pid, &e, deadline))
			fail("VM %s plays, but no phase begins (%llu accesses)",
			     a->vm.name, vm_info(a).audio_accesses);
	} while (e.type != VAMP_EVENT_PHASE_START);
	if (e.arg != 1)
		fail("VM %s: a phase began without sound", a->vm.name);
	if (e.phase != VAMP_PHASE_MIXED)
		fail("VM %s: a phase with load %u is not MIXED", a->vm.name,
		     e.vm_load);
}

/* For a while; true if the phase has ended. */
static bool ends(const struct audio *a)
{
	struct vamp_event e;

	if (!events_next(a->events, a->vm.pid, &e,
			 now_ns() + LOOK_MS * NSEC_PER_MSEC))
		return false;
	if (e.type != VAMP_EVENT_PHASE_END)
		fail("VM %s: event %u, not a phase's end", a->vm.name, e.type);
	return true;
}

/* Look until sound prolongs the phase, or it ends as the VM stood still. */
static void watch_phase(struct phases *list, const struct audio *a)
{
	struct phase *p = &list->phase[list->n++];
	uint64_t deadline = now_ns() + 2 * PHASE_MS * NSEC_PER_MSEC;
	uint64_t before, left = vm_info(a).phase_left_ns;

	do {
		if (now_ns() > deadline)
			fail("VM %s: a phase neither ends nor is prolonged",
			     a->vm.name);
		look(p, a);
		before = left;
		if (ends(a)) {
			list->ended++;
			await_start(a);
			return;
		}
		left = vm_info(a).phase_left_ns;
	} while (left <= before);
}

static void watch_phases(struct phases *list, struct audio *a, unsigned int n)
{
	a->events = events_open();
	module_set_nice(MODULE_NICE);
	await_start(a);
	while (n--)
		watch_phase(list, a);
	module_set_nice(0);
	events_close(a->events);
}

/* What the guests have counted so far. */
struct count {
	struct guest_play play;
	struct guest_stat own, other;
};

static void take_count(struct audio *a, struct count *c)
{
	guest_playstat(&a->vm, &c->play);
	guest_stat(&a->vm, &c->own);
	guest_stat(a->neighbour, &c->other);
}

static void add_missed(struct missed *m, struct audio *a,
		       const struct count *before)
{
	struct count now;
	uint64_t periods;

	take_count(a, &now);
	periods = now.play.periods - before->play.periods;
	m->periods += periods;
	m->missed += now.play.missed - before->play.missed;
	m->work += (double)periods * a->amount;
	m->work += now.own.work - before->own.work;
	m->work += now.other.work - before->other.work;
	m->seconds += (now.own.now_ns - before->own.now_ns) / 1e9;
}

static void block_off(struct audio *a)
{
	struct count before;

	trace_mark("mode off");
	take_count(a, &before);
	sleep_ms(BLOCK_PHASES * PHASE_MS);
	add_missed(&a->off, a, &before);
}

static void block_on(struct audio *a)
{
	struct vamp_counters c[2];
	struct count before;

	trace_mark("mode vamp");
	device_counters(&c[0]);
	take_count(a, &before);
	watch_phases(&a->tracked, a, BLOCK_PHASES);
	add_missed(&a->on, a, &before);
	device_counters(&c[1]);
	device_counters_add(&a->counters, &c[0], &c[1]);
}

static void start_hogs(struct audio *a)
{
	static struct growth g;

	guest_tell(&a->vm, "hogs 2");
	growth_begin(&g, a->vm.pid);
	a->amount = player_amount(&a->vm, a->neighbour, PERCENT, PERIOD_MS);
	growth_end(&g);
	for (unsigned int i = 0; i < HOGS; i++)
		a->hog[i] = g.task[i].id;
	guest_tell(&a->vm, "stop");
	guest_tell(a->neighbour, "stop");
}

/* A VM of which nothing is known yet: the daemon alone tells of its device. */
static void check_daemon(const struct audio *a)
{
	uint64_t deadline = now_ns() + FOUND_NS;

	daemon_start();
	while (!vm_info(a).sound_ranges) {
		if (now_ns() > deadline)
			fail("vampd does not find the sound device of VM %s",
			     a->vm.name);
		sleep_ms(50);
	}
	daemon_stop();
	report_step("vampd found the sound device of VM %s", a->vm.name);
}

static void expect_accesses(const struct audio *a)
{
	uint64_t before = vm_info(a).audio_accesses;

	sleep_ms(10 * PERIOD_MS);
	if (vm_info(a).audio_accesses == before)
		fail("VM %s plays, but no access of its sound device is seen",
		     a->vm.name);
}

/* Who is who shows best while the neighbour and, in turn, they are silent. */
static void begin(struct audio *a, struct vm *neighbour)
{
	vm_start_sound(&a->vm, "A", a->name);
	vm_wait(&a->vm);
	stage_known(&a->vm);
	report_step("VM A is up, with %s", a->name);
	a->neighbour = neighbour;
	check_daemon(a);
	module_set("remote_wakeup_track_mode", "0");
	start_hogs(a);
	player_start(&a->vm, a->amount, PERIOD_MS, a->name);
	sleep_ms(SETTLE_MS);
	player_identify(&a->tasks, &a->vm, SETTLE_MS);
	expect_accesses(a);
	player_announce(&a->vm, a->name);
	guest_tell(neighbour, "cont");
	guest_tell(&a->vm, "cont");
	sleep_ms(SETTLE_MS);
}

static void measure(struct audio *a)
{
	report_live("%s: without tracking", a->name);
	watch_phases(&a->control, a, CONTROL_PHASES);
	module_set("remote_wakeup_track_mode", "15");
	for (unsigned int i = 0; i < ROUNDS; i++) {
		report_live("%s: round %u of %u", a->name, i + 1, ROUNDS);
		block_off(a);
		block_on(a);
	}
	vm_check_cpus();
	vm_power_off(&a->vm);
}

static double rate(const struct missed *m)
{
	return m->periods ? (double)m->missed / m->periods : 0;
}

/*
 * How fast the lab's CPUs were, which are never idle, by the speed at which the
 * player's load was measured: what else the machine does shows here.
 */
static double speed(const struct audio *a, const struct missed *m)
{
	double asked = a->amount * 1000.0 / PERIOD_MS * 100 / PERCENT;

	return m->seconds > 0 ? m->work / m->seconds / asked / LAB_CPU_COUNT :
				0;
}

static void report_missed(struct json_object *root, const char *name,
			  const struct audio *a, const struct missed *m)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "periods", json_object_new_int64(m->periods));
	json_object_object_add(o, "missed", json_object_new_int64(m->missed));
	json_object_object_add(o, "rate", json_number(rate(m), 3));
	json_object_object_add(o, "speed", json_number(speed(a, m), 2));
	json_object_object_add(root, name, o);
}

static struct json_object *odd_json(const struct vamp_task_info *t)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "id", json_object_new_int64(t->id));
	json_object_object_add(o, "flags", json_object_new_int64(t->flags));
	json_object_object_add(o, "load", json_object_new_int64(t->load));
	json_object_object_add(
		o, "reason", json_object_new_string(device_reason(t->reason)));
	return o;
}

static struct json_object *phase_json(const struct phase *p)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "looks", json_object_new_int(p->looks));
	json_object_object_add(o, "player_background",
			       json_object_new_int(p->player));
	json_object_object_add(o, "server_background",
			       json_object_new_int(p->server));
	json_object_object_add(o, "hogs_background",
			       json_object_new_int(p->hogs));
	json_object_object_add(o, "player_load", json_object_new_int(p->load));
	json_object_object_add(o, "player_wakeups",
			       json_object_new_int(p->wakeups));
	if (p->odd.size)
		json_object_object_add(o, "odd", odd_json(&p->odd));
	return o;
}

static struct json_object *phases_json(const struct phases *list)
{
	struct json_object *o = json_object_new_array();

	for (unsigned int i = 0; i < list->n; i++)
		json_object_array_add(o, phase_json(&list->phase[i]));
	return o;
}

static void report_run(const struct audio *a)
{
	static const struct vamp_counters zero;
	struct json_object *o = json_object_new_object();

	report_missed(o, "off", a, &a->off);
	report_missed(o, "vamp", a, &a->on);
	json_object_object_add(o, "phases", phases_json(&a->tracked));
	json_object_object_add(o, "phases_ended",
			       json_object_new_int(a->tracked.ended));
	json_object_object_add(o, "phases_untracked", phases_json(&a->control));
	json_object_object_add(o, "counters",
			       device_counters_json(&zero, &a->counters));
	json_object_object_add(report_root(), a->name, o);
	report_step(
		"%s: missed %.0f %% of %llu periods without vAMP, %.0f %% of %llu with it",
		a->name, 100 * rate(&a->off),
		(unsigned long long)a->off.periods, 100 * rate(&a->on),
		(unsigned long long)a->on.periods);
}

static void check_phase(const struct audio *a, unsigned int i)
{
	const struct phase *p = &a->tracked.phase[i];

	if (!p->looks)
		undecided("%s: nothing was seen of phase %u", a->name, i);
	if (p->player || p->server)
		fail("%s: in phase %u the player was background at %u of %u looks, the server at %u",
		     a->name, i, p->player, p->looks, p->server);
	if (p->hogs != p->looks)
		fail("%s: in phase %u both hogs were background at %u of %u looks",
		     a->name, i, p->hogs, p->looks);
}

/* Would the player be background if nobody knew that it makes sound? */
static void check_control(const struct audio *a)
{
	unsigned int load = 0;

	for (unsigned int i = 0; i < a->control.n; i++) {
		if (a->control.phase[i].player)
			return;
		if (a->control.phase[i].load > load)
			load = a->control.phase[i].load;
	}
	if (load <= THRESHOLD)
		undecided(
			"%s: the player's load, %u %%, is too low for background",
			a->name, load);
	fail("%s: the player (load %u %%) is not background without tracking, either",
	     a->name, load);
}

static void check_missed(const struct audio *a)
{
	if (rate(&a->off) < ENOUGH_MISSED)
		undecided(
			"%s: only %.1f %% of deadlines are missed without vAMP",
			a->name, 100 * rate(&a->off));
	if (rate(&a->on) <= FEWER * rate(&a->off))
		return;
	if (speed(a, &a->on) < SLOW ||
	    speed(a, &a->on) < SLOW * speed(a, &a->off))
		undecided(
			"%s: %.1f %% of deadlines missed with vAMP, but the machine had become slower (%.2f)",
			a->name, 100 * rate(&a->on), speed(a, &a->on));
	fail("%s: %.1f %% of deadlines missed with vAMP, %.1f %% without",
	     a->name, 100 * rate(&a->on), 100 * rate(&a->off));
}

static void check_prolonged(const struct audio *a)
{
	if (2 * a->tracked.ended > a->tracked.n)
		fail("%s: of %u phases, %u ended although it played", a->name,
		     a->tracked.n, a->tracked.ended);
}

static void check(const struct audio *a)
{
	check_prolonged(a);
	for (unsigned int i = 0; i < a->tracked.n; i++)
		check_phase(a, i);
	check_control(a);
	check_missed(a);
}

static void run(void)
{
	struct vm neighbour;

	module_load("");
	module_set(MODULE_LATENCY, MODULE_LATENCY_NS);
	module_set("max_interactive_phase_msec", PHASE_MSEC);
	vm_start(&neighbour, "B");
	vm_wait(&neighbour);
	guest_tell(&neighbour, "hogs 2");
	for (unsigned int i = 0; i < ARRAY_SIZE(runs); i++) {
		begin(&runs[i], &neighbour);
		measure(&runs[i]);
		report_run(&runs[i]);
	}
	vm_check_cpus();
	vm_power_off(&neighbour);
	module_unload();
	for (unsigned int i = 0; i < ARRAY_SIZE(runs); i++)
		check(&runs[i]);
}

const struct scenario scenario_audio = {
	.name = "audio",
	.about = "sound: output-driven phases, who makes it, missed deadlines",
	.limit_s = 600,
	.need = NEED_DAEMON,
	.run = run,
};
