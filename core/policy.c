// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * policy.c - the policies by name.
 */
#include "policy.h"

static const struct vamp_policy *const policies[] = {
	&vamp_policy_vee14,
	&vamp_policy_vamp,
};

static bool same(const char *name, const char *s, size_t len)
{
	return strlen(name) == len && memcmp(name, s, len) == 0;
}

const struct vamp_policy *vamp_policy_find(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < sizeof(policies) / sizeof(policies[0]); i++)
		if (same(policies[i]->name, name, len))
			return policies[i];
	return NULL;
}
