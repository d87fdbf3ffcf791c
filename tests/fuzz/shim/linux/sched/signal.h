/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * signal.h - part of shim/kernel.h.
 */
#include "../../kernel.h"
