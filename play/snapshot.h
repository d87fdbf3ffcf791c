/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * snapshot.h - samples of a screen, to be waited for when a trace is replayed.
 *
 * Before a press: the square around the pointer, every pixel, clipped by the
 * surface's edges. At a synchronisation point: the whole surface, a sample each
 * @step pixels. Samples go down the columns, the columns from left to right.
 * Where a square is clipped follows from the number of its samples, as that only
 * grows with the square.
 */
#ifndef PLAY_SNAPSHOT_H
#define PLAY_SNAPSHOT_H

#include "screen.h"

#define SNAPSHOT_SAMPLES_MAX	(1u << 22)
#define SNAPSHOT_REACH_MAX	1000	/* pixels to each side */
#define SNAPSHOT_STEP		50	/* pixels: the original's */
#define SNAPSHOT_STEP_MAX	1000
#define SNAPSHOT_ANY		(-1)	/* surface: whichever fits */

/* A picture for people, packed (picture.h). */
struct packed {
	uint32_t width, height;
	size_t size;		/* bytes; 0: there is none */
	uint8_t *bytes;
};

struct snapshot {
	int32_t surface;	/* or SNAPSHOT_ANY */
	bool whole;		/* of a synchronisation point */
	int32_t x, y;		/* the pointer; if not @whole */
	uint32_t step;		/* if @whole */
	uint32_t width, height;	/* of the surface; 0: not known */
	uint32_t nr;
	uint32_t *sample;	/* 0x00RRGGBB */
	struct packed picture;	/* of the whole surface, or none */
};

/* Room for @nr samples, which the caller fills in; NULL: no memory, too many. */
struct snapshot *snapshot_new(uint32_t nr);
void snapshot_free(struct snapshot *s);

/* Around the pointer, @reach pixels to each side; NULL: nothing of it is there. */
struct snapshot *snapshot_around(const struct surface *f, int32_t x, int32_t y,
				 uint32_t reach);

/* All of a surface. @step: 1 to SNAPSHOT_STEP_MAX. */
struct snapshot *snapshot_whole(const struct surface *f, uint32_t step);

/*
 * Which part of a surface the samples are of, and how far apart in *@step;
 * false: of none, it has another size.
 */
bool snapshot_area(const struct snapshot *s, const struct surface *f,
		   struct area *area, uint32_t *step);

#endif /* PLAY_SNAPSHOT_H */
