// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * must.c - how a broken rule ends a fuzzer.
 */
#include "must.h"

#include <stdio.h>
#include <stdlib.h>

void must_fail(const char *what, const char *file, int line)
{
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
	abort();
}
