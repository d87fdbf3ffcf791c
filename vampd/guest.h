/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest.h - the extension inside a VM's guest, as vampd deals with it.
 *
 * While the VM is in a phase with mixed load the guest is told which of its address
 * spaces are background; where it places them goes to the module. What it says of
 * its processes' names is kept for vampctl (names.h). All that a guest says can
 * change only how its own VM's share is divided.
 */
#ifndef VAMPD_GUEST_H
#define VAMPD_GUEST_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <systemd/sd-event.h>

struct guest;

struct guest_counters {
	uint64_t guests;	/* that have an extension now */
	uint64_t placements;	/* that the module took */
	uint64_t refused;	/* the same, not taken */
	uint64_t silent;	/* times that one said nothing any more in a phase */
};

void guests_init(sd_event *loop, int device);

/* The module's descriptor is another now. */
void guests_use_device(int device);

/*
 * Begins with a VM, whose process must be held by a pidfd until guest_free().
 * @label is " (NAME)" or "", for the log. NULL, which all functions take: no memory.
 */
struct guest *guest_new(pid_t pid, const char *label);
void guest_free(struct guest *g);

/* A phase with mixed load begins, or was classified anew; it ends. */
void guest_phase(struct guest *g);
void guest_phase_ends(struct guest *g);

/* Does an extension answer? */
bool guest_is_heard(const struct guest *g);

void guests_read_counters(struct guest_counters *to);

#endif /* VAMPD_GUEST_H */
