/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ranges.h - where a VM's sound devices are: a small set of address ranges,
 * each with the name of its device for the log.
 */
#ifndef VAMPD_RANGES_H
#define VAMPD_RANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vamp/uapi.h>

struct ranges {
	struct vamp_sound_range range[VAMP_SOUND_RANGES];
	const char *device[VAMP_SOUND_RANGES];	/* lives as long as vampd */
	uint32_t count;
	uint32_t left_out;	/* for which there was no room */
};

/*
 * Adds one, with the bounds (inclusive) that the module asks for. The same
 * one twice is one. False: no range for the module, and nothing is added.
 */
bool ranges_add(struct ranges *r, const char *device,
		const struct vamp_sound_range *range);

/* All of @more. */
void ranges_join(struct ranges *r, const struct ranges *more);

/*
 * Adds those of @text, "RANGE[,RANGE...]": a range is io:0xFIRST-0xLAST or
 * mem:0xFIRST-0xLAST, with :r, :w or :rw after it for the accesses that count.
 * NULL, or what is wrong with it.
 */
const char *ranges_parse(const char *text, struct ranges *r);

/* The same for the module: names do not matter. */
bool ranges_equal(const struct ranges *a, const struct ranges *b);

/* "AC97 at io 0xc000-0xc3ff, io 0xc400-0xc4ff; ..." */
void ranges_describe(const struct ranges *r, char *text, size_t size);

#endif /* VAMPD_RANGES_H */
