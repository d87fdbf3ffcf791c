/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * places.h - on which vCPUs the guest's threads and interrupts may run: all that
 * vamp-guest changes, and has to put back.
 */
#ifndef LAB_GUEST_PLACES_H
#define LAB_GUEST_PLACES_H

#include <stdbool.h>
#include <stddef.h>

/* Remembers them as they are now. */
void places_keep(void);

/* Are they as they were? If not, @what is the first line that differs. */
bool places_same(char *what, size_t size);

#endif
