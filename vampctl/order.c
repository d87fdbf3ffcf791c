// SPDX-License-Identifier: GPL-2.0-or-later
/* order.c - a window over the events that come next. */
#include "order.h"

#include <stdlib.h>

struct held {
	struct event event;
	bool there;
};

struct order {
	order_fn take;
	void *arg;
	u64 next;		/* the first that was not given yet */
	u64 last;		/* behind the newest that is held */
	u64 lost;
	struct held held[ORDER_WINDOW];
};

struct order *order_new(order_fn take, void *arg)
{
	struct order *o = calloc(1, sizeof(*o));

	if (!o)
		return NULL;
	o->take = take;
	o->arg = arg;
	return o;
}

void order_free(struct order *o)
{
	free(o);
}

static struct held *place(struct order *o, u64 seq)
{
	return &o->held[seq % ORDER_WINDOW];
}

/* Gives what there is without a gap. */
static bool give(struct order *o)
{
	while (o->next < o->last && place(o, o->next)->there) {
		place(o, o->next)->there = false;
		if (!o->take(o->arg, &place(o, o->next++)->event))
			return false;
	}
	return true;
}

/* Those up to the next that is held, or to @limit, are lost. */
static bool skip(struct order *o, u64 limit)
{
	struct event e = { .op = OP_LOST };
	u64 from = o->next;

	while (o->next < limit &&
	       (o->next >= o->last || !place(o, o->next)->there)) {
		/* Nothing is held behind the last: no need to look. */
		if (o->next >= o->last)
			o->next = limit;
		else
			o->next++;
	}
	e.o.task_id = o->next - from;
	o->lost += e.o.task_id;
	return !e.o.task_id || o->take(o->arg, &e);
}

bool order_add(struct order *o, u64 seq, const struct event *e)
{
	if (seq < o->next)
		return true;
	while (seq - o->next >= ORDER_WINDOW)
		if (!skip(o, seq - ORDER_WINDOW + 1) || !give(o))
			return false;
	place(o, seq)->event = *e;
	place(o, seq)->there = true;
	if (seq >= o->last)
		o->last = seq + 1;
	return give(o);
}

bool order_end(struct order *o)
{
	while (o->next < o->last)
		if (!skip(o, o->last) || !give(o))
			return false;
	return true;
}

u64 order_lost(const struct order *o)
{
	return o->lost;
}
