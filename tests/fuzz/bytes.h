/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bytes.h - a fuzzer's input, read as numbers. Behind its end are zeros.
 */
#ifndef VAMP_TESTS_FUZZ_BYTES_H
#define VAMP_TESTS_FUZZ_BYTES_H

#include "core/types.h"

struct bytes {
	const u8 *at, *end;
};

static inline bool bytes_left(const struct bytes *b)
{
	return b->at < b->end;
}

/* The next @n bytes, at most 8, the lowest first. */
static inline u64 bytes_number(struct bytes *b, u32 n)
{
	u64 value = 0;
	u32 i;

	for (i = 0; i < n && b->at < b->end; i++)
		value |= (u64)*b->at++ << 8 * i;
	return value;
}

static inline u8 bytes_byte(struct bytes *b)
{
	return (u8)bytes_number(b, 1);
}

/* A number below @n, which is at most 256. */
static inline u32 bytes_below(struct bytes *b, u32 n)
{
	return bytes_byte(b) % n;
}

/* Copies @n bytes to @to. */
static inline void bytes_copy(struct bytes *b, void *to, size_t n)
{
	size_t left = (size_t)(b->end - b->at);

	memset(to, 0, n);
	if (n > left)
		n = left;
	memcpy(to, b->at, n);
	b->at += n;
}

#endif /* VAMP_TESTS_FUZZ_BYTES_H */
