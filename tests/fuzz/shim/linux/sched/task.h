/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * task.h - part of shim/kernel.h.
 */
#include "../../kernel.h"
