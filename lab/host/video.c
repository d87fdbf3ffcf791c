// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * video.c - a real player, with sound: Enter has it play from the start; of the frames
 * that are due in the seconds after that, how many are not shown. The film is one that
 * the player just keeps up with when it has a CPU.
 *
 * Without a new start a player that has fallen behind would drop frames until it has
 * caught up, in whatever mode comes next.
 */
#include <stdio.h>

#include "application.h"
#include "module.h"
#include "options.h"
#include "report.h"
#include "util.h"

#define FILM_S		60
#define FEW		6.0		/* percent missed: the player keeps up */
#define SEEK_MS		1000	/* until it plays again */
#define LOOK_MS		6000
#define PLAYS_NS	(120 * NSEC_PER_SEC)
/* A handler of this desktop's kernel takes longer than one of the small guest's. */
#define LATENCY_NS	"1000000"

/* Frames a second of film-1.avi and so on, as lab/lib/desktop.sh makes them. */
static const unsigned int rates[] = { 3, 4, 6, 8, 12, 24, 24, 24 };
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

struct look {
	double seconds, due, shown, cpu;	/* cpu: part of one */
};

/* The film may have begun anew. */
static void look(struct pair *p, struct look *l)
{
	struct guest_film before, after;

	guest_filmstat(&p->a, &before);
	sleep_ms(LOOK_MS);
	guest_filmstat(&p->a, &after);
	l->seconds = (after.now_ns - before.now_ns) / 1e9;
	l->due = l->seconds * rate;
	l->shown = (double)((after.frame + FILM_S * rate - before.frame) %
			    (FILM_S * rate)) -
		   (double)(after.dropped - before.dropped);
	l->cpu = (after.cpu_ns - before.cpu_ns) / 1e9 / l->seconds;
}

static double missed(const struct look *l)
{
	double percent = 100 * (1 - l->shown / l->due);

	return percent < 0 ? 0 : percent;
}

static void respond(struct pair *p, double *percent)
{
	struct look l;

	vm_press(&p->a, "ret");
	sleep_ms(SEEK_MS);
	look(p, &l);
	*percent = missed(&l);
}

static void try(struct pair *p, unsigned int film, struct look *l)
{
	play(p, film);
	look(p, l);
	report_step(
		"film %u, %u frames a second: %.2f of a CPU, %.0f %% missed",
		film + 1, rate, l->cpu, missed(l));
}

/* The last one that it keeps up with. */
static void start(struct pair *p)
{
	unsigned int film = 0;
	struct look l;

	if (!options.fast)
		module_keep(MODULE_LATENCY, LATENCY_NS);
	do
		try(p, film, &l);
	while (missed(&l) <= FEW && ++film < ARRAY_SIZE(rates));
	if (!film)
		undecided("the player cannot even play the first film");
	play(p, film - 1);
}

const struct application application_video = {
	.name = "video",
	.unit = "% of frames missed",
	.desktop = true,
	.turns = 2,
	.responses = 1,
	.wanted = 6,
	.start = start,
	.respond = respond,
};
