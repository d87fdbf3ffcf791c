/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * preempt.h - part of shim/kernel.h.
 */
#include "../kernel.h"
