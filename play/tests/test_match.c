// SPDX-License-Identifier: GPL-2.0-or-later
/* test_match.c - snapshots, and which screens are like them. */
#include "test.h"

#include <string.h>

#include "match.h"

#define WIDTH	120
#define HEIGHT	90

static const struct tolerance usual = { MATCH_PRESS, MATCH_POINT, 0 };
static uint32_t pixels[WIDTH * HEIGHT];

/* Each pixel has a colour of its own. */
static struct screen colourful(void)
{
	struct screen s = { .nr = 1 };
	size_t i;

	for (i = 0; i < COUNT(pixels); i++)
		pixels[i] = (uint32_t)i * 0x101 & SCREEN_RGB;
	s.surface[0] = (struct surface){ WIDTH, HEIGHT, WIDTH, pixels };
	return s;
}

static bool good(const struct snapshot *s, const struct screen *screen)
{
	struct match m;

	match_screen(s, screen, &usual, &m);
	return m.good;
}

static void a_snapshot_is_found_where_it_was_taken(void **state)
{
	static const int places[][2] = { { 60, 45 }, { 0, 0 },	  { 119, 89 },
					 { 3, 80 },  { 118, 2 },  { -4, 40 },
					 { 60, 95 }, { -10, -10 } };
	struct screen screen = colourful();
	struct snapshot *s;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(places); i++) {
		s = snapshot_around(&screen.surface[0], places[i][0],
				    places[i][1], 10);
		assert_non_null(s);
		assert_true(good(s, &screen));
		s->x += s->x > 60 ? -30 : 30;
		assert_false(good(s, &screen));
		snapshot_free(s);
	}
	assert_null(snapshot_around(&screen.surface[0], -11, 0, 10));
}

static void as_many_may_differ_as_the_original_allows(void **state)
{
	struct screen screen = colourful();
	struct snapshot *s = snapshot_around(&screen.surface[0], 60, 45, 10);
	struct match m;
	uint32_t i;

	(void)state;
	for (i = 0; i < 441 / 4; i++)
		s->sample[i] ^= 1;
	assert_true(good(s, &screen));
	s->sample[i] ^= 1;
	match_screen(s, &screen, &usual, &m);
	assert_false(m.good);
	assert_int_equal(m.differ, 111);
	assert_int_equal(m.allowed, 110);
	snapshot_free(s);
	s = snapshot_whole(&screen.surface[0], 5);
	for (i = 0; i < 432 / 10; i++)
		s->sample[i] ^= 1;
	assert_true(good(s, &screen));
	s->sample[i] ^= 1;
	assert_false(good(s, &screen));
	snapshot_free(s);
}

static void near_colours_match_if_asked(void **state)
{
	struct tolerance t = { 0, 0, 3 };
	struct screen screen = colourful();
	struct snapshot *s = snapshot_whole(&screen.surface[0], 50);
	struct match m;

	(void)state;
	s->sample[0] ^= 0x030303;
	match_screen(s, &screen, &t, &m);
	assert_true(m.good);
	s->sample[0] = 0x000400;
	match_screen(s, &screen, &t, &m);
	assert_false(m.good);
	snapshot_free(s);
}

static void a_screen_of_another_size_is_another(void **state)
{
	struct screen screen = colourful(), small = screen;
	struct snapshot *s = snapshot_whole(&screen.surface[0], 50);
	struct match m;

	(void)state;
	small.surface[0].width = WIDTH - 1;
	match_screen(s, &small, &usual, &m);
	assert_false(m.good);
	assert_false(m.placed);
	assert_int_equal(m.differ, s->nr);
	/* In the original's format it is not told: it has as many samples. */
	s->width = s->height = 0;
	assert_true(good(s, &small));
	snapshot_free(s);
}

static void any_display_may_be_meant(void **state)
{
	static uint32_t black[WIDTH * HEIGHT];
	struct screen screen = colourful();
	struct snapshot *s = snapshot_whole(&screen.surface[0], 5);
	struct match m;

	(void)state;
	screen.surface[1] = screen.surface[0];
	screen.surface[0].pixels = black;
	screen.nr = 2;
	match_screen(s, &screen, &usual, &m);
	assert_true(m.good);
	assert_int_equal(m.surface, 1);
	s->surface = 0;
	assert_false(good(s, &screen));
	snapshot_free(s);
}

static void without_samples_any_screen_is_good(void **state)
{
	struct screen none = { 0 };
	struct snapshot *s = snapshot_new(0);

	(void)state;
	s->whole = true;
	assert_true(good(s, &none));
	snapshot_free(s);
}

static void columns_come_first(void **state)
{
	struct screen screen = colourful();
	struct snapshot *s = snapshot_whole(&screen.surface[0], 50);

	(void)state;
	assert_int_equal(s->nr, 6);
	assert_int_equal(s->sample[1], pixels[50 * WIDTH]);
	assert_int_equal(s->sample[2], pixels[50]);
	snapshot_free(s);
}

int main(void)
{
	static const struct CMUnitTest list[] = {
		cmocka_unit_test(a_snapshot_is_found_where_it_was_taken),
		cmocka_unit_test(as_many_may_differ_as_the_original_allows),
		cmocka_unit_test(near_colours_match_if_asked),
		cmocka_unit_test(a_screen_of_another_size_is_another),
		cmocka_unit_test(any_display_may_be_meant),
		cmocka_unit_test(without_samples_any_screen_is_good),
		cmocka_unit_test(columns_come_first),
	};

	return cmocka_run_group_tests(list, NULL, NULL);
}
