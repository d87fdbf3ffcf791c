// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * application.c - the interactive applications by name.
 */
#include <string.h>

#include "application.h"
#include "util.h"

static const struct application *const applications[] = {
	&application_click,
	&application_launch,
	&application_web,
	&application_video,
};

const struct application *application_find(const char *name)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(applications); i++)
		if (!strcmp(applications[i]->name, name))
			return applications[i];
	return NULL;
}
