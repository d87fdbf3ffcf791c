/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * device.h - /dev/vamp (include/vamp/uapi.h).
 */
#ifndef VAMP_DEVICE_H
#define VAMP_DEVICE_H

int device_init(void);
void device_exit(void);

#endif /* VAMP_DEVICE_H */
