/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vampplay.h - vampplay on the screen of VM A.
 */
#ifndef LAB_VAMPPLAY_H
#define LAB_VAMPPLAY_H

/* @server is "vnc" or "spice"; before all else. */
void vampplay_use(const char *server);

/* "COMMAND SERVER REST", and its exit status. */
int vampplay_run(const char *command, const char *rest);

/* The same, but ends with FAILED unless it succeeds; says @what then. */
void vampplay_must(const char *command, const char *rest, const char *what);

/* A command that needs no server, which must succeed. */
void vampplay_offline(const char *arguments);

/* Record to @trace what @script says. */
void vampplay_record(const char *trace, const char *script, const char *rest);

/*
 * The responses of a replay, in ms, which it wrote to the file @json: at most @max,
 * and how many are there. All must have been timed.
 */
unsigned int vampplay_responses(const char *json, double *ms, unsigned int max);

#endif
