/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fake_sound.h - stands in for sound.h: counts, tells nobody. */
#ifndef VAMPD_FAKE_SOUND_H
#define VAMPD_FAKE_SOUND_H

#include "sound.h"

static int with_sound, announced, withdrawn;
static struct ranges last_ranges;	/* of the last sound_new() */
static uint32_t last_vector;

struct sound *sound_new(pid_t pid, const struct ranges *ranges, uint32_t vector)
{
	last_ranges = *ranges;
	last_vector = vector;
	with_sound++;
	return (struct sound *)(uintptr_t)pid;
}

void sound_free(struct sound *s)
{
	with_sound -= !!s;
}

void sound_withdraw(struct sound *s)
{
	withdrawn++;
	sound_free(s);
}

void sound_announced(struct sound *s)
{
	announced += !!s;
}

#endif /* VAMPD_FAKE_SOUND_H */
