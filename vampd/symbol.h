/* SPDX-License-Identifier: GPL-2.0-or-later */
/* symbol.h - where in an executable file a function's code is. */
#ifndef VAMPD_SYMBOL_H
#define VAMPD_SYMBOL_H

#include <stdint.h>

/*
 * The file offset of function @name in the x86-64 ELF file @fd, from its
 * dynamic symbols or else its full ones. The file may be anything: whoever
 * runs a VM chose it.
 * Returns 0, or -ENOENT no such function, -ENOEXEC not such a file (or one
 * that lies about itself), -EFBIG symbols larger than any real program's.
 */
int symbol_offset(int fd, const char *name, uint64_t *offset);

#endif /* VAMPD_SYMBOL_H */
