/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * host.h - the host's files: /dev, /etc, /proc, /sys. All of vampctl reaches
 * them through here, so that another directory can stand for the host.
 *
 * Paths are absolute, as on the host. Functions return -errno on errors.
 */
#ifndef VAMPCTL_HOST_H
#define VAMPCTL_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Where / is; the string must stay. "" is the host itself, and the default. */
void host_set_root(const char *root);

/* The real path of a host's @path, as by printf: 0, or -ENAMETOOLONG. */
int host_path(char *to, size_t size, const char *path, ...)
	__attribute__((format(printf, 3, 4)));

/* A descriptor. @flags as open(2); O_CLOEXEC is added. */
int host_open(const char *path, int flags);

bool host_exists(const char *path);

/*
 * Up to @size - 1 bytes of a file, ended by a NUL: how many. What is longer is
 * cut.
 */
ssize_t host_read(const char *path, char *to, size_t size);

/* The first line of a file, without its end: 0. */
int host_line(const char *path, char *to, size_t size);

/* A file that begins with a decimal number, or Y (1) or N (0): 0. */
int host_number(const char *path, long *number);

/* Writes @text to a file that exists, by one write(2): 0. */
int host_write(const char *path, const char *text);

#endif /* VAMPCTL_HOST_H */
