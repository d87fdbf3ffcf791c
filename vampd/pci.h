/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pci.h - QEMU's list of PCI devices: which of them are for sound. */
#ifndef VAMPD_PCI_H
#define VAMPD_PCI_H

#include <json-c/json.h>

#include "ranges.h"

/*
 * Adds the ranges of the sound devices in @buses, QEMU's answer to query-pci,
 * whose content is not to be trusted. A device whose addresses the guest has
 * not set yet has none. With @usb_audio the doorbells of xHCI controllers are
 * sound too, as a USB sound device is behind one.
 *
 * False: @usb_audio, but there is no xHCI: other controllers poll the guest's
 * memory, and nothing is to be seen.
 */
bool pci_sound(struct json_object *buses, bool usb_audio, struct ranges *to);

#endif /* VAMPD_PCI_H */
