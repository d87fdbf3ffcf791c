// SPDX-License-Identifier: GPL-2.0-or-later
#include "binaries.h"

#include <errno.h>
#include <stddef.h>
#include <sys/stat.h>

#include "probe.h"
#include "symbol.h"

struct binary {
	dev_t dev;
	ino_t ino;
	unsigned int uses;	/* 0: the slot is free */
	int err;
	uint64_t id;
	struct bpf_link *link;
};

static struct binary table[BINARIES_MAX];
static uint64_t last_id;

static struct binary *find(const struct stat *st)
{
	for (size_t i = 0; i < BINARIES_MAX; i++)
		if (table[i].uses && table[i].dev == st->st_dev &&
		    table[i].ino == st->st_ino)
			return &table[i];
	return NULL;
}

static struct binary *find_free(void)
{
	for (size_t i = 0; i < BINARIES_MAX; i++)
		if (!table[i].uses)
			return &table[i];
	errno = ENOSPC;
	return NULL;
}

static int attach(struct binary *b, int fd)
{
	uint64_t offset;
	int err = symbol_offset(fd, PROBE_FUNCTION, &offset);

	if (err)
		return err;
	b->link = probe_attach(fd, offset, b->id);
	return b->link ? 0 : -errno;
}

static struct binary *add(int fd, const struct stat *st)
{
	struct binary *b = find_free();

	if (!b)
		return NULL;
	*b = (struct binary){
		.dev = st->st_dev,
		.ino = st->st_ino,
		.id = ++last_id,
	};
	b->err = attach(b, fd);
	return b;
}

struct binary *binary_get(int fd)
{
	struct binary *b;
	struct stat st;

	if (fstat(fd, &st))
		return NULL;
	b = find(&st);
	if (!b)
		b = add(fd, &st);
	if (b)
		b->uses++;
	return b;
}

bool binary_is(const struct binary *b, int fd)
{
	struct stat st;

	return b && !fstat(fd, &st) && b->dev == st.st_dev &&
	       b->ino == st.st_ino;
}

void binary_put(struct binary *b)
{
	if (!b || --b->uses)
		return;
	if (b->link)
		probe_detach(b->link);
	b->link = NULL;
}

int binary_error(const struct binary *b)
{
	return b->err;
}

uint64_t binary_id(const struct binary *b)
{
	return b->id;
}

unsigned int binaries_attached(void)
{
	unsigned int n = 0;

	for (size_t i = 0; i < BINARIES_MAX; i++)
		n += table[i].uses && table[i].link;
	return n;
}
