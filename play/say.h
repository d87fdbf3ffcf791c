/* SPDX-License-Identifier: GPL-2.0-or-later */
/* say.h - what was wrong, in one line on stderr. */
#ifndef PLAY_SAY_H
#define PLAY_SAY_H

/* "vampplay: ..." and a newline. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif /* PLAY_SAY_H */
