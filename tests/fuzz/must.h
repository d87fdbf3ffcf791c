/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * must.h - what has to hold: the fuzzer keeps the input for which it does not.
 */
#ifndef VAMP_TESTS_FUZZ_MUST_H
#define VAMP_TESTS_FUZZ_MUST_H

void __attribute__((noreturn))
must_fail(const char *what, const char *file, int line);

#define must(condition)                                               \
	((condition) ? (void)0 : must_fail(#condition, __FILE__, __LINE__))

#endif /* VAMP_TESTS_FUZZ_MUST_H */
