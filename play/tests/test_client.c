// SPDX-License-Identifier: GPL-2.0-or-later
/* test_client.c - what a server may say of its displays, and how long it may take. */
#include "test.h"

#include <string.h>

#include "exit_code.h"
#include "kind.h"

static struct area seen;
static size_t updates;

static void updated(void *arg, uint32_t surface, const struct area *area)
{
	(void)arg;
	(void)surface;
	seen = *area;
	updates++;
}

static int begin(void **state)
{
	(void)state;
	memset(&kind, 0, sizeof(kind));
	kind.client.kind = &client_vnc;
	kind.client.updated = updated;
	updates = 0;
	return 0;
}

static bool shows(long width, long height, long stride)
{
	return client_shows(&kind.client, 1, width, height, stride,
			    kind.fake.pixels);
}

static void refused(long width, long height, long stride)
{
	begin(NULL);
	assert_false(shows(width, height, stride));
	assert_int_equal(kind.client.code, EXIT_CODE_DISPLAY);
	assert_non_null(strstr(kind.client.error, "pixels"));
	assert_false(surface_there(&kind.client.screen.surface[1]));
}

static void displays_that_cannot_be_are_refused(void **state)
{
	(void)state;
	refused(0, 10, 40);
	refused(10, 0, 40);
	refused(-10, 10, 40);
	refused(10, -10, 40);
	refused(10, 10, -40);
	refused(10, 10, 39);
	refused(10, 10, 42);
	refused(INT32_MAX, INT32_MAX, INT32_MAX);
}

/* Of its pixels nothing is read here. */
static void displays_have_a_largest_size(void **state)
{
	(void)state;
	assert_true(shows(SCREEN_SIDE_MAX, 4096, 4 * SCREEN_SIDE_MAX));
	assert_true(shows(8192, 8192, 4 * 8192));
	assert_int_equal(kind.client.screen.nr, 2);
	refused(SCREEN_SIDE_MAX + 1, 1, 4 * (SCREEN_SIDE_MAX + 1));
	refused(1, SCREEN_SIDE_MAX + 1, 4);
	refused(8192, 8193, 4 * 8192);
	refused(SCREEN_SIDE_MAX, SCREEN_SIDE_MAX, 4 * SCREEN_SIDE_MAX);
}

static void area_is(uint32_t x, uint32_t y, uint32_t width, uint32_t height)
{
	assert_int_equal(updates, 1);
	assert_int_equal(seen.x, x);
	assert_int_equal(seen.y, y);
	assert_int_equal(seen.width, width);
	assert_int_equal(seen.height, height);
	updates = 0;
}

static void updates_are_cut_to_their_display(void **state)
{
	struct client *c = &kind.client;

	(void)state;
	assert_true(shows(100, 50, 400));
	client_updated(c, 1, 10, 20, 30, 5);
	area_is(10, 20, 30, 5);
	client_updated(c, 1, -10, -20, 30, 30);
	area_is(0, 0, 20, 10);
	client_updated(c, 1, 90, 40, 30, 30);
	area_is(90, 40, 10, 10);
	client_updated(c, 1, INT32_MIN, INT32_MIN, UINT32_MAX, UINT32_MAX);
	area_is(0, 0, 100, 50);
}

static void updates_of_nothing_are_none(void **state)
{
	struct client *c = &kind.client;

	(void)state;
	assert_true(shows(100, 50, 400));
	client_updated(c, 1, 100, 0, 1, 1);
	client_updated(c, 1, 0, 50, 1, 1);
	client_updated(c, 1, -5, 0, 5, 5);
	client_updated(c, 1, 5, 5, 0, 5);
	client_updated(c, 1, 5, 5, -3, 5);
	client_updated(c, 1, INT32_MAX, 0, INT32_MAX, 1);
	client_updated(c, 0, 0, 0, 1, 1);	/* is not there */
	assert_int_equal(updates, 0);
}

static void a_server_without_a_picture_is_given_up(void **state)
{
	struct client_settings set = { .url = "vnc://x", .timeout_us = 2000 };
	int code = 0;

	(void)state;
	assert_null(client_open(&set, &code));
	assert_int_equal(code, EXIT_CODE_NO_SERVER);
	assert_non_null(strstr(kind.client.error, "no picture within 2 ms"));
}

static void one_that_stops_before_the_picture_is_given_up(void **state)
{
	struct client_settings set = { .url = "vnc://x", .timeout_us = 2000 };
	int code = 0;

	(void)state;
	kind.stalls = true;
	assert_null(client_open(&set, &code));
	assert_int_equal(code, EXIT_CODE_NO_SERVER);
	assert_string_equal(kind.option, "--connect-timeout");
}

int main(void)
{
	static const struct CMUnitTest list[] = {
		cmocka_unit_test_setup(displays_that_cannot_be_are_refused,
				       begin),
		cmocka_unit_test_setup(displays_have_a_largest_size, begin),
		cmocka_unit_test_setup(updates_are_cut_to_their_display, begin),
		cmocka_unit_test_setup(updates_of_nothing_are_none, begin),
		cmocka_unit_test_setup(a_server_without_a_picture_is_given_up,
				       begin),
		cmocka_unit_test_setup(
			one_that_stops_before_the_picture_is_given_up, begin),
	};

	return cmocka_run_group_tests(list, NULL, NULL);
}
