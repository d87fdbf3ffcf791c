/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fake.h - a server for tests of what has no clock: a screen of one colour. */
#ifndef FAKE_H
#define FAKE_H

#include "screen.h"

#define FAKE_SIDE	100

struct fake {
	uint32_t pixels[FAKE_SIDE * FAKE_SIDE];
	struct screen screen;
};

static inline void fake_paint(struct fake *f, uint32_t colour)
{
	uint32_t i;

	for (i = 0; i < FAKE_SIDE * FAKE_SIDE; i++)
		f->pixels[i] = colour;
	f->screen.nr = 1;
	f->screen.surface[0] =
		(struct surface){ FAKE_SIDE, FAKE_SIDE, FAKE_SIDE, f->pixels };
}

#endif /* FAKE_H */
