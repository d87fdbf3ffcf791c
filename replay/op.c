// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * op.c - the table of events.
 */
#include "op.h"

/* clang-format off */
const struct op_kind op_kinds[OP_COUNT] = {
	[OP_MAKE] = { "make", HAS_NOW | HAS_ARG, 1, 2 },
	[OP_CONFIG] = { "config", HAS_TASK | HAS_ARG, 1, 1 },
	[OP_ENTRY] = { "entry", HAS_OBSERVED | HAS_TASK | HAS_ARG, 1, 2 },
	[OP_EXIT] = { "exit", HAS_OBSERVED | HAS_TASK, 1, 2 },
	[OP_HALT] = { "halt", HAS_VCPU, 1, 2 },
	[OP_PAUSE] = { "pause", HAS_VCPU, 1, 2 },
	[OP_SYNC] = { "sync", HAS_OBSERVED, 1, 2 },
	[OP_IPI] = { "ipi", HAS_OBSERVED | HAS_ARG, 1, 2 },
	[OP_INJECT] = { "inject", HAS_OBSERVED | HAS_ARG, 1, 2 },
	[OP_INTR] = { "intr", HAS_VCPU | HAS_NOW | HAS_ARG, 1, 2 },
	[OP_AUDIO] = { "audio", HAS_OBSERVED, 1, 2 },
	[OP_INPUT] = { "input", HAS_NOW | HAS_ARG, 1, 2 },
	[OP_OUTPUT] = { "output", HAS_NOW, 1, 2 },
	[OP_BEGIN] = { "begin", HAS_NOW, 1, 2 },
	[OP_STEP] = { "step", 0, 1, 2 },
	[OP_END] = { "end", 0, 1, 2 },
	[OP_OVER] = { "over", 0, 1, 2 },
	[OP_PROFILE] = { "profile", HAS_NOW, 1, 2 },
	[OP_LEARNED] = { "learned", HAS_TASK | HAS_ARG, 2, 2 },
	[OP_VECTOR] = { "vector", HAS_ARG, 2, 2 },
	[OP_RAISED] = { "raised", HAS_ARG, 2, 2 },
	[OP_ASK] = { "ask", HAS_VCPU | HAS_ARG, 2, 2 },
	[OP_WEIGH] = { "weigh", HAS_VCPU, 2, 2 },
	[OP_LOOK] = { "look", HAS_ARG, 2, 2 },
	[OP_ROOM] = { "room", HAS_NOW, 2, 2 },
	[OP_OPEN] = { "open", HAS_TASK, 2, 2 },
	[OP_CLOSE] = { "close", 0, 2, 2 },
	[OP_PLACE] = { "place", HAS_VCPU | HAS_ARG, 2, 2 },
	[OP_KNOCK] = { "knock", HAS_VCPU | HAS_NOW | HAS_ARG, 2, 2 },
	[OP_UNHEARD] = { "unheard", HAS_NOW | HAS_ARG, 2, 2 },
	[OP_GAVE] = { "gave", HAS_VCPU | HAS_TASK | HAS_ARG, 2, 2 },
	[OP_RESULT] = { "result", HAS_ARG, 2, 2 },
	[OP_PHASE] = { "phase", HAS_TASK | HAS_ARG, 2, 2 },
	[OP_CLASS] = { "class", HAS_TASK | HAS_ARG, 2, 2 },
	[OP_PARAM] = { "param", HAS_TASK | HAS_ARG, 2, 2 },
	[OP_LOST] = { "lost", HAS_TASK, 2, 2 },
	[OP_FINISH] = { "finish", HAS_TASK, 2, 2 },
};
/* clang-format on */

enum op op_find(const char *name, u32 format)
{
	enum op op;

	for (op = 0; op < OP_COUNT; op++)
		if (!strcmp(op_kinds[op].name, name) &&
		    format >= op_kinds[op].first && format <= op_kinds[op].last)
			break;
	return op;
}

/* Since format 2 the making says the epochs' length, too. */
u32 op_fields(enum op op, u32 format)
{
	return op_kinds[op].fields |
	       (op == OP_MAKE && format > FORMAT_GOLDEN ? HAS_TASK : 0);
}
