/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * module.h - vamp.ko and its knobs.
 */
#ifndef LAB_MODULE_H
#define LAB_MODULE_H

#include <stddef.h>

/* Background nice that the scenarios use. */
#define MODULE_NICE	13

/*
 * remote_wakeup_latency_ns, 20 us on real hardware, by as much longer as an emulated
 * processor takes from an interrupt to what it wakes: set where there is sound.
 */
#define MODULE_LATENCY	"remote_wakeup_latency_ns"
#define MODULE_LATENCY_NS	"400000"

/* @parameters as on insmod's command line, "" for none. */
void module_load(const char *parameters);
void module_unload(void);

/* /proc/sys/kernel/kvm_vamp */
void module_set_nice(int nice);
int module_nice(void);

/* /sys/module/vamp/parameters/NAME */
void module_set(const char *name, const char *value);

/* The first, and again whenever the module is loaded; one at most. */
void module_keep(const char *name, const char *value);
void module_get(const char *name, char *value, size_t size);

#endif
