// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * profile.c - what became of a phase: did anything answer?
 *
 * Every prof_period_ms the reactive load is what the tasks that are not
 * background ran since the last tick. The original (VEE 2014) only traces it.
 * Policy vamp ends a phase when there was none for some ticks: nobody waits, so
 * background work may have its weight back before the phase's time is over.
 */
#include "vm.h"

#include "policy.h"

#define QUIET_PCT	2	/* of a CPU; timer ticks and daemons are below */
#define QUIET_TICKS	3

static u64 reactive_ns(struct vamp_vm *vm)
{
	u64 sum = 0;
	u16 i;

	for (i = vm->tasks.newest; i != TASK_NONE;
	     i = vm->tasks.task[i].older) {
		struct vamp_task *k = &vm->tasks.task[i];

		if (!(k->flags & TASK_BACKGROUND))
			sum += vamp_sub(k->exec_ns, k->profiled);
		k->profiled = k->exec_ns;
	}
	return sum;
}

/* Who listens waits for nothing that could be seen here. */
static bool is_quiet(const struct vamp_vm *vm, u64 now)
{
	return vm->quiet_ticks == QUIET_TICKS &&
	       now > vm->last_input + VM_ANSWER_NS &&
	       now > vm->audio.last + AUDIO_SPELL_NS;
}

bool vamp_profile(struct vamp_vm *vm, u64 now)
{
	u64 time = vamp_max(vamp_sub(now, vm->profiled), 1);

	vm->reactive_load = (u32)(reactive_ns(vm) * 100 / time);
	vm->profiled = now;
	if (vm->reactive_load >= QUIET_PCT) {
		vm->quiet_ticks = 0;
		return false;
	}
	vm->quiet_ticks += vm->quiet_ticks < QUIET_TICKS;
	return vm->policy->ends_quiet && is_quiet(vm, now);
}
