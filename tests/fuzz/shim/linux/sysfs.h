/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sysfs.h - part of shim/kernel.h.
 */
#include "../kernel.h"
