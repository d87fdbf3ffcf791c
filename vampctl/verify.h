/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify.h - is a replay what the module did? */
#ifndef VAMPCTL_VERIFY_H
#define VAMPCTL_VERIFY_H

#include "recording.h"

/*
 * Compares all that the recording has of the module's answers, and shows the
 * first difference with what was told before it. The exit code:
 * EXIT_CODE_DIFFERS if there is one, EXIT_CODE_UNKNOWN if not all could be
 * compared.
 */
int verify(struct recording *r);

#endif /* VAMPCTL_VERIFY_H */
