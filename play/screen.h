/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * screen.h - what a server shows now: one surface for each display.
 *
 * The pixels are the client's; they stay valid until its next wait.
 */
#ifndef PLAY_SCREEN_H
#define PLAY_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCREEN_SURFACES	16
#define SCREEN_SIDE_MAX	16384		/* pixels */
#define SCREEN_PIXELS_MAX	(64l << 20)	/* of one surface: 256 MiB */
#define SCREEN_RGB	0x00ffffffu	/* the rest of a pixel says nothing */

struct surface {
	uint32_t width, height;		/* pixels; 0: no such display */
	size_t stride;			/* pixels from row to row */
	const uint32_t *pixels;		/* 0x00RRGGBB, rows from the top */
};

struct screen {
	uint32_t nr;
	struct surface surface[SCREEN_SURFACES];
};

/* A rectangle within a surface. */
struct area {
	uint32_t x, y, width, height;
};

static inline bool surface_there(const struct surface *f)
{
	return f->width && f->height && f->pixels;
}

static inline uint32_t surface_pixel(const struct surface *f, uint32_t x,
				     uint32_t y)
{
	return f->pixels[y * f->stride + x] & SCREEN_RGB;
}

#endif /* PLAY_SCREEN_H */
