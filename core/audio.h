/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * audio.h - which guest tasks make sound.
 *
 * The task that accesses the VM's sound device itself, not from an interrupt,
 * is the sound server; a task that woke it for that is its client. Servers and
 * the client that did so most (the dominant one) are never background: the user
 * listens to them. Source: VEE 2014. Policy vamp lets both expire, keeps the
 * counts over inputs, and sees a client that shares the server's vCPU.
 *
 * A VM that plays starts output-driven phases: nobody pressed a key, but
 * somebody listens.
 *
 * Nothing here sleeps, locks or allocates: the caller holds the VM's lock.
 */
#ifndef VAMP_CORE_AUDIO_H
#define VAMP_CORE_AUDIO_H

#include "task.h"

struct vamp_vm;
struct vamp_vcpu;
struct vamp_observed;

/* Accesses that follow each other so closely are one spell of sound. */
#define AUDIO_SPELL_NS	(1000 * VAMP_NSEC_PER_MSEC)

#define AUDIO_HEARD_NS	(10000 * VAMP_NSEC_PER_MSEC)

/* Of one VM. */
struct vamp_audio {
	u64 began;		/* first access of the present spell, or 0 */
	u64 last;		/* last access */
	u64 accesses;		/* that were not an interrupt handler's */
	u64 dominant;		/* id of the dominant client, or TASK_NO_ID */
	u64 dominant_seen;	/* when it last woke a server */
	u32 services;		/* accesses by tasks since clients were counted */
	u8 occasions;		/* accesses lately, handlers' too; audio.c */
	u8 halvings;		/* of occasions, so far */
	u16 vcpu;		/* that made the last access: index */
	bool output;		/* the last classification was output-driven */
};

/* What an access asks for. */
enum vamp_audio_effect {
	AUDIO_NOTED,
	AUDIO_HANDLER,		/* an interrupt handler's: does not count */
	AUDIO_PHASE,		/* vamp_output() should be called */
	AUDIO_WEIGHT,		/* the weight of @v changed: apply it */
};

void vamp_audio_init(struct vamp_audio *a);

/* The guest accesses its sound device on @v; @o is of @v's thread, now. */
enum vamp_audio_effect vamp_audio_access(struct vamp_vm *vm,
					 struct vamp_vcpu *v,
					 const struct vamp_observed *o);

/* True if @k is a sound server or the dominant client at @now. */
bool vamp_audio_is(const struct vamp_vm *vm, const struct vamp_task *k,
		   u64 now);

/* True while there is sound of the kind that starts a phase. */
bool vamp_audio_goes_on(const struct vamp_vm *vm, u64 now);

/* Has a sound device been accessed in the last ten seconds? */
static inline bool vamp_audio_heard(const struct vamp_audio *a, u64 now)
{
	return a->accesses && now < a->last + AUDIO_HEARD_NS;
}

/* Before a classification at @now; finds the dominant client if ->output. */
void vamp_audio_classify(struct vamp_vm *vm, u64 now);

#endif /* VAMP_CORE_AUDIO_H */
