// SPDX-License-Identifier: GPL-2.0-or-later
/* test_responses.c - what becomes of measurements, and the report of a difference. */
#include "test.h"

#include <json-c/json.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exit_code.h"
#include "fake.h"
#include "picture.h"
#include "report.h"
#include "responses.h"

static struct fake server;
static struct trace trace;
static struct responses responses;

static void add_event(enum kind kind)
{
	struct event e = { .kind = kind };

	if (kind_is_snapshot(kind))
		e.snapshot = snapshot_whole(&server.screen.surface[0], 10);
	assert_true(trace_add(&trace, &e));
}

static int begin(void **state)
{
	(void)state;
	fake_paint(&server, 0x0000ff);
	add_event(KIND_BEFORE);
	add_event(KIND_POINT);
	add_event(KIND_POINT);
	responses_init(&responses, &trace);
	return 0;
}

static int end(void **state)
{
	(void)state;
	responses_free(&responses);
	trace_free(&trace);
	return 0;
}

static void add_replay(enum outcome first, uint64_t first_ms,
		       enum outcome second, uint64_t second_ms)
{
	struct result results[] = {
		{ .event = 0, .outcome = OUTCOME_REACHED },
		{ .event = 1, .outcome = first, .response_us = first_ms * 1000 },
		{ .event = 2,
		  .outcome = second,
		  .response_us = second_ms * 1000 },
	};
	struct replay r = { .result = results, .results = 3 };

	assert_true(responses_add(&responses, &r));
}

static char *text_of(bool (*write)(const struct responses *r, FILE *to))
{
	char *text;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	assert_true(write(&responses, f));
	fclose(f);
	return text;
}

static void add_some(void)
{
	add_replay(OUTCOME_TIMED, 100, OUTCOME_EARLY, 0);
	add_replay(OUTCOME_TIMED, 300, OUTCOME_UNCHANGED, 0);
}

static void only_what_was_measured_counts(void **state)
{
	struct stats s;

	(void)state;
	add_some();
	assert_int_equal(responses.nr, 4);
	assert_true(responses_stats(&responses, 1, &s));
	assert_int_equal(s.n, 2);
	assert_int_equal((int)s.median.value, 200);
	assert_true(responses_stats(&responses, 2, &s));
	assert_int_equal(s.n, 1);
	assert_int_equal((int)s.most, 0);
	assert_true(responses_stats(&responses, 0, &s));
	assert_int_equal(s.n, 3);
	assert_int_equal(responses_count(&responses, OUTCOME_UNCHANGED), 1);
}

static void each_response_is_a_line_of_csv(void **state)
{
	char *text;

	(void)state;
	add_some();
	text = text_of(responses_csv);
	assert_non_null(strstr(text, "\n1,1,timed,100.000,"));
	assert_non_null(strstr(text, "\n1,2,early,0.000,"));
	assert_non_null(strstr(text, "\n2,2,unchanged,,"));
	free(text);
}

static void each_point_is_a_line_of_the_table(void **state)
{
	char *text;

	(void)state;
	add_some();
	text = text_of(responses_table);
	assert_non_null(strstr(text, "\n    1      2     100.0  200.0 [?, ?]"));
	assert_non_null(strstr(text, "\n  all      3"));
	free(text);
	responses_free(&responses);
	responses_init(&responses, &trace);
	text = text_of(responses_table);
	assert_non_null(strstr(text, "nothing measured"));
	free(text);
}

