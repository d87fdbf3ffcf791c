/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vampctl.h - a VM that vampctl records.
 */
#ifndef LAB_VAMPCTL_H
#define LAB_VAMPCTL_H

/*
 * `@vampctl record @vm` to @file for @seconds. Returns once the module tells of the
 * VM anew, as a recording begins.
 */
void vampctl_record_begin(const char *vampctl, const char *vm, const char *file,
			  unsigned int seconds);

/* Until it is over; and `replay --verify` decides the same. */
void vampctl_record_end(const char *vampctl, const char *file);

#endif
