/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vplay.h - vampplay's own trace format (docs/vampplay.md). */
#ifndef PLAY_VPLAY_H
#define PLAY_VPLAY_H

#include <stdio.h>

#include "fault.h"
#include "trace.h"

#define VPLAY_MAGIC	"VAMPPLAY"
#define VPLAY_VERSION	1

/* Is it meant to be one of this format? */
bool vplay_is(const uint8_t *bytes, size_t size);

/*
 * Adds all of a file to an empty trace. False: ->offset and ->text say why; what
 * was good before that is in the trace.
 */
bool vplay_read(struct trace *t, const uint8_t *bytes, size_t size,
		struct fault *f);

/* False: no memory, or not written. */
bool vplay_write(const struct trace *t, FILE *to, struct fault *f);

#endif /* PLAY_VPLAY_H */
