/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * report.h - progress, verdict and report.json, on a line of their own to the
 * machine that runs the emulator.
 */
#ifndef LAB_REPORT_H
#define LAB_REPORT_H

#include <json-c/json.h>

/*
 * EMULATOR: a failure that may be the emulator's own (a guest died or hung
 * with a healthy host): tried once more by the caller, and ours if it repeats.
 */
enum verdict {
	PASSED,
	FAILED,
	UNDECIDED,
	EMULATOR,
	NOKVM
};

void report_open(const char *scenario, unsigned int retries);

/* Steps, and a counter within a step. */
void report_step(const char *format, ...) __attribute__((format(printf, 1, 2)));
void report_live(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The module is about to be loaded: from here on, failures are ours. */
void report_module(void);

/* The document, to be filled in by the scenario. */
struct json_object *report_root(void);

/* Run before the report of a failure is sent: adds what explains it. */
void report_on_failure(void (*explain)(struct json_object *root));

/* End the harness. */
_Noreturn void report_end(enum verdict verdict, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#define fail(...)	report_end(FAILED, __VA_ARGS__)
#define undecided(...)	report_end(UNDECIDED, __VA_ARGS__)

#endif
