/* SPDX-License-Identifier: GPL-2.0-or-later */
/* page.h - a timeline as one HTML file that needs no other. */
#ifndef VAMPCTL_PAGE_H
#define VAMPCTL_PAGE_H

#include <stdio.h>

#include "replay/stream.h"
#include "timeline.h"

/*
 * Writes the page of a phase, number @number of @phases. Facts are of the stream,
 * and not trusted.
 */
void page_write(FILE *f, const struct timeline *t, const struct stream *s,
		u32 number, u32 phases);

/* @text with what HTML gives a meaning to made harmless. */
void page_escape(FILE *f, const char *text);

#endif /* VAMPCTL_PAGE_H */
