/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * domain.h - a guest desktop that libvirt runs.
 */
#ifndef LAB_DOMAIN_H
#define LAB_DOMAIN_H

#include "vm.h"

/* Define it, start it, and wait until it has booted. */
void domain_start(struct vm *vm, const char *name);

/* Press and release Enter. */
void domain_press(const struct vm *vm);

/* Ask the guest to power off, wait until it has, and undefine it. */
void domain_end(struct vm *vm);

#endif