static void json_can_be_read(void **state)
{
	struct replay_settings set = { .timeout_us = 1500000,
				       .tolerance = { 2500, 1000, 0 } };
	struct responses_about about = { "a \"trace\"", "vnc://x", &set };
	struct json_object *o, *list, *field;
	char *text;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	(void)state;
	add_some();
	assert_true(responses_json(&responses, &about, f));
	fclose(f);
	o = json_tokener_parse(text);
	assert_non_null(o);
	assert_true(json_object_object_get_ex(o, "trace", &field));
	assert_string_equal(json_object_get_string(field), "a \"trace\"");
	assert_true(json_object_object_get_ex(o, "responses", &list));
	assert_int_equal(json_object_array_length(list), 4);
	assert_true(json_object_object_get_ex(o, "points", &list));
	assert_int_equal(json_object_array_length(list), 2);
	field = json_object_array_get_idx(list, 0);
	assert_true(json_object_object_get_ex(field, "median", &field));
	assert_true(json_object_object_get_ex(field, "value", &field));
	assert_int_equal((int)json_object_get_double(field), 200);
	json_object_put(o);
	free(text);
}

/* ---- the report of a difference ---- */

static uint32_t pixel_of(const char *folder, const char *name, uint32_t x,
			 uint32_t y, uint32_t *width)
{
	png_image image = { .version = PNG_IMAGE_VERSION };
	char path[128];
	png_byte *bytes, *at;
	uint32_t pixel;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_true(png_image_begin_read_from_file(&image, path));
	image.format = PNG_FORMAT_RGB;
	bytes = malloc(PNG_IMAGE_SIZE(image));
	assert_true(png_image_finish_read(&image, NULL, bytes, 0, NULL));
	*width = image.width;
	at = bytes + ((size_t)y * image.width + x) * 3;
	pixel = (uint32_t)at[0] << 16 | (uint32_t)at[1] << 8 | at[2];
	free(bytes);
	remove(path);
	return pixel;
}

static void a_difference_is_told_in_pictures(void **state)
{
	struct result result = { .event = 1, .outcome = OUTCOME_DIFFERS };
	struct replay r = { .result = &result, .results = 1, .trace = &trace };
	char folder[] = "/tmp/vampplay-XXXXXX", path[64];
	uint32_t width;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/new", folder);
	fake_paint(&server, 0x00ff00);
	server.pixels[7] = 0x0000ff;
	result.match.placed = true;
	assert_int_equal(report_difference("t", &r, &server.screen, path),
			 EXIT_CODE_DIFFERS);
	assert_int_equal(pixel_of(path, "expected.png", 7, 0, &width),
			 0x0000ff);
	assert_int_equal(width, FAKE_SIDE);
	assert_int_equal(pixel_of(path, "seen.png", 8, 0, &width), 0x00ff00);
	assert_int_equal(pixel_of(path, "difference.png", 8, 0, &width),
			 0xff0000);
	assert_int_equal(pixel_of(path, "screen.png", 7, 0, &width), 0x0000ff);
	assert_int_equal(rmdir(path), 0);
	server.screen.nr = 0;
	assert_int_equal(report_difference("t", &r, &server.screen, path),
			 EXIT_CODE_DIFFERS);
	assert_int_equal(rmdir(folder), 0);
}

static void a_folder_that_cannot_be_is_told(void **state)
{
	struct result result = { .event = 1, .outcome = OUTCOME_DIFFERS };
	struct replay r = { .result = &result, .results = 1, .trace = &trace };

	(void)state;
	result.match.placed = true;
	assert_int_equal(report_difference("t", &r, &server.screen,
					   "/dev/null/x"),
			 EXIT_CODE_WRITE);
}

int main(void)
{
#define RESPONSES_TEST(f)	cmocka_unit_test_setup_teardown(f, begin, end)
	static const struct CMUnitTest list[] = {
		RESPONSES_TEST(only_what_was_measured_counts),
		RESPONSES_TEST(each_response_is_a_line_of_csv),
		RESPONSES_TEST(each_point_is_a_line_of_the_table),
		RESPONSES_TEST(json_can_be_read),
		RESPONSES_TEST(a_difference_is_told_in_pictures),
		RESPONSES_TEST(a_folder_that_cannot_be_is_told),
	};

	return cmocka_run_group_tests(list, NULL, NULL);
}
