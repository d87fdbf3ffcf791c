/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * op.h - what a recording tells: the calls of the core in their order, what the
 * module's core answered, and what else belongs to it. docs/trace-format.md has the
 * meaning of each.
 */
#ifndef VAMP_REPLAY_OP_H
#define VAMP_REPLAY_OP_H

#include "core/vm.h"

enum op {
	/* calls */
	OP_MAKE,
	OP_CONFIG,
	OP_ENTRY,
	OP_EXIT,
	OP_HALT,
	OP_PAUSE,
	OP_SYNC,
	OP_IPI,
	OP_INJECT,
	OP_INTR,
	OP_AUDIO,
	OP_INPUT,
	OP_OUTPUT,
	OP_BEGIN,
	OP_STEP,
	OP_END,
	OP_OVER,
	OP_PROFILE,
	OP_LEARNED,
	OP_VECTOR,
	OP_RAISED,
	OP_ASK,
	OP_WEIGH,
	OP_LOOK,
	OP_ROOM,
	OP_OPEN,
	OP_CLOSE,
	OP_PLACE,
	/* not told to the core, as it was off or in no phase */
	OP_KNOCK,
	OP_UNHEARD,
	/* answers */
	OP_GAVE,
	OP_RESULT,
	OP_PHASE,
	OP_CLASS,
	/* of the recording */
	OP_PARAM,		/* task: place in vamp_params, arg: value */
	OP_LOST,		/* task: so many events are missing here */
	OP_FINISH,		/* task: so many lines came before */
	OP_COUNT
};

/* Which of its fields an event has a use for. */
enum op_field {
	HAS_VCPU = 1 << 0,
	HAS_NOW = 1 << 1,
	HAS_TIMES = 1 << 2,	/* run delay and CPU time of the vCPU's thread */
	HAS_TASK = 1 << 3,
	HAS_ARG = 1 << 4,
	HAS_OBSERVED = HAS_VCPU | HAS_NOW | HAS_TIMES,
};

struct event {
	enum op op;
	u32 vcpu;		/* index */
	u32 arg;
	struct vamp_observed o;	/* ->halted is not used */
};

/* Formats of streams that have it: [first, last]. */
struct op_kind {
	const char *name;
	u32 fields;
	u8 first, last;
};

#define FORMAT_GOLDEN	1	/* of policy vee14, without answers */
#define FORMAT		2

extern const struct op_kind op_kinds[OP_COUNT];

/* The event of that name in @format, or OP_COUNT. */
enum op op_find(const char *name, u32 format);

/* The fields of @op in @format. */
u32 op_fields(enum op op, u32 format);

static inline bool op_is_answer(enum op op)
{
	return op >= OP_GAVE && op <= OP_CLASS;
}

/* Of what the core itself was told. */
static inline bool op_is_call(enum op op)
{
	return op < OP_KNOCK;
}

#endif /* VAMP_REPLAY_OP_H */
