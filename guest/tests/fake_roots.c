// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fake_roots.c - a file stands for the kernel's page tables: $VAMP_TEST_ROOTS has
 * lines "ID PID NAME", by rising ID. Without it there is no BPF.
 */
#include "roots.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *file(void)
{
	return getenv("VAMP_TEST_ROOTS");
}

int roots_open(void)
{
	return file() ? 0 : -ENOSYS;
}

void roots_close(void)
{
}

const char *roots_why(void)
{
	return file() ? "" : "BPF program: there is none in this test";
}

int roots_read(struct roots *r)
{
	FILE *f = file() ? fopen(file(), "re") : NULL;
	struct root root;

	r->count = 0;
	if (!f)
		return -ENOSYS;
	r->root = realloc(r->root, 256 * sizeof(root));
	while (r->root && r->count < 256 &&
	       fscanf(f, "%" SCNu64 " %d %15s", &root.id, &root.pid,
		      root.name) == 3)
		r->root[r->count++] = root;
	fclose(f);
	return 0;
}

void roots_free(struct roots *r)
{
	free(r->root);
	memset(r, 0, sizeof(*r));
}

const struct root *roots_find(const struct roots *r, uint64_t id)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->root[i].id == id)
			return &r->root[i];
	return NULL;
}

uint64_t roots_normal(uint64_t id)
{
	return id;
}

bool roots_pti(void)
{
	return false;
}
