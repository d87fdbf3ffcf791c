/* SPDX-License-Identifier: GPL-2.0-or-later */
/* settings.h - the module's settings that vampd makes. */
#ifndef VAMPD_SETTINGS_H
#define VAMPD_SETTINGS_H

#include "config.h"
#include "options.h"

#define SETTINGS_NICE_MAX	38
#define SETTINGS_NICE_DEFAULT	5

/*
 * Writes what the options ask for, or else the configuration. Without either
 * and without --no-config, a kvm_vamp that is 0 becomes SETTINGS_NICE_DEFAULT;
 * any other value is the administrator's and stays.
 * Returns 0 or -errno, having logged why: EINVAL the module refuses the value,
 * EACCES/EPERM no permission, ENOENT the module does not have the setting.
 */
int settings_apply(const struct options *o, const struct config *c);

/*
 * Reads the file that the options name, or the usual one, which need not be
 * there. 0 or -errno as config_read(), having logged why.
 */
int config_load(const struct options *o, struct config *c);

#endif /* VAMPD_SETTINGS_H */
