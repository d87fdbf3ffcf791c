/* SPDX-License-Identifier: GPL-2.0-or-later */
/* isa.h - QEMU's sound cards on the ISA bus, which no PCI list shows. */
#ifndef VAMPD_ISA_H
#define VAMPD_ISA_H

#include <stdint.h>

#include "ranges.h"

/*
 * Adds the ports of the card that QEMU calls @driver; nothing if it is no
 * such card. @iobase: where it was put, 0: where it is by default.
 */
void isa_sound(const char *driver, uint32_t iobase, struct ranges *to);

#endif /* VAMPD_ISA_H */
