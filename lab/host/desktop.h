/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * desktop.h - the real desktop of a VM, as its screen shows it.
 */
#ifndef LAB_DESKTOP_H
#define LAB_DESKTOP_H

#include "vm.h"

/* Start its session, and wait until the window manager is there. */
void desktop_start(struct vm *vm);

/*
 * Press @key, and wait until a window is there that was not; a picture of it is
 * @name.ppm beside the report.
 */
void desktop_expect_window(struct vm *vm, const char *key, const char *name);

#endif
