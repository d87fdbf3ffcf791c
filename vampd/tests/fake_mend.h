/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fake_mend.h - stands in for mend.h: counts, moves nothing. */
#ifndef VAMPD_FAKE_MEND_H
#define VAMPD_FAKE_MEND_H

#include "mend.h"

static int with_mend, looks;
static bool last_allowed;	/* of mend_new() and mend_allow() */

struct mend *mend_new(pid_t pid, const char *label, bool allowed)
{
	assert_non_null(label);
	with_mend++;
	last_allowed = allowed;
	return (struct mend *)(uintptr_t)pid;
}

void mend_free(struct mend *m)
{
	with_mend -= !!m;
}

void mend_look(struct mend *m)
{
	assert_non_null(m);
	looks++;
}

void mend_allow(struct mend *m, bool allowed)
{
	assert_non_null(m);
	last_allowed = allowed;
}

#endif /* VAMPD_FAKE_MEND_H */
