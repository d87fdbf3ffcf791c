/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kvm_host.h - part of shim/kernel.h.
 */
#include "../kernel.h"
