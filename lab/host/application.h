/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * application.h - the interactive applications whose responses are measured.
 */
#ifndef LAB_APPLICATION_H
#define LAB_APPLICATION_H

#include "pair.h"

#define RESPONSES_MAX	4	/* to a turn */
#define JOBS		"jobs compile compress"	/* as many as a VM has vCPUs */
#define MAIN_LOAD	2	/* above it half of what is wanted, as it takes long */

struct application {
	const char *name;
	const char *unit;	/* of responses */
	const char *jobs;	/* a real one, on a real desktop, beside these jobs */
	bool crowded;		/* by more jobs than a VM has vCPUs */
	unsigned int turns;	/* of the user's in a block */
	unsigned int responses;	/* to a turn */
	unsigned int wanted;	/* in each mode, at load MAIN_LOAD */

	/* Start it in VM A, which has no background work to do at that time. */
	void (*start)(struct pair *p);

	/* A turn: its input, and all its responses. */
	void (*respond)(struct pair *p, double *response);

	/*
	 * What the VM's background could have done instead of a turn, in its units;
	 * may be NULL.
	 */
	double (*work)(void);
};

/* NULL if there is none of that name. */
const struct application *application_find(const char *name);

/* One in each file. */
extern const struct application application_click, application_launch,
	application_web, application_video;

#endif
