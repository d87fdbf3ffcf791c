/* SPDX-License-Identifier: GPL-2.0-or-later */
/* say.h - what was wrong, in one line on stderr. */
#ifndef VAMPCTL_SAY_H
#define VAMPCTL_SAY_H

/* "vampctl: ..." and a newline. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Says that @what failed with -errno @err, and what to do where that is known.
 * The exit code that fits.
 */
int say_failed(const char *what, int err);

#endif /* VAMPCTL_SAY_H */
