/* SPDX-License-Identifier: GPL-2.0-or-later */
/* picture.h - pixels, packed by zstd as red, green, blue; and as PNG. */
#ifndef PLAY_PICTURE_H
#define PLAY_PICTURE_H

#include "snapshot.h"

#define PICTURE_PIXELS_MAX	(1u << 25)

/* Packs @nr pixels; the bytes are the caller's to free. NULL: no memory. */
uint8_t *pixels_pack(const uint32_t *pixels, uint32_t nr, size_t *size);

/* Exactly @nr pixels; false: the bytes are damaged, or another number. */
bool pixels_unpack(const uint8_t *bytes, size_t size, uint32_t *pixels,
		   uint32_t nr);

/* A whole surface; false: no memory, or too large. */
bool picture_pack(const struct surface *f, struct packed *p);

/* Its pixels, without a gap between rows; NULL: there are none, or damaged. */
uint32_t *picture_unpack(const struct packed *p);
void picture_free(uint32_t *pixels);

/*
 * The picture that a snapshot has, as far as it is known: its own, or for want of
 * that one made of its samples, at 1:1. Free its pixels with picture_free().
 * @like: the surface that it should be of, or NULL; needed for the sides of a
 * picture that has samples alone. False: its sides are not known, or no memory.
 */
bool picture_of(const struct snapshot *s, const struct surface *like,
		struct surface *to);

/* What of a surface the snapshot is of; free as above. */
bool picture_seen(const struct snapshot *s, const struct surface *f,
		  struct surface *to);

#endif /* PLAY_PICTURE_H */
