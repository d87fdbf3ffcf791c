/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report.h - where a screen differs from the recorded one, in pictures. */
#ifndef PLAY_REPORT_H
#define PLAY_REPORT_H

#include "replay.h"

/*
 * Says how the last result of a replay differs, and writes to @folder, which is made
 * if need be, PNG pictures (their old ones are replaced):
 *
 *   expected.png   what was recorded; a synchronisation point without picture is
 *                  drawn of its samples
 *   seen.png       the same part of the screen now
 *   difference.png what differs in red, where expected and seen have one size
 *   screen.png     the whole screen
 *
 * @path: of the trace. Returns the exit code: EXIT_CODE_DIFFERS, or why there are no
 * pictures.
 */
int report_difference(const char *path, const struct replay *r,
		      const struct screen *screen, const char *folder);

/* Writes a PNG; an exit code. Said what was wrong. */
int report_picture(const char *path, const struct surface *f);

#endif /* PLAY_REPORT_H */
