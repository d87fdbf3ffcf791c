/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * conf.h - settings kept in files for the next boot, with everything else that
 * an administrator wrote there left as it is.
 */
#ifndef VAMPCTL_CONF_H
#define VAMPCTL_CONF_H

#include <stdbool.h>
#include <stdio.h>

#include "change.h"

#define CONF_MODPROBE	"/etc/modprobe.d/vamp.conf"
#define CONF_SYSCTL	"/etc/sysctl.d/60-vamp.conf"

/* A file that is being replaced. */
struct conf {
	const char *path;	/* the host's */
	char real[512], temporary[520];
	bool prepared;		/* ->temporary is ours to remove */
	bool existed;		/* there was one before */
	bool placed;		/* the new one is at ->real */
};

/*
 * Writes @old, the text of a file, to @to with the parameters or sysctls of
 * @c changed or added. @old is taken apart.
 */
void conf_edit_modprobe(FILE *to, char *old, const struct changes *c);
void conf_edit_sysctl(FILE *to, char *old, const struct changes *c);

/*
 * Puts the new text of both files, where @c changes it, beside them, on the disk.
 * 0 or -errno, having said why; nothing to undo then.
 */
int conf_prepare(struct conf files[2], const struct changes *c);

/* Puts them in their places: 0, or -errno, having said why, with all undone. */
int conf_place(struct conf files[2]);

/* Removes what is left beside them. */
void conf_discard(struct conf files[2]);

#endif /* VAMPCTL_CONF_H */
