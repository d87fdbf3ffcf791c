/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * words.h - the words for what the module says in numbers. They are part of the
 * --json form; "?" for a number that is not known.
 */
#ifndef VAMPCTL_WORDS_H
#define VAMPCTL_WORDS_H

#include <stddef.h>
#include <stdint.h>

#include <vamp/uapi.h>

const char *word_phase(uint32_t phase);
const char *word_policy(uint32_t policy);
const char *word_track(uint32_t track);
const char *word_result(uint32_t result);

/* Why a vCPU has its weight or a task its class: for a person. */
const char *word_reason(uint32_t reason);

/* "key-press" etc., from and to a number; -1 for no such word. */
const char *word_input(uint32_t type);
int word_input_type(const char *word);

/* A task's class, of the first of its flags that says one. */
const char *word_class(uint32_t task_flags);

/* "1.2s", "3m12s", "5h03m": a few characters. */
void word_time(char *to, size_t size, uint64_t ns);

#endif /* VAMPCTL_WORDS_H */
