/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * order.h - events in the order in which they happened. Each CPU has a buffer of
 * its own, so they come in any; their numbers say which are missing.
 */
#ifndef VAMPCTL_ORDER_H
#define VAMPCTL_ORDER_H

#include "replay/op.h"

#define ORDER_WINDOW	(1u << 17)	/* events held back, at most: 8 MiB */

/* Takes them in order; between them OP_LOST. False: no more, please. */
typedef bool (*order_fn)(void *arg, const struct event *e);

struct order;

/* NULL without memory. The first event's number is 0. */
struct order *order_new(order_fn take, void *arg);
void order_free(struct order *o);

/* An event whose number is @seq. False if the taker wants no more. */
bool order_add(struct order *o, u64 seq, const struct event *e);

/* No more come: what is held is given, what is missing is lost. */
bool order_end(struct order *o);

/* Events that were lost so far. */
u64 order_lost(const struct order *o);

#endif /* VAMPCTL_ORDER_H */
