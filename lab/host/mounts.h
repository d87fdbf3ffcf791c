/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mounts.h - what the emulated host's first process mounts, and where.
 */
#ifndef LAB_MOUNTS_H
#define LAB_MOUNTS_H

#define HOST	"/host"		/* the root that the harness gets */
#define P9	"trans=virtio,version=9p2000.L,msize=512000"

/* Make @where and mount there; says why not. */
void mount_at(const char *what, const char *where, const char *type,
	      unsigned long flags, const char *options);

/* /proc, /sys and the like, for this process. */
void mount_kernel(void);

/* The same for @root, by binding. */
void mount_again(const char *root);

/* mkdir -p */
void make_path(const char *path);

#endif
