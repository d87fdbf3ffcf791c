/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * files.h - the guest's files: /proc, /sys, /run. All of the agent reaches them
 * through here, so that another directory can stand for the guest.
 *
 * Paths are absolute, as in the guest. Functions return -errno on errors.
 */
#ifndef VAMP_GUEST_FILES_H
#define VAMP_GUEST_FILES_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <vamp/channel.h>

/* Where / is; the string must stay. "" is the guest itself, and the default. */
void files_set_root(const char *root);

/* True if it is not the guest itself. */
bool files_are_elsewhere(void);

/* The real path of @path, as by printf: 0, or -ENAMETOOLONG. */
int files_path(char *to, size_t size, const char *path, ...)
	__attribute__((format(printf, 3, 4)));

/* A descriptor; O_CLOEXEC is added to @flags, and new files are 0644. */
int files_open(const char *path, int flags);

bool files_exist(const char *path);

/* NULL: errno says why. */
DIR *files_dir(const char *path);

/* Up to @size - 1 bytes of a file, ended by a NUL: how many. */
ssize_t files_read(const char *path, char *to, size_t size);

/* All of a file, ended by a NUL, to be freed; NULL: errno says why. */
char *files_read_all(const char *path);

/* The first line of a file, without its end: 0. */
int files_line(const char *path, char *to, size_t size);

/* Writes @text to a file that exists, by one write(2): 0. */
int files_write(const char *path, const char *text);

/* Replaces a file by @size bytes, at once and wholly: 0. */
int files_replace(const char *path, const char *text, size_t size);

/* 0, also if there was none. */
int files_remove(const char *path);

/* A file that has a list of CPUs: 0. */
int files_cpus(const char *path, struct vamp_cpus *cpus);

/* True if the first CPU has that flag in /proc/cpuinfo. */
bool files_cpu_flag(const char *flag);

#endif /* VAMP_GUEST_FILES_H */
