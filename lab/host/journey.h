/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * journey.h - what a user does on the desktop of VM A, recorded once and then
 * replayed as often as wanted. One in a run.
 */
#ifndef LAB_JOURNEY_H
#define LAB_JOURNEY_H

/* Record @script (vampplay(1)), which must end where it began. */
void journey_record(const char *script);

/* @times in a row: @n responses in ms, one a synchronisation point. */
void journey_replay(unsigned int times, double *ms, unsigned int n);

#endif
