/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tree.h - a directory that stands for the guest (files.h), removed at the end. */
#ifndef VAMP_GUEST_TESTS_TREE_H
#define VAMP_GUEST_TESTS_TREE_H

/* A new, empty one; setup and teardown of cmocka. */
int tree_make(void **state);
int tree_remove(void **state);

/* A file with its directories. */
void tree_write(const char *path, const char *text);

/* A link to @to, another place of the tree. */
void tree_link(const char *path, const char *to);

/* What a file has; NULL none. Valid until the next call. */
const char *tree_read(const char *path);

#endif /* VAMP_GUEST_TESTS_TREE_H */
