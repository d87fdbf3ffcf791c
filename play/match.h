/* SPDX-License-Identifier: GPL-2.0-or-later */
/* match.h - is the screen the one of a snapshot? */
#ifndef PLAY_MATCH_H
#define PLAY_MATCH_H

#include "snapshot.h"

/* Shares of the samples that may differ, in 1/100 percent. */
#define MATCH_PRESS	2500	/* the original's: a quarter */
#define MATCH_POINT	1000	/* and a tenth */
#define MATCH_SHARE_MAX	10000

struct tolerance {
	uint32_t press, point;	/* 0 to MATCH_SHARE_MAX */
	uint32_t colour;	/* each of red, green, blue, 0 to 255; 0: exact */
};

struct match {
	bool good;
	bool placed;		/* false: no surface has that size */
	uint32_t surface;	/* the nearest */
	uint32_t differ, allowed, nr;	/* samples */
};

/* How many of @nr samples may differ; rounded down. */
uint32_t match_allowed(const struct tolerance *t, bool whole, uint32_t nr);

/*
 * The surface that differs least, of those that the snapshot may be of. Without
 * samples any screen is good.
 */
void match_screen(const struct snapshot *s, const struct screen *screen,
		  const struct tolerance *t, struct match *m);

/* How many samples differ between two; all if they are not alike in size. */
uint32_t match_snapshots(const struct snapshot *a, const struct snapshot *b,
			 const struct tolerance *t);

#endif /* PLAY_MATCH_H */
