/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * param.h - the fields of a configuration by their names and bounds, which are
 * those of docs/parameters.md. For who records a configuration or reads one.
 */
#ifndef VAMP_CORE_PARAM_H
#define VAMP_CORE_PARAM_H

#include "config.h"

struct vamp_param {
	const char *name;
	u16 offset;		/* of a u32 in struct vamp_config */
	bool or_zero;		/* 0 is below min, but means off */
	u32 min, max;
};

/* The policy is a number, too: 0 vee14, 1 vamp. */
#define PARAM_POLICY	0

/* The places are part of recordings: append, never reorder. */
#define VAMP_PARAMS	17
extern const struct vamp_param vamp_params[VAMP_PARAMS];

/* The place of the parameter called @name, or VAMP_PARAMS. */
u32 vamp_param_find(const char *name);

/* Parameter @i < VAMP_PARAMS of @c. */
u32 vamp_param_get(const struct vamp_config *c, u32 i);

/* Sets it; false, and nothing changes, if @value is out of its bounds. */
bool vamp_param_set(struct vamp_config *c, u32 i, u32 value);

#endif /* VAMP_CORE_PARAM_H */
