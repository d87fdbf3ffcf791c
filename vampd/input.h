/* SPDX-License-Identifier: GPL-2.0-or-later */
/* input.h - from what the probe saw to what the module is told. */
#ifndef VAMPD_INPUT_H
#define VAMPD_INPUT_H

#include <stdint.h>

#include "probe_event.h"

struct input {
	uint32_t type;		/* enum vamp_input_type */
	uint32_t code;
};

struct input_counters {
	uint64_t sent;		/* the module took it */
	uint64_t started;	/* of these: began, restarted or extended a phase */
	uint64_t silent;	/* says nothing: wheel's release, others held */
	uint64_t invalid;	/* garbage from the VM's process */
	uint64_t unknown_vm;	/* here or (ESRCH) in the module */
	uint64_t switched_off;	/* kvm_vamp is 0 */
	uint64_t busy;
	uint64_t failed;	/* any other error */
	uint64_t slowest_ns;	/* from QEMU's function to the module's answer */
};

/*
 * What @event, whose content is not to be trusted, means.
 * Returns 1 @input is to be sent; 0 it says nothing; -EINVAL garbage.
 *
 * A button's release counts when it is the last that was held. A wheel's step
 * is a press and a release of its "button": passed once, as a scroll. Motion
 * counts while a button is held, and of a finger.
 */
int input_translate(const struct probe_event *event, struct input *input);

/* A probe_handler; @device is an int *, the module's descriptor. */
void input_handle(const struct probe_event *event, void *device);

void input_read_counters(struct input_counters *counters);

#endif /* VAMPD_INPUT_H */
