/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * told.h - from what the module traces to a recording: the VM's new life is found
 * in what comes, put in order, and written.
 */
#ifndef VAMPCTL_TOLD_H
#define VAMPCTL_TOLD_H

#include "recording.h"
#include "replay/write.h"
#include "trace_source.h"

struct told {
	struct pack *pack;
	struct writer writer;
	struct order *order;
	u64 making;		/* which is recorded, or 0: not begun */
	u64 events;
	bool remade;		/* the VM has another life now */
	char error[120];	/* why it cannot go on, or "" */
};

/* Begins a recording in @pack with what is known in advance. False: ->error. */
bool told_begin(struct told *t, struct pack *pack);
bool told_fact(struct told *t, const char *name, const char *text);

/* Takes an event (a trace_source_fn). */
bool told_take(void *told, const struct traced *e);

/* Writes what is left and the end. False: ->error. */
bool told_end(struct told *t);

void told_free(struct told *t);

#endif /* VAMPCTL_TOLD_H */
