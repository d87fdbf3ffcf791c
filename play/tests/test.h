/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test.h - what cmocka needs included before it. */
#ifndef PLAY_TEST_H
#define PLAY_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(list)	(sizeof(list) / sizeof((list)[0]))

#endif /* PLAY_TEST_H */
