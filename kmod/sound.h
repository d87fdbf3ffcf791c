/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sound.h - where a VM's sound devices are, and the guest's accesses to them.
 *
 * The probes run in the vCPU's thread with preemption off, in the exit that the
 * access is, or (a read that QEMU answers) before the next entry.
 */
#ifndef VAMP_SOUND_H
#define VAMP_SOUND_H

#include <linux/types.h>
#include <vamp/uapi.h>

struct host_vm;

/* Of one VM; under its lock, but for the count, which probes look at first. */
struct sound {
	u32 nr;
	struct vamp_sound_range range[VAMP_SOUND_RANGES];
};

/* 0, or -EINVAL if something in it is out of range. */
int sound_check(const struct vamp_sound *s);

/* Sets ranges and vector of @vm; checked before. Takes the lock. */
void sound_set(struct host_vm *vm, const struct vamp_sound *s);

/* Probes of kvm_pio, kvm_mmio and kvm_fast_mmio. */
void sound_pio(void *data, unsigned int rw, unsigned int port,
	       unsigned int size, unsigned int n, const void *val);
void sound_mmio(void *data, int type, int len, u64 gpa, void *val);
void sound_fast_mmio(void *data, u64 gpa);

#endif /* VAMP_SOUND_H */
