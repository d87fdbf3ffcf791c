/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test.h - cmocka, which needs these headers before its own. */
#ifndef VAMP_GUEST_TESTS_TEST_H
#define VAMP_GUEST_TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <vamp/channel.h>

/* A set, by its list. */
static inline struct vamp_cpus cpus_of(const char *list)
{
	struct vamp_cpus s;

	assert_int_equal(vamp_cpus_parse(&s, list), 0);
	return s;
}

static inline void expect_cpus(const struct vamp_cpus *s, const char *list)
{
	char text[VAMP_CHANNEL_LINE];

	assert_true(vamp_cpus_print(s, text, sizeof(text)) >= 0);
	assert_string_equal(text, list);
}

#endif /* VAMP_GUEST_TESTS_TEST_H */
