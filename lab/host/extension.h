/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * extension.h - the guest extension, vamp-guest, inside a VM. Scenarios that want
 * it are NEED_EXTENSION: their VMs have the program and its channel.
 */
#ifndef LAB_EXTENSION_H
#define LAB_EXTENSION_H

#include "vm.h"

/* Start it, with options as for `vamp-guest run`, and wait until it is ready. */
void extension_start(struct vm *vm, const char *options);

/* End it by @sig, and see it gone. */
void extension_end(struct vm *vm, int sig);

/* Stop and continue it: it is there, but does nothing meanwhile. */
void extension_hold(struct vm *vm);
void extension_go(struct vm *vm);

/* The guest remembers where its threads and interrupts may run. */
void extension_keep(struct vm *vm);

/* Is all of that as it was? If not, @what says what differs. */
bool extension_same(struct vm *vm, char *what, size_t size);

/* Instead of it an agent that lies, as liar.c in lab/guest knows how; NULL ends it. */
void extension_lie(struct vm *vm, const char *what);

/* Take the channel's port out of the running VM, and put it back. */
void extension_unplug(struct vm *vm);
void extension_plug(struct vm *vm);

/* QEMU's arguments for the channel, of which it is the server at @path. */
#define EXTENSION_ARGS	6

void extension_arguments(const char **argv, char *chardev, size_t size,
			 const char *vm);

#endif
