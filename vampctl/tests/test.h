/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test.h - cmocka, with what it wants to be included before it. */
#ifndef VAMPCTL_TEST_H
#define VAMPCTL_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif /* VAMPCTL_TEST_H */
