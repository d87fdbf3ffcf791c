/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * room.h - who asks for room on which CPU, and who makes it (core/room.c says
 * what for). Everything but room_scan() and room_close_all() is for probes:
 * preemption off, nothing sleeps.
 */
#ifndef VAMP_KMOD_ROOM_H
#define VAMP_KMOD_ROOM_H

#include "vm.h"

/* At unload, when probes and VMs are gone. May sleep. */
void room_exit(void);

/* Finds out, soon, which VMs can make room. A VM just began to answer. */
void room_scan(void);

/* Gives back, soon, what is still lent when nobody answers any more. */
void room_close_all(void);

/* True if another VM than @vm asks for room on this CPU. */
bool room_asked(const struct host_vm *vm, u64 now);

/*
 * What follows from the weight that vCPU @i of @vm, on @cpu, was just given:
 * asking for room, asking no more, or remembering that it makes room. The VM's
 * lock is held.
 */
void room_follow(struct host_vm *vm, u32 i, struct vamp_weight w, int cpu,
		 u64 now);

/* Tells the core whether a neighbour asks @v for room; the VM's lock is held. */
void room_tell_core(struct host_vm *vm, struct vamp_vcpu *v, bool asked);

static inline void room_tell(struct host_vm *vm, struct vamp_vcpu *v,
			     bool asked)
{
	if (v->asked != asked)
		room_tell_core(vm, v, asked);
}

/* Eases who makes room on this CPU although nobody asks. No lock is held. */
void room_settle(void);

/* Before @vm is freed; it is not found any more. May sleep. */
void room_forget(struct host_vm *vm);

#endif /* VAMP_KMOD_ROOM_H */
