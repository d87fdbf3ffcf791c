/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kind.h - a kind of client for tests, without a server: what it was told. */
#ifndef KIND_H
#define KIND_H

#include "client.h"
#include "fake.h"

struct test_kind {
	struct client client;
	struct fake fake;
	bool stalls;		/* in each wait, until the limit */
	uint64_t limit;		/* at the last wait */
	const char *option;	/* by which that is known */
	uint32_t display;	/* at the last pointer */
	size_t pointers;
};

extern struct test_kind kind;

#endif /* KIND_H */
