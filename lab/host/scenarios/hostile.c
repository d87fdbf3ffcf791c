// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hostile.c - a guest's kernel that does its worst to our hooks: it goes through
 * a million address spaces, floods interrupts, floods the sound device. What it
 * costs is its own: the neighbour's share of the CPUs stays, memory is bounded.
 *
 * Blocks without and with the module take turns. How much slower the hostile guest
 * itself becomes is what the hooks cost it at the most, and is reported; so is the
 * neighbour's work, which also varies with the speed of the machine below.
 */
#include <stdio.h>
#include <string.h>

#include "cgroup.h"
#include "device.h"
#include "guest.h"
#include "module.h"
#include "options.h"
#include "report.h"
#include "stage.h"
#include "stats.h"
#include "util.h"
#include "wild.h"

#define PAIRS		5	/* of blocks */
#define SETTLE_MS	400
#define BLOCK_MS	2500
#define BEGIN_NS	(20 * NSEC_PER_SEC)
#define SHARE_LOW	0.95
#define SHARE_HIGH	1.05
#define TASKS_MAX	1024
#define BYTES_MAX	(512 * 1024)

static const struct attack {
	const char *name;
	enum wild_mode mode;
	const char *parameters;
} attacks[] = {
	{ "address spaces, sampled", WILD_SPACES, "" },
	{ "address spaces, trapped", WILD_SPACES, "track_cr3_load=1" },
	{ "interrupts", WILD_IPIS, "" },
	{ "sound", WILD_SOUND, "" },
};

/* Of one attack, without and with the module. */
struct rates {
	struct series neighbour[2], wild[2];	/* work a second */
	struct series cpu[2];			/* the neighbour's part of all */
	struct series share, work, pace;	/* of each pair: with / without */
	struct vamp_vm_info info;		/* the last one */
	struct vamp_counters counters;
};

static void measure(struct rates *r, struct vm *b, const struct wild *w,
		    int with)
{
	uint64_t count, start, own, others;
	struct guest_stat before, after;
	double s;

	guest_stat(b, &before);
	start = now_ns();
	count = wild_count(w);
	own = cgroup_cpu_ns(b->name);
	others = cgroup_cpu_ns(WILD_CGROUP);
	sleep_ms(BLOCK_MS);
	own = cgroup_cpu_ns(b->name) - own;
	others = cgroup_cpu_ns(WILD_CGROUP) - others;
	guest_stat(b, &after);
	s = (now_ns() - start) / 1e9;
	series_add(&r->cpu[with], (double)own / (own + others));
	series_add(&r->wild[with], (wild_count(w) - count) / s);
	series_add(&r->neighbour[with],
		   (after.work - before.work) /
			   ((after.now_ns - before.now_ns) / 1e9));
}

static void await_known(const struct wild *w)
{
	uint64_t deadline = now_ns() + BEGIN_NS;
	struct vamp_vm_info info;

	while (!device_vm(w->pid, &info)) {
		if (now_ns() > deadline)
			fail("the module does not see the hostile guest");
		sleep_ms(20);
	}
}

static void announce_sound(const struct wild *w)
{
	struct vamp_sound s = {
		.size = sizeof(s),
		.version = VAMP_UAPI_VERSION,
		.pid = w->pid,
		.nr_ranges = 1,
		.range[0] = { WILD_PORT, WILD_PORT, VAMP_SOUND_PIO,
			      VAMP_SOUND_READ },
	};

	if (device_sound(&s))
		fail("the sound device is refused");
}

static void check_bounds(const struct attack *a, const struct vamp_vm_info *i)
{
	if (i->nr_tasks > TASKS_MAX)
		fail("%s: %u tasks are tracked", a->name, i->nr_tasks);
	if (i->mem_bytes > BYTES_MAX)
		fail("%s: the VM takes %llu bytes", a->name, i->mem_bytes);
}

static void block_with(struct rates *r, const struct attack *a, struct vm *b,
		       const struct wild *w)
{
	module_load(a->parameters);
	module_set_nice(MODULE_NICE);
	await_known(w);
	stage_known(b);
	if (a->mode == WILD_SOUND)
		announce_sound(w);
	sleep_ms(SETTLE_MS);
	measure(r, b, w, 1);
	if (!device_vm(w->pid, &r->info))
		fail("the module lost the hostile guest");
	device_counters(&r->counters);
	check_bounds(a, &r->info);
	module_unload();
}

