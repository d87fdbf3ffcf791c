/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * spiceplay.h - the trace format of SpicePlay, the original client.
 *
 * Text: "MS KIND ARGUMENTS", and behind S and B as many lines of hexadecimal
 * pixels as they say. Any white space may stand between. The length of time is ms
 * since the recording began.
 */
#ifndef PLAY_SPICEPLAY_H
#define PLAY_SPICEPLAY_H

#include <stdio.h>

#include "fault.h"
#include "trace.h"

/*
 * Adds all of a text to an empty trace. False: ->line and ->text say why; what was
 * good before that is in the trace.
 */
bool spiceplay_read(struct trace *t, const char *text, size_t size,
		    struct fault *f);

/* False: the trace has what this format cannot say, or no memory. */
bool spiceplay_write(const struct trace *t, FILE *to, struct fault *f);

#endif /* PLAY_SPICEPLAY_H */
