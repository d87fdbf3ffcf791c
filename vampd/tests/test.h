/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test.h - what cmocka needs included before it. */
#ifndef VAMPD_TEST_H
#define VAMPD_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif /* VAMPD_TEST_H */
