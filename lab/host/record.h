/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * record.h - what the module tells its core, from the making of a VM on, for
 * later replay: a scenario that records has no other verdict than that all of
 * it is there.
 */
#ifndef LAB_RECORD_H
#define LAB_RECORD_H

#include "vm.h"

/*
 * Module with policy vee14 and daemon, then VM A, its events traced from its
 * first entry on, with a @sound device as for vm_start_sound(), or NULL.
 */
void record_begin(struct vm *vm, const char *sound);

/* The trace is stored and whole; everything ends. */
void record_end(struct vm *vm);

#endif
