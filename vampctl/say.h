/* SPDX-License-Identifier: GPL-2.0-or-later */
/* say.h - what was wrong, in one line on stderr. */
#ifndef VAMPCTL_SAY_H
#define VAMPCTL_SAY_H

/* "vampctl: ..." and a newline. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* From say_hold() on only the last that was said is kept, for say_held(). */
void say_hold(void);
void say_held(void);

/*
 * Says that @what failed with -errno @err, and what to do where that is known.
 * The exit code that fits.
 */
int say_failed(const char *what, int err);

#endif /* VAMPCTL_SAY_H */
