/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * application.h - the interactive applications whose responses are measured.
 */
#ifndef LAB_APPLICATION_H
#define LAB_APPLICATION_H

#include "pair.h"

struct application {
	const char *name;

	/* Start it in VM A, which has no background work to do at that time. */
	void (*start)(struct pair *p);

	/* One input and its response, in ms. */
	double (*respond)(struct pair *p);

	/* What the VM's background could have done instead of it, in its units. */
	double (*work)(void);
};

/* NULL if there is none of that name. */
const struct application *application_find(const char *name);

/* One in each file. */
extern const struct application application_click;

#endif
