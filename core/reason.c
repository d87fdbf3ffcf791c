// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * reason.c - the words for each reason.
 */
#include "reason.h"

static const char *const texts[WHY_COUNT] = {
	[WHY_NONE] = "not decided yet",
	[WHY_LOAD_ABOVE] = "load above the threshold",
	[WHY_LOAD_BELOW] = "load below the threshold",
	[WHY_SYSTEM_TASK] = "the guest's idle/system task",
	[WHY_ANSWERS_INPUT] = "began to run in answer to input",
	[WHY_NOT_SUSTAINED] = "loaded, but not for long enough",
	[WHY_NOT_MIXED] = "the VM's load is below the threshold",
	[WHY_NEW_TASK] = "first seen after the classification",
	[WHY_NO_PHASE] = "no interactive phase with mixed load",
	[WHY_RUNS_BACKGROUND] = "runs nothing but background",
	[WHY_RUNS_INTERACTIVE] = "runs an interactive task",
	[WHY_RAN_INTERACTIVE] = "ran an interactive task lately",
	[WHY_INTERRUPT] = "got an interrupt that may wake a task",
	[WHY_HALTED] = "is halted",
	[WHY_MAKES_ROOM] = "makes room for a neighbour",
	[WHY_PHASE_END] = "the interactive phase ended",
	[WHY_SWITCHED_OFF] = "kvm_vamp was set to 0",
	[WHY_VM_END] = "the VM ended",
	[WHY_UNLOAD] = "the module is being unloaded",
	[WHY_MAKES_AUDIO] = "makes the sound that the user hears",
	[WHY_QUIET] = "no interactive task ran for a while",
	[WHY_UNATTENDED] = "the program that attends to phases ended",
	[WHY_PLACED_SLOW] = "the guest has placed its background work there",
	[WHY_PLACED_FAST] = "the guest has placed its interactive work there",
};

const char *vamp_why_text(enum vamp_why why)
{
	return (unsigned int)why < WHY_COUNT ? texts[why] : "?";
}
