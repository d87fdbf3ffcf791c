/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * build_bug.h - part of shim/kernel.h.
 */
#include "../kernel.h"
