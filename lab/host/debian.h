/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * debian.h - an emulated host that is a Debian of its own, on a disk.
 */
#ifndef LAB_DEBIAN_H
#define LAB_DEBIAN_H

#include <stdbool.h>

/* Is there one? */
bool debian_disk(void);

/*
 * The disk becomes the root and its systemd the first process, with the harness as
 * a service; the host powers off when that ends. @args: the checkout, which the
 * harness finds at its own path, then the harness's arguments; NULL at the end.
 * Returns only when that fails.
 */
void debian_become(char **args);

#endif
