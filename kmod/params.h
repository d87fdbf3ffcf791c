/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * params.h - everything that can be set: /proc/sys/kernel/kvm_vamp, the
 * parameters under /sys/module/vamp/parameters/ and, at the original's path,
 * the same under /sys/module/kvm/parameters/. A value out of range gets EINVAL
 * and changes nothing.
 */
#ifndef VAMP_PARAMS_H
#define VAMP_PARAMS_H

#include "core/config.h"

extern struct vamp_config vamp_config;
extern unsigned int vamp_track_cr3;	/* 0 sample, 1 trap */
extern unsigned int vamp_load_monitor;	/* 0: no tracking at all */

/*
 * Makes the sysctl and the files under kvm. -ENODEV, with a line in the log, if
 * KVM is not loaded: a reference on it is held until params_exit().
 */
int params_init(void);
void params_exit(void);

#endif /* VAMP_PARAMS_H */
