// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * guest-hostile.c - whatever an agent in a guest says, its VM and the neighbour keep
 * their shares of the CPUs, and vampd lives and is brief about it.
 *
 * Both VMs are busy, and VM A is in phases all the time. Blocks without and with the
 * liar take turns, so that a change of the machine's speed is not taken for a lie's
 * effect.
 */
#include <stdio.h>
#include <string.h>

#include "cgroup.h"
#include "daemon.h"
#include "device.h"
#include "extension.h"
#include "options.h"
#include "report.h"
#include "stage.h"
#include "util.h"

#define PAIRS		4	/* of blocks */
#define INPUTS		4	/* in a block */
#define THINK_MS	700
#define SETTLE_MS	1500	/* more than the tracker's window */
#define SHARE_LOW	0.95
#define SHARE_HIGH	1.05
#define LINES_MAX	2	/* of the log: about the guest, and that it is well again */

static const char *const lies[] = { "oversized", "malformed", "flood",
				    "placements" };

/* Else there is nothing that a lie could change. */
static void expect_mixed(const struct vm *vm)
{
	struct vamp_vm_info info;

	if (!device_vm(vm->pid, &info) || info.phase != VAMP_PHASE_MIXED)
		fail("VM %s is in no phase with mixed load", vm->name);
}

/* Of the neighbour, in the CPU time of both. */
static double measure_share(struct pair *p)
{
	uint64_t own = cgroup_cpu_ns(p->b.name);
	uint64_t other = cgroup_cpu_ns(p->a.name);

	for (unsigned int i = 0; i < INPUTS; i++) {
		vm_press(&p->a, "ret");
		sleep_ms(THINK_MS);
	}
	expect_mixed(&p->a);
	own = cgroup_cpu_ns(p->b.name) - own;
	other = cgroup_cpu_ns(p->a.name) - other;
	return (double)own / (own + other);
}

static void add_pair(struct series *ratios, struct pair *p, const char *lie)
{
	double before = measure_share(p);

	extension_lie(&p->a, lie);
	series_add(ratios, measure_share(p) / before);
	extension_lie(&p->a, NULL);
}

static void judge(const char *lie, const struct series *ratios,
		  unsigned int lines)
{
	double share = series_median(ratios);

	report_step(
		"%s: the neighbour's share is %.3f of before; %u lines of log",
		lie, share, lines);
	if (share < SHARE_LOW || share > SHARE_HIGH)
		fail("%s: the neighbour's share becomes %.3f of what it was",
		     lie, share);
	if (lines > LINES_MAX)
		fail("%s: vampd writes %u lines about it", lie, lines);
	daemon_expect_alive();
}

static void report_lie(const char *lie, const struct series *ratios,
		       unsigned int lines)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "neighbour_share", series_json(ratios));
	json_object_object_add(o, "log_lines", json_object_new_int(lines));
	json_object_object_add(report_root(), lie, o);
}

static void try_lie(struct pair *p, const char *lie)
{
	struct series ratios = { 0 };
	unsigned int lines = daemon_log_lines();

	for (unsigned int i = 0; i < PAIRS; i++) {
		report_live("%s: pair %u of %u", lie, i + 1, PAIRS);
		add_pair(&ratios, p, lie);
	}
	lines = daemon_log_lines() - lines;
	report_lie(lie, &ratios, lines);
	judge(lie, &ratios, lines);
}

static void run(void)
{
	struct pair p;

	stage_up(&p, 2);
	guest_app(&p.a, 1000);
	sleep_ms(SETTLE_MS);
	stage_phase(&p.a);
	for (unsigned int i = 0; i < ARRAY_SIZE(lies); i++)
		try_lie(&p, lies[i]);
	stage_down(&p);
}

const struct scenario scenario_guest_hostile = {
	.name = "guest-hostile",
	.about = "an agent that floods and lies changes nobody's share",
	.limit_s = 480,
	.need = NEED_EXTENSION,
	.run = run,
};