/* That the attack reached what it aims at. */
static void check_reached(const struct attack *a, const struct rates *r)
{
	const struct vamp_counters *c = &r->counters;

	if (a->mode == WILD_SPACES && c->task_switches < 1000)
		fail("%s: only %llu changes were seen", a->name,
		     c->task_switches);
	if (a->mode == WILD_IPIS && c->ipis < 1000)
		fail("%s: only %llu were seen", a->name, c->ipis);
	if (a->mode == WILD_SOUND && !c->phases_output)
		fail("%s: %llu accesses began no phase", a->name,
		     c->audio_accesses);
}

static void report_attack(const struct attack *a, const struct rates *r)
{
	static const struct vamp_counters zero;
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "neighbour_share",
			       json_number(series_median(&r->share), 3));
	json_object_object_add(o, "neighbour_work",
			       json_number(series_median(&r->work), 3));
	json_object_object_add(o, "hostile_pace",
			       json_number(series_median(&r->pace), 3));
	json_object_object_add(o, "neighbour_without",
			       series_json(&r->neighbour[0]));
	json_object_object_add(o, "neighbour_with",
			       series_json(&r->neighbour[1]));
	json_object_object_add(o, "hostile_without", series_json(&r->wild[0]));
	json_object_object_add(o, "hostile_with", series_json(&r->wild[1]));
	json_object_object_add(o, "tasks",
			       json_object_new_int64(r->info.nr_tasks));
	json_object_object_add(o, "bytes",
			       json_object_new_int64(r->info.mem_bytes));
	json_object_object_add(o, "counters",
			       device_counters_json(&zero, &r->counters));
	json_object_object_add(report_root(), a->name, o);
	report_step(
		"%s: neighbour's share %.3f of before (its work %.2f), the guest's own pace %.2f; %u tasks, %llu bytes",
		a->name, series_median(&r->share), series_median(&r->work),
		series_median(&r->pace), r->info.nr_tasks, r->info.mem_bytes);
}

static void check_share(const struct attack *a, const struct rates *r)
{
	double share = series_median(&r->share);

	if (share >= SHARE_LOW && share <= SHARE_HIGH)
		return;
	fail("%s: the neighbour's share becomes %.3f of what it was", a->name,
	     share);
}

/* Of the last block with the module to the one before without it. */
static void add_ratio(struct series *ratio, const struct series block[2])
{
	unsigned int last = ratio->n;

	series_add(ratio, block[1].value[last] / block[0].value[last]);
}

static void pair_of_blocks(struct rates *r, const struct attack *a,
			   struct vm *b, const struct wild *w)
{
	sleep_ms(SETTLE_MS);
	measure(r, b, w, 0);
	block_with(r, a, b, w);
	add_ratio(&r->share, r->cpu);
	add_ratio(&r->work, r->neighbour);
	add_ratio(&r->pace, r->wild);
}

static void try_attack(const struct attack *a, struct vm *b)
{
	uint64_t deadline = now_ns() + BEGIN_NS;
	static struct rates r;
	struct wild w;

	memset(&r, 0, sizeof(r));
	wild_start(&w, a->mode);
	while (wild_count(&w) < 100) {
		if (now_ns() > deadline)
			undecided("%s: the hostile guest does not run",
				  a->name);
		sleep_ms(20);
	}
	for (unsigned int i = 0; i < PAIRS; i++) {
		report_live("%s: pair %u of %u", a->name, i + 1, PAIRS);
		pair_of_blocks(&r, a, b, &w);
	}
	wild_stop(&w);
	report_attack(a, &r);
	check_reached(a, &r);
	check_share(a, &r);
}

static void run(void)
{
	struct vm b;

	vm_start(&b, "B");
	vm_wait(&b);
	guest_tell(&b, "hogs 2");
	for (unsigned int i = 0; i < ARRAY_SIZE(attacks); i++)
		try_attack(&attacks[i], &b);
	vm_check_cpus();
	vm_power_off(&b);
}

const struct scenario scenario_hostile = {
	.name = "hostile",
	.about =
		"floods of address spaces, interrupts and sound stay their guest's",
	.limit_s = 480,
	.need = NEED_MODULE,
	.run = run,
};
