/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * module.h - vamp.ko and its knobs.
 */
#ifndef LAB_MODULE_H
#define LAB_MODULE_H

#include <stddef.h>

/* Background nice that the scenarios use. */
#define MODULE_NICE	13

/* @parameters as on insmod's command line, "" for none. */
void module_load(const char *parameters);
void module_unload(void);

/* /proc/sys/kernel/kvm_vamp */
void module_set_nice(int nice);
int module_nice(void);

/* /sys/module/vamp/parameters/NAME */
void module_set(const char *name, const char *value);
void module_get(const char *name, char *value, size_t size);

#endif
