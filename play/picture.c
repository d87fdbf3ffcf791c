// SPDX-License-Identifier: GPL-2.0-or-later
#include "picture.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#define LEVEL	6
#define BYTES	3		/* of a pixel */

static void to_bytes(const uint32_t *pixels, uint32_t nr, uint8_t *bytes)
{
	uint32_t i;

	for (i = 0; i < nr; i++) {
		*bytes++ = pixels[i] >> 16 & 0xff;
		*bytes++ = pixels[i] >> 8 & 0xff;
		*bytes++ = pixels[i] & 0xff;
	}
}

static void to_pixels(const uint8_t *bytes, uint32_t *pixels, uint32_t nr)
{
	uint32_t i;

	for (i = 0; i < nr; i++, bytes += BYTES)
		pixels[i] = (uint32_t)bytes[0] << 16 | (uint32_t)bytes[1] << 8 |
			    bytes[2];
}

static size_t compress(const uint8_t *plain, size_t length, uint8_t *to,
		       size_t room)
{
	ZSTD_CCtx *c = ZSTD_createCCtx();
	size_t n = 0;

	if (!c)
		return 0;
	ZSTD_CCtx_setParameter(c, ZSTD_c_compressionLevel, LEVEL);
	ZSTD_CCtx_setParameter(c, ZSTD_c_checksumFlag, 1);
	n = ZSTD_compress2(c, to, room, plain, length);
	ZSTD_freeCCtx(c);
	return ZSTD_isError(n) ? 0 : n;
}

uint8_t *pixels_pack(const uint32_t *pixels, uint32_t nr, size_t *size)
{
	size_t length = (size_t)nr * BYTES, bound = ZSTD_compressBound(length);
	uint8_t *plain = malloc(length ? length : 1), *to = malloc(bound);

	*size = 0;
	if (plain && to) {
		to_bytes(pixels, nr, plain);
		*size = compress(plain, length, to, bound);
	}
	free(plain);
	if (*size)
		return to;
	free(to);
	return NULL;
}

bool pixels_unpack(const uint8_t *bytes, size_t size, uint32_t *pixels,
		   uint32_t nr)
{
	size_t length = (size_t)nr * BYTES;
	uint8_t *plain;
	bool good;

	if (ZSTD_getFrameContentSize(bytes, size) != length)
		return false;
	plain = malloc(length ? length : 1);
	if (!plain)
		return false;
	good = ZSTD_decompress(plain, length, bytes, size) == length;
	if (good)
		to_pixels(plain, pixels, nr);
	free(plain);
	return good;
}

static uint32_t *copy(const struct surface *f, const struct area *a)
{
	uint32_t *pixels = malloc((size_t)a->width * a->height * 4);
	uint32_t y;

	for (y = 0; pixels && y < a->height; y++)
		memcpy(pixels + (size_t)y * a->width,
		       f->pixels + (a->y + y) * f->stride + a->x,
		       (size_t)a->width * 4);
	return pixels;
}

bool picture_pack(const struct surface *f, struct packed *p)
{
	struct area all = { 0, 0, f->width, f->height };
	uint32_t *pixels;

	if ((uint64_t)f->width * f->height > PICTURE_PIXELS_MAX)
		return false;
	pixels = copy(f, &all);
	if (!pixels)
		return false;
	p->width = f->width;
	p->height = f->height;
	p->bytes = pixels_pack(pixels, f->width * f->height, &p->size);
	free(pixels);
	return p->bytes;
}

uint32_t *picture_unpack(const struct packed *p)
{
	uint64_t nr = (uint64_t)p->width * p->height;
	uint32_t *pixels;

	if (!p->size || !nr || nr > PICTURE_PIXELS_MAX)
		return NULL;
	pixels = malloc(nr * 4);
	if (pixels && !pixels_unpack(p->bytes, p->size, pixels, (uint32_t)nr)) {
		free(pixels);
		return NULL;
	}
	return pixels;
}

void picture_free(uint32_t *pixels)
{
	free(pixels);
}

/* Each sample as a block of the size of a step. */
static uint32_t *blocks(const struct snapshot *s, const struct area *a,
			uint32_t step)
{
	uint32_t *pixels = malloc((size_t)a->width * a->height * 4);
	uint32_t x, y, rows = (a->height + step - 1) / step;

	for (y = 0; pixels && y < a->height; y++)
		for (x = 0; x < a->width; x++)
			pixels[(size_t)y * a->width + x] =
				s->sample[x / step * rows + y / step];
	return pixels;
}

static void give(struct surface *to, const struct area *a, uint32_t *pixels)
{
	*to = (struct surface){ a->width, a->height, a->width, pixels };
}

/* A square of a screen that is not there: only if nothing of it was clipped. */
static bool alone(const struct snapshot *s, struct area *a, uint32_t *step)
{
	uint32_t side = 1;

	while (side * side < s->nr && side < 2 * SNAPSHOT_REACH_MAX)
		side++;
	*a = (struct area){ 0, 0, side, side };
	*step = 1;
	if (!s->whole)
		return side * side == s->nr;
	*a = (struct area){ 0, 0, s->width, s->height };
	*step = s->step;
	return s->width && s->height &&
	       (uint64_t)s->width * s->height <= PICTURE_PIXELS_MAX &&
	       (uint64_t)((s->width + s->step - 1) / s->step) *
			       ((s->height + s->step - 1) / s->step) ==
		       s->nr;
}

bool picture_of(const struct snapshot *s, const struct surface *like,
		struct surface *to)
{
	uint32_t *pixels = picture_unpack(&s->picture);
	struct area a = { 0, 0, s->picture.width, s->picture.height };
	uint32_t step;

	if (!pixels) {
		if (!(like && snapshot_area(s, like, &a, &step)) &&
		    !alone(s, &a, &step))
			return false;
		pixels = blocks(s, &a, step);
	}
	give(to, &a, pixels);
	return pixels;
}

bool picture_seen(const struct snapshot *s, const struct surface *f,
		  struct surface *to)
{
	struct area a = { 0, 0, f->width, f->height };
	uint32_t step, *pixels;

	if (!surface_there(f))
		return false;
	if (!snapshot_area(s, f, &a, &step))
		a = (struct area){ 0, 0, f->width, f->height };
	pixels = copy(f, &a);
	give(to, &a, pixels);
	return pixels;
}
