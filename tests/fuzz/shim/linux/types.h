/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * types.h - the kernel's names for integers, beside those of its interface.
 */
#ifndef VAMP_SHIM_LINUX_TYPES_H
#define VAMP_SHIM_LINUX_TYPES_H

#include_next <linux/types.h>
#include <sys/types.h>

#include "core/types.h"

#endif /* VAMP_SHIM_LINUX_TYPES_H */
