/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tree.h - a directory that stands for the host's root. */
#ifndef VAMPCTL_TREE_H
#define VAMPCTL_TREE_H

/* A new, empty one, for host_set_root(). cmocka's set-up and tear-down. */
int tree_make(void **state);
int tree_remove(void **state);

/* A file with that text, and the folders above it. @path as by printf. */
void tree_put(const char *text, const char *path, ...)
	__attribute__((format(printf, 2, 3)));

/* A symbolic link, and the folders above it. */
void tree_link(const char *target, const char *path);

/* What is in a file, until the next call. */
const char *tree_text(const char *path);

/* How many files there are in a folder. */
int tree_count(const char *folder);

#endif /* VAMPCTL_TREE_H */
