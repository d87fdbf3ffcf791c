/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mutex.h - part of shim/kernel.h.
 */
#include "../kernel.h"
