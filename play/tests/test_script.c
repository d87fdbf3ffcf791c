// SPDX-License-Identifier: GPL-2.0-or-later
/* test_script.c - the text of scripts. */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "key.h"
#include "script.h"

static bool read_text(struct script *s, const char *text, struct fault *f)
{
	return script_read(s, text, strlen(text), f);
}

static void each_action_is_read(void **state)
{
	static const enum act acts[] = {
		ACT_MOVE, ACT_PRESS, ACT_WAIT, ACT_RELEASE, ACT_WAIT,
		ACT_PRESS, ACT_RELEASE, ACT_DOWN,     ACT_UP,	   ACT_WAIT,
		ACT_REST,  ACT_SYNC,	ACT_SYNC_ANY,
	};
	struct script s = { 0 };
	struct fault f;
	size_t i;

	(void)state;
	assert_true(read_text(&s,
			      "# a comment\n\n  move 10\t20\r\nclick right\n"
			      "press\nrelease\nkeydown ctrl\nkeyup ctrl\n"
			      "wait 250\nrest\nsync 700\nsync-any",
			      &f));
	assert_int_equal(s.nr, COUNT(acts));
	for (i = 0; i < s.nr; i++)
		assert_int_equal(s.action[i].act, acts[i]);
	assert_int_equal(s.action[0].y, 20);
	assert_int_equal(s.action[1].code, 3);
	assert_int_equal(s.action[9].us, 250000);
	assert_int_equal(s.action[11].us, 700000);
	assert_int_equal(s.action[11].line, 11);
	script_free(&s);
}

static void what_is_typed_may_have_blanks_and_capitals(void **state)
{
	struct script s = { 0 };
	struct fault f;
	uint32_t codes[4] = { 0 };
	size_t i, n = 0;

	(void)state;
	assert_true(read_text(&s, "type a B", &f));
	for (i = 0; i < s.nr; i++)
		if (s.action[i].act == ACT_DOWN)
			codes[n++] = s.action[i].code;
	assert_int_equal(n, 4);
	assert_int_equal(codes[0], 30);
	assert_int_equal(codes[1], 57);
	assert_int_equal(codes[2], KEY_SHIFT);
	assert_int_equal(codes[3], 48);
	script_free(&s);
}

static void what_is_wrong_is_told_with_its_line(void **state)
{
	static const char *const bad[] = {
		"rest\nmove 1",	      "rest\nmove 1 2 3",
		"rest\nmove x 2",     "rest\nmove -1 2",
		"rest\nclick lefty",  "rest\nkey qwerty",
		"rest\nfly",	      "rest\nwait",
		"rest\nwait 3600001", "rest\ntype caf\xc3\xa9",
		"rest\nkey",	      "rest\nkey a b",
	};
	struct script s = { 0 };
	struct fault f;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(bad); i++) {
		assert_false(read_text(&s, bad[i], &f));
		assert_int_equal(f.line, 2);
		assert_true(*f.text);
		script_free(&s);
	}
	assert_false(read_text(&s, "# nothing\n", &f));
	assert_false(script_read(&s, "rest\n\0\n", 7, &f));
	script_free(&s);
}

static void every_key_has_one_code_and_one_name(void **state)
{
	uint32_t code, last = 0;
	const struct key *key;

	(void)state;
	for (code = 1; code < 0x200; code++) {
		key = key_of_code(code);
		if (!key)
			continue;
		assert_true(key->code > last);
		last = code;
		assert_ptr_equal(key_of_name(key->name), key);
		if (key->usage)
			assert_ptr_equal(key_of_usage(key->usage), key);
	}
}

static void all_of_ascii_can_be_typed(void **state)
{
	const struct key *key;
	bool shift;
	char c;

	(void)state;
	for (c = ' '; c <= '~'; c++) {
		key = key_of_char(c, &shift);
		assert_non_null(key);
		assert_int_equal(shift ? key->shifted : key->symbol, c);
	}
}

int main(void)
{
	static const struct CMUnitTest list[] = {
		cmocka_unit_test(each_action_is_read),
		cmocka_unit_test(what_is_typed_may_have_blanks_and_capitals),
		cmocka_unit_test(what_is_wrong_is_told_with_its_line),
		cmocka_unit_test(every_key_has_one_code_and_one_name),
		cmocka_unit_test(all_of_ascii_can_be_typed),
	};

	return cmocka_run_group_tests(list, NULL, NULL);
}
