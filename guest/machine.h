/* SPDX-License-Identifier: GPL-2.0-or-later */
/* machine.h - the guest's CPUs, and what they are for the host. */
#ifndef VAMP_GUEST_MACHINE_H
#define VAMP_GUEST_MACHINE_H

#include <stdint.h>

#include <vamp/channel.h>

/* Of each CPU: which vCPU it is, by KVM's id. */
struct machine {
	struct vamp_cpus online;
	uint16_t vcpu[VAMP_CHANNEL_CPUS];
};

/*
 * Reads which CPUs are online, and if these are others than before, which vCPUs
 * they are. 0 or -errno. All zero at first.
 */
int machine_read(struct machine *m);

/* The vCPUs of CPUs. */
struct vamp_cpus machine_vcpus(const struct machine *m,
			       const struct vamp_cpus *cpus);

/* Time that CPUs were busy and idle since boot, in clock ticks. */
struct machine_load {
	uint64_t busy[VAMP_CHANNEL_CPUS];
	uint64_t idle[VAMP_CHANNEL_CPUS];
};

/* 0 or -errno. What the host kept from the guest (steal) is neither. */
int machine_read_load(struct machine_load *l);

/* How busy CPUs were between two readings, percent of all of their time. */
unsigned int machine_load(const struct machine_load *before,
			  const struct machine_load *after,
			  const struct vamp_cpus *cpus);

#endif /* VAMP_GUEST_MACHINE_H */
