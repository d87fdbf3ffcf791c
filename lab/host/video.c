// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * video.c - a real player, with sound: Enter has it play from the start; of the frames
 * that are due in the seconds after that, how many are not shown. The film is the
 * heaviest that leaves some of the VM's share: what is too much for one vCPU is nobody's
 * to mend.
 *
 * Without a new start a player that has fallen behind would drop frames until it has
 * caught up, in whatever mode comes next.
 */
#include <stdio.h>

#include "application.h"
#include "cgroup.h"
#include "module.h"
#include "options.h"
#include "report.h"
#include "util.h"

#define FIRST		3		/* film to be tried */
#define FEW		8.0		/* percent missed: the player keeps up */
#define MOST		70.0	/* percent of what one vCPU of the VM may have */
#define SEEK_MS		1000	/* until it plays again */
#define LOOK_MS		6000
#define PLAYS_NS	(120 * NSEC_PER_SEC)
/* A handler of this desktop's kernel takes longer than one of the small guest's. */
#define LATENCY_NS	"2000000"

/* Frames a second of film-1.avi and so on, as lab/lib/desktop.sh makes them. */
static const unsigned int rates[] = { 3, 4, 5, 6, 7, 8, 10, 12, 16, 24, 24, 24 };
static unsigned int rate;

static void play(struct pair *p, unsigned int film)
{
	uint64_t deadline = now_ns() + PLAYS_NS;
	struct guest_film f = { 0 };
	char command[32];

	rate = rates[film];
	snprintf(command, sizeof(command), "film %u", film + 1);
	guest_tell(&p->a, command);
	do {
		if (now_ns() > deadline)
			fail("the player is %s, at frame %llu, after %.1f s of CPU time",
			     f.plays ? "there" : "silent",
			     (unsigned long long)f.frame, f.cpu_ns / 1e9);
		sleep_ms(500);
		guest_filmstat(&p->a, &f);
	} while (!f.plays || f.frame < 2 * rate);
}

/* Since Enter, where the player was late to begin anew: its counters do so, too. */
static double counted(uint64_t before, uint64_t after)
{
	return (double)(after < before ? after : after - before);
}

static double shown(const struct guest_film *before,
		    const struct guest_film *after)
{
	return counted(before->frame, after->frame) -
	       counted(before->dropped, after->dropped);
}

static double missed(const struct guest_film *before,
		     const struct guest_film *after)
{
	double due = (after->now_ns - before->now_ns) / 1e9 * rate;
	double percent = 100 * (1 - shown(before, after) / due);

	return percent < 0 ? 0 : percent;
}

static void respond(struct pair *p, double *percent)
{
	struct guest_film before, after;

	vm_press(&p->a, "ret");
	sleep_ms(SEEK_MS);
	guest_filmstat(&p->a, &before);
	sleep_ms(LOOK_MS);
	guest_filmstat(&p->a, &after);
	*percent = missed(&before, &after);
}

/* Of the CPU time that VM A may have on one vCPU, what it had since then. */
static double part_used(struct pair *p, uint64_t cpu_ns, uint64_t since)
{
	double share = (double)LAB_CPU_COUNT / options.load;

	return 100 * (double)(cgroup_cpu_ns(p->a.name) - cpu_ns) /
	       (double)(now_ns() - since) / (share < 1 ? share : 1);
}

/* Played as it will be, from Enter on. */
static bool fits(struct pair *p, unsigned int film)
{
	double percent, used;
	uint64_t cpu_ns, since;

	play(p, film);
	cpu_ns = cgroup_cpu_ns(p->a.name);
	since = now_ns();
	respond(p, &percent);
	used = part_used(p, cpu_ns, since);
	report_step(
		"film %u, %u frames a second: %.0f %% missed, %.0f %% of a vCPU's share",
		film + 1, rate, percent, used);
	return percent <= FEW && used <= MOST;
}

/* The heaviest that fits; where none does, the lightest, as the report then shows. */
static unsigned int choose(struct pair *p)
{
	unsigned int film = FIRST;

	while (!fits(p, film))
		if (!film--) {
			report_step(
				"no film fits one vCPU: the first is taken");
			return 0;
		}
	if (film < FIRST)
		return film;
	while (film + 1 < ARRAY_SIZE(rates) && fits(p, film + 1))
		film++;
	return film;
}

static void start(struct pair *p)
{
	if (!options.fast)
		module_keep(MODULE_LATENCY, LATENCY_NS);
	play(p, choose(p));
}

const struct application application_video = {
	.name = "video",
	.unit = "% of frames missed",
	.jobs = JOBS " compile compress compile compress",
	.crowded = true,
	.turns = 2,
	.responses = 1,
	.wanted = 4,
	.start = start,
	.respond = respond,
};
