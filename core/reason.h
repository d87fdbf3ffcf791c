/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reason.h - why a guest task has its class and a vCPU its weight. Every
 * decision of the core carries one of these.
 */
#ifndef VAMP_CORE_REASON_H
#define VAMP_CORE_REASON_H

/* The numbers are part of the user interface: append, never reorder. */
enum vamp_why {
	WHY_NONE = 0,
	/* of tasks */
	WHY_LOAD_ABOVE,
	WHY_LOAD_BELOW,
	WHY_SYSTEM_TASK,
	WHY_ANSWERS_INPUT,
	WHY_NOT_SUSTAINED,
	WHY_NOT_MIXED,
	WHY_NEW_TASK,
	/* of vCPUs */
	WHY_NO_PHASE,
	WHY_RUNS_BACKGROUND,
	WHY_RUNS_INTERACTIVE,
	WHY_RAN_INTERACTIVE,
	WHY_INTERRUPT,
	WHY_HALTED,
	WHY_MAKES_ROOM,
	WHY_PHASE_END,
	WHY_SWITCHED_OFF,
	WHY_VM_END,
	WHY_UNLOAD,
	/* later additions */
	WHY_MAKES_AUDIO,	/* of tasks */
	WHY_QUIET,		/* of vCPUs: the phase ended early */
	WHY_UNATTENDED,		/* of vCPUs: so did it, the daemon is gone */
	WHY_PLACED_SLOW,	/* of vCPUs: so says the guest extension */
	WHY_PLACED_FAST,
	WHY_COUNT
};

/* A few words for a person; "?" for a number out of range. Any context. */
const char *vamp_why_text(enum vamp_why why);

#endif /* VAMP_CORE_REASON_H */
