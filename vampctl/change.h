/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * change.h - several settings changed as one: all of them or none.
 */
#ifndef VAMPCTL_CHANGE_H
#define VAMPCTL_CHANGE_H

#include "settings.h"

struct change {
	const struct setting *setting;
	char value[SETTING_VALUE];	/* that it shall have */
	char old[SETTING_VALUE];	/* filled by changes_apply() */
};

struct changes {
	struct change change[SETTINGS_MAX];
	size_t count;
};

/*
 * Adds "NAME=VALUE"; a name that is there already gets the new value. NULL, or
 * what is wrong with it, in memory that the next call changes.
 */
const char *changes_add(struct changes *c, const char *assignment);

/*
 * Writes all that can be set while the module is loaded. When one fails, those
 * before it get their old values back. 0 or -errno, having said what failed,
 * and what could not be put back.
 */
int changes_apply(struct changes *c);

/* Puts all old values back; says what could not be. */
void changes_undo(const struct changes *c);

#endif /* VAMPCTL_CHANGE_H */
