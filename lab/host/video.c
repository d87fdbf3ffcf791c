// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * video.c - a real player: of the frames that are due in the seconds after an input,
 * how many are not shown. The film's speed is such that the player needs much of a
 * CPU when it has one.
 */
#include <stdio.h>

#include "application.h"
#include "report.h"
#include "util.h"

#define FILM_FRAMES	1440		/* as lab/lib/desktop.sh makes it */
#define FILM_RATE	24.0		/* a second */
#define NEED		0.55		/* of a CPU */
#define FEW		5.0		/* percent missed: the player keeps up */
/* Percent of the film's speed. */
#define FIRST		100
#define SLOWEST		5
#define FASTEST		2000
#define LOOK_MS		4000
#define PLAYS_NS	(120 * NSEC_PER_SEC)

static unsigned int speed;		/* percent */

static void play(struct pair *p, unsigned int percent)
{
	uint64_t deadline = now_ns() + PLAYS_NS;
	struct guest_film film;
	char command[32];

	speed = percent;
	snprintf(command, sizeof(command), "film %u", percent);
	guest_tell(&p->a, command);
	do {
		if (now_ns() > deadline)
			fail("the player shows nothing");
		sleep_ms(500);
		guest_filmstat(&p->a, &film);
	} while (!film.plays || film.frame < FILM_RATE);
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
	l->due = l->seconds * FILM_RATE * speed / 100;
	l->shown = (double)((after.frame + FILM_FRAMES - before.frame) %
			    FILM_FRAMES) -
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
	look(p, &l);
	*percent = missed(&l);
}

static void try(struct pair *p, unsigned int percent, struct look *l)
{
	play(p, percent);
	look(p, l);
	report_step("a film at %u %% of its speed: %.2f of a CPU, %.0f %% of the frames missed",
		    percent, l->cpu, missed(l));
}

/* First a speed at which it keeps up, then one at which it just does. */
static void start(struct pair *p)
{
	unsigned int percent = FIRST;
	struct look l;

	try(p, percent, &l);
	while (missed(&l) > FEW && percent > SLOWEST) {
		percent = percent / 2 > SLOWEST ? percent / 2 : SLOWEST;
		try(p, percent, &l);
	}
	percent = percent * NEED / l.cpu;
	if (missed(&l) > FEW || percent < SLOWEST || percent > FASTEST)
		undecided("the player cannot be made to need %.2f of a CPU",
			  NEED);
	try(p, percent, &l);
}

const struct application application_video = {
	.name = "video",
	.unit = "% of frames missed",
	.desktop = true,
	.turns = 2,
	.responses = 1,
	.wanted = 12,
	.start = start,
	.respond = respond,
};
