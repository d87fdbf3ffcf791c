/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * binaries.h - the executables that VMs run, one probe each.
 *
 * A binary is a file (device and inode), not a path: an upgraded QEMU is
 * another one. It stays attached as long as any VM uses it. A binary without
 * the function is kept too, so that it is searched once.
 */
#ifndef VAMPD_BINARIES_H
#define VAMPD_BINARIES_H

#include <stdbool.h>
#include <stdint.h>

#define BINARIES_MAX	64

struct binary;

/*
 * One use of the executable open as @fd, which the caller may close; NULL and
 * errno: ENOSPC too many different ones, or what fstat() says.
 */
struct binary *binary_get(int fd);

/* Is it the file open as @fd? Never, for NULL. */
bool binary_is(const struct binary *b, int fd);

/* Ends one use; NULL is allowed. */
void binary_put(struct binary *b);

/* 0: its input is seen; else -errno of symbol_offset() or of attaching. */
int binary_error(const struct binary *b);

/* Never 0, and never used again for another binary. */
uint64_t binary_id(const struct binary *b);

/* Probes attached now. */
unsigned int binaries_attached(void);

#endif /* VAMPD_BINARIES_H */
