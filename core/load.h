/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * load.h - how long something ran in each of the last 32 load epochs.
 *
 * A ring of 32 epochs of a power of two of milliseconds (32 by default).
 * An epoch's number is its time divided by its length. Entries are exact
 * nanoseconds, so intervals may be split anywhere without changing a sum.
 * Source: the monitor of VEE 2014 (epochs of 32 ms, 31 complete ones looked
 * at); the clearing of a long gap is done right here.
 *
 * No function here sleeps or locks: the caller serialises calls on one ring.
 */
#ifndef VAMP_CORE_LOAD_H
#define VAMP_CORE_LOAD_H

#include "types.h"

#define LOAD_EPOCHS		32
#define LOAD_WINDOW		(LOAD_EPOCHS - 1)	/* complete epochs */
#define LOAD_PERIOD_MIN_MS	2
#define LOAD_PERIOD_MAX_MS	1024

struct vamp_load {
	u64 last;		/* newest epoch accounted */
	u32 ns[LOAD_EPOCHS];
};

/*
 * The epoch that a clock is in, kept so that the hot path divides only when
 * an epoch ends.
 */
struct vamp_epoch {
	u64 number;
	u64 start;		/* ns */
	u32 length;		/* ns, 2..1024 ms */
};

/* Rounds @period_ms up to a power of two within 2..1024. */
u32 vamp_load_period(u32 period_ms);

/* Sets @e to the epoch of @now with epochs of @period_ms (already rounded). */
void vamp_epoch_init(struct vamp_epoch *e, u64 now, u32 period_ms);

/* Moves @e to the epoch of @now, forwards or backwards. */
void vamp_epoch_seek(struct vamp_epoch *e, u64 now);

static inline bool vamp_epoch_holds(const struct vamp_epoch *e, u64 t)
{
	return t - e->start < e->length;
}

/* Empties the ring as if nothing ever ran; @e is the current epoch. */
void vamp_load_init(struct vamp_load *l, const struct vamp_epoch *e);

/*
 * Zeroes what lies between the newest accounted epoch and @number. False if
 * @number is so old that the ring has no place for it: CPUs' clocks differ.
 */
bool vamp_load_advance(struct vamp_load *l, u64 number);

/* Adds @ns (at most one epoch's length) to epoch @number, unless too old. */
static inline void vamp_load_put(struct vamp_load *l, u64 number, u32 ns)
{
	if (number == l->last || vamp_load_advance(l, number))
		l->ns[number % LOAD_EPOCHS] += ns;
}

/*
 * Nanoseconds run in the LOAD_WINDOW complete epochs before epoch @number.
 * Epochs that the ring no longer or not yet holds count nothing.
 */
u64 vamp_load_window(const struct vamp_load *l, u64 number);

/* True if something was accounted inside that window or later. */
static inline bool vamp_load_valid(const struct vamp_load *l, u64 number)
{
	return l->last + LOAD_WINDOW >= number;
}

/* @ns of a window of epochs of @length ns, as percent of one CPU, 0..100. */
static inline u32 vamp_load_pct(u64 ns, u32 length)
{
	u64 pct = ns * 100 / ((u64)length * LOAD_WINDOW);

	return pct > 100 ? 100 : (u32)pct;
}

#endif /* VAMP_CORE_LOAD_H */
