/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel.h - part of shim/kernel.h.
 */
#include "../kernel.h"
