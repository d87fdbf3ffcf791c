/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * timeline.h - what happened in and around one interactive phase of a recording:
 * who ran on each vCPU, what each weighed, what the user did.
 *
 * Times are the recording's, ns.
 */
#ifndef VAMPCTL_TIMELINE_H
#define VAMPCTL_TIMELINE_H

#include "replay/player.h"

enum lane_class {
	LANE_INTERACTIVE,
	LANE_BACKGROUND,
	LANE_SYSTEM,
	LANE_AUDIO,
	LANE_WAIT,		/* the vCPU waits for a CPU */
	LANE_CLASSES,
	LANE_LATER = LANE_CLASSES	/* what the phase will make of the task */
};

/* A guest task on a vCPU, short gaps left out. */
struct span {
	u64 from, to;
	u64 ran;		/* ns of it, gaps not counted */
	u64 task;
	u8 class;		/* enum lane_class */
};

struct weight_span {
	u64 from, to;
	s8 nice;
	u8 why;
};

struct lane {
	struct span *span;
	u32 spans, span_room;
	struct weight_span *weight;
	u32 weights, weight_room;
};

struct mark {
	u64 at;
	bool output;		/* sound, no input */
	u32 kind, code;
	u8 effect;
};

struct task_row {
	u64 id;
	u64 ran;		/* in the phase, ns */
	u32 load;		/* percent, at the first classification */
	u8 class, why;
};

struct phase_info {
	u64 begin, end;		/* end: of the recording, if ->open */
	u32 load, background;	/* at the first classification */
	u32 inputs;
	u8 phase;		/* PHASE_*, or PHASE_NORMAL: never classified */
	bool output, open;
};

#define PHASES_MAX	100000

/* All phases of a recording. */
struct phases {
	struct phase_info *phase;
	u32 nr, room;
	bool in_one;
};

/* Player's hook: counts phases (arg: struct phases). */
void phases_decided(void *phases, const struct player *p,
		    const struct decision *d);
void phases_end(struct phases *phases, const struct player *p);
void phases_free(struct phases *phases);

struct timeline {
	u64 from, to;		/* what is kept */
	u64 gap;		/* shorter ones are left out */
	struct phase_info phase;
	struct lane *lane;
	u32 lanes;
	struct mark *mark;
	u32 marks, mark_room;
	struct task_row *task;
	u32 tasks, task_room;
	struct vamp_config cfg;	/* at the phase's begin */
	bool full;		/* not all could be kept */
	/* private */
	struct run *run;
	u32 kind, code;		/* of the input that is being told */
	bool classified;
};

/* Prepares for @phase; @margin ns before and after it are kept, too. */
void timeline_init(struct timeline *t, const struct phase_info *phase,
		   u64 margin);

/* Before and after each event that is played, and of its decisions. */
bool timeline_before(struct timeline *t, const struct player *p,
		     const struct event *e);
bool timeline_after(struct timeline *t, const struct player *p,
		    const struct event *e);
void timeline_decided(void *timeline, const struct player *p,
		      const struct decision *d);

/* After the last event: sorts tasks, the heaviest first. */
void timeline_end(struct timeline *t);

void timeline_free(struct timeline *t);

/* The class of a span in the picture. */
u8 timeline_class(const struct timeline *t, const struct span *s);

#endif /* VAMPCTL_TIMELINE_H */
