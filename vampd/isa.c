// SPDX-License-Identifier: GPL-2.0-or-later
#include "isa.h"

#include <stddef.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/*
 * The PC's speaker is not one of them: its port 0x61 is the machine's control
 * port, and who touches it seldom makes sound.
 */
static const struct card {
	const char *driver;
	uint32_t iobase;	/* default; 0: the card cannot be moved */
	struct {
		uint32_t first, last;	/* from iobase on */
	} ports[2];
} cards[] = {
	{ "sb16", 0x220, { { 0, 0xf } } },
	{ "cs4231a", 0x534, { { 0, 3 } } },
	/* Voices are played by the second block. */
	{ "gus", 0x240, { { 0, 0xf }, { 0x100, 0x107 } } },
	/* Wherever else it is, music programs know this place. */
	{ "adlib", 0, { { 0x388, 0x38b } } },
};

static void add(const struct card *c, uint32_t base, struct ranges *to)
{
	for (size_t i = 0; i < COUNT(c->ports); i++) {
		struct vamp_sound_range r = {
			.first = (uint64_t)base + c->ports[i].first,
			.last = (uint64_t)base + c->ports[i].last,
			.space = VAMP_SOUND_PIO,
			.access = VAMP_SOUND_READ | VAMP_SOUND_WRITE,
		};

		if (c->ports[i].last)
			ranges_add(to, c->driver, &r);
	}
}

void isa_sound(const char *driver, uint32_t iobase, struct ranges *to)
{
	for (size_t i = 0; i < COUNT(cards); i++) {
		const struct card *c = &cards[i];

		if (!strcmp(c->driver, driver))
			add(c, c->iobase && iobase ? iobase : c->iobase, to);
	}
}
