/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pci.h - the registers of the guest's sound devices.
 */
#ifndef LAB_PCI_H
#define LAB_PCI_H

#include <stdbool.h>
#include <stdint.h>

struct pci_bar {
	char path[96];		/* of the resource, for pci_map() */
	uint64_t first, last;
	bool is_io;
};

/*
 * Enables the device, "ac97" or "hda", and says where the registers are that
 * tell its position. -1 if there is none.
 */
int pci_find(const char *device, struct pci_bar *bar);

/* Its memory, or NULL. */
volatile uint8_t *pci_map(const struct pci_bar *bar);

#endif
