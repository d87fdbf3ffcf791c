/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sysctl.h - part of shim/kernel.h.
 */
#include "../kernel.h"
