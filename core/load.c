// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * load.c - the ring of load epochs.
 */
#include "load.h"

u32 vamp_load_period(u32 period_ms)
{
	u32 rounded = LOAD_PERIOD_MIN_MS;

	while (rounded < period_ms && rounded < LOAD_PERIOD_MAX_MS)
		rounded *= 2;
	return rounded;
}

void vamp_epoch_init(struct vamp_epoch *e, u64 now, u32 period_ms)
{
	e->length = (u32)(period_ms * VAMP_NSEC_PER_MSEC);
	vamp_epoch_seek(e, now);
}

void vamp_epoch_seek(struct vamp_epoch *e, u64 now)
{
	e->number = now / e->length;
	e->start = e->number * e->length;
}

void vamp_load_init(struct vamp_load *l, const struct vamp_epoch *e)
{
	memset(l->ns, 0, sizeof(l->ns));
	l->last = e->number;
}

bool vamp_load_advance(struct vamp_load *l, u64 number)
{
	u64 n;

	if (number <= l->last)
		return l->last - number < LOAD_EPOCHS;
	if (number - l->last >= LOAD_EPOCHS) {
		memset(l->ns, 0, sizeof(l->ns));
		l->last = number;
		return true;
	}
	for (n = l->last + 1; n <= number; n++)
		l->ns[n % LOAD_EPOCHS] = 0;
	l->last = number;
	return true;
}

u64 vamp_load_window(const struct vamp_load *l, u64 number)
{
	u64 oldest = l->last >= LOAD_WINDOW ? l->last - LOAD_WINDOW : 0;
	u64 from = number >= LOAD_WINDOW ? number - LOAD_WINDOW : 0;
	u64 n, sum = 0;

	for (n = vamp_max(from, oldest); n < number && n <= l->last; n++)
		sum += l->ns[n % LOAD_EPOCHS];
	return sum;
}
