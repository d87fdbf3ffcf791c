// SPDX-License-Identifier: GPL-2.0-or-later
/* told.c - from trace events to lines. */
#include "told.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/param.h"
#include "order.h"

#define SEQ_BITS	40	/* of an event's number; above, the VM's making */
#define NOT_KEPT	OP_COUNT

static bool __attribute__((format(printf, 2, 3)))
bad(struct told *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(t->error, sizeof(t->error), format, args);
	va_end(args);
	return false;
}

static bool put(struct told *t, const char *text, size_t len)
{
	if (!len)
		return bad(t, "an event that cannot be written");
	return pack_write(t->pack, text, len) ||
	       bad(t, "cannot be written: %s", strerror(errno));
}

static bool take(void *arg, const struct event *e)
{
	struct told *t = arg;
	char line[WRITE_LINE_MAX];

	if (e->op == NOT_KEPT)
		return true;
	t->events += e->op != OP_LOST;
	return put(t, line, write_event(&t->writer, e, line, sizeof(line)));
}

bool told_begin(struct told *t, struct pack *pack)
{
	char line[WRITE_LINE_MAX];

	*t = (struct told){ .pack = pack };
	t->order = order_new(take, t);
	if (!t->order)
		return bad(t, "no memory");
	return put(t, line, write_head(&t->writer, line, sizeof(line)));
}

bool told_fact(struct told *t, const char *name, const char *text)
{
	char line[STREAM_LINE_MAX];

	return put(t, line,
		   write_fact(&t->writer, name, text, line, sizeof(line)));
}

/* The same parameters come one by one: "config" is not kept. */
static bool translate(struct told *t, const struct traced *from,
		      struct event *to)
{
	*to = (struct event){
		.op = op_find(from->op, FORMAT),
		.vcpu = (u32)from->vcpu,
		.arg = from->arg,
		.o = { .now = from->now,
		       .run_delay = from->run_delay,
		       .cpu_time = from->cpu_time,
		       .task_id = from->task },
	};
	if (to->op == OP_COUNT && strcmp(from->op, "config"))
		return bad(
			t,
			"the module tells of '%s', which this vampctl does not know",
			from->op);
	if (to->op == OP_PARAM && from->task >= VAMP_PARAMS)
		return bad(
			t,
			"the module has a parameter that this vampctl does not know");
	return true;
}

/* Only what follows a making is all that a core heard. */
static bool is_ours(struct told *t, const struct traced *e)
{
	u64 making = e->seq >> SEQ_BITS;

	if (making == t->making)
		return making;
	if (strcmp(e->op, "make"))
		return false;
	t->remade = t->making && making > t->making;
	if (!t->making)
		t->making = making;
	return making == t->making;
}

bool told_take(void *told, const struct traced *from)
{
	struct told *t = told;
	struct event e;

	if (*t->error)
		return false;
	if (!is_ours(t, from))
		return true;
	return translate(t, from, &e) &&
	       order_add(t->order, from->seq & ((1ull << SEQ_BITS) - 1), &e);
}

bool told_end(struct told *t)
{
	char line[WRITE_LINE_MAX];

	return !*t->error && order_end(t->order) &&
	       put(t, line, write_finish(&t->writer, line, sizeof(line)));
}

void told_free(struct told *t)
{
	order_free(t->order);
	t->order = NULL;
}
