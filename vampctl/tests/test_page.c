// SPDX-License-Identifier: GPL-2.0-or-later
/* test_page.c - a phase in a timeline, and its page. */
#include <stdio.h>
#include <stdlib.h>

#include "page.h"
#include "scene.h"
#include "timeline.h"

static struct scene scene;
static const struct vamp_config defaults = { VAMP_CONFIG_DEFAULTS };

static void find_phases(struct phases *phases)
{
	static const struct player_hooks hooks = { .decided = phases_decided };
	struct player p;

	*phases = (struct phases){ 0 };
	player_init(&p, FORMAT, &defaults, &hooks, phases);
	scene_play(&scene, &p);
	phases_end(phases, &p);
	player_free(&p);
}

static void collect(struct timeline *t, const struct phase_info *phase)
{
	static const struct player_hooks hooks = { .decided =
							   timeline_decided };
	struct player p;

	timeline_init(t, phase, 100 * SCENE_MS);
	player_init(&p, FORMAT, &defaults, &hooks, t);
	for (uint32_t i = 0; i < scene.nr; i++) {
		assert_true(timeline_before(t, &p, &scene.e[i]));
		assert_true(player_play(&p, &scene.e[i]));
		assert_true(timeline_after(t, &p, &scene.e[i]));
	}
	timeline_end(t);
	player_free(&p);
}

static char *page(const struct timeline *t, const struct stream *s)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	page_write(f, t, s, 1, 1);
	fclose(f);
	return text;
}

static int set_up(void **state)
{
	(void)state;
	scene_whole(&scene);
	return 0;
}

static void a_phase_is_found_with_what_is_known_of_it(void **state)
{
	struct phases x;

	(void)state;
	find_phases(&x);
	assert_int_equal(x.nr, 1);
	assert_int_equal(x.phase[0].phase, PHASE_MIXED);
	assert_int_equal(x.phase[0].background, 1);
	assert_int_equal(x.phase[0].inputs, 1);
	assert_false(x.phase[0].open || x.phase[0].output);
	assert_in_range(x.phase[0].end - x.phase[0].begin, 995 * SCENE_MS,
			1005 * SCENE_MS);
	phases_free(&x);
}

static void a_phase_without_end_is_as_long_as_the_recording(void **state)
{
	struct phases x;

	(void)state;
	while (scene.e[scene.nr - 1].op != OP_OVER)
		scene.nr--;
	scene.nr--;
	find_phases(&x);
	assert_int_equal(x.nr, 1);
	assert_true(x.phase[0].open);
	phases_free(&x);
}

static uint64_t ran(const struct timeline *t, uint32_t vcpu, uint8_t class)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < t->lane[vcpu].spans; i++)
		if (t->lane[vcpu].span[i].class == class)
			sum += t->lane[vcpu].span[i].ran;
	return sum;
}

/* 1,200 ms: of every 4 the hog runs 3 and waits half a one. */
static void spans_add_up_to_what_ran_and_waited(void **state)
{
	struct timeline t;
	struct phases x;

	(void)state;
	find_phases(&x);
	collect(&t, &x.phase[0]);
	assert_in_range(ran(&t, 0, LANE_BACKGROUND) / SCENE_MS, 890, 905);
	assert_in_range(ran(&t, 0, LANE_WAIT) / SCENE_MS, 145, 155);
	assert_int_equal(ran(&t, 0, LANE_INTERACTIVE), 0);
	assert_true(ran(&t, 1, LANE_INTERACTIVE) > 40 * SCENE_MS);
	assert_int_equal(ran(&t, 1, LANE_BACKGROUND), 0);
	assert_int_equal(t.task[0].id, HOG);
	assert_int_equal(t.task[0].class, LANE_BACKGROUND);
	timeline_free(&t);
	phases_free(&x);
}

static void weights_and_inputs_are_there(void **state)
{
	const struct weight_span *w;
	struct timeline t;
	struct phases x;
	bool slow = false;

	(void)state;
	find_phases(&x);
	collect(&t, &x.phase[0]);
	for (uint32_t i = 0; i < t.lane[0].weights; i++) {
		w = &t.lane[0].weight[i];
		slow |= w->nice == 13 && w->why == WHY_RUNS_BACKGROUND;
		assert_true(w->from <= w->to);
		assert_true(!i || w[-1].to == w->from);
	}
	assert_true(slow);
	assert_int_equal(t.marks, 1);
	assert_int_equal(t.mark[0].at, x.phase[0].begin);
	assert_int_equal(t.mark[0].code, INPUT_ENTER);
	timeline_free(&t);
	phases_free(&x);
}

static void a_page_needs_nothing_else_and_believes_nobody(void **state)
{
	struct stream s = { 0 };
	struct timeline t;
	struct phases x;
	char *text;

	(void)state;
	s.fact[0].name = (char *)"vm";
	s.fact[0].text = (char *)"</title><script>alert('x')</script>\"&\033";
	s.nr_facts = 1;
	find_phases(&x);
	collect(&t, &x.phase[0]);
	text = page(&t, &s);
	assert_null(strstr(text, "<script"));
	assert_null(strstr(text, "http"));
	assert_null(strstr(text, "url("));
	assert_null(strchr(text, '\033'));
	assert_non_null(strstr(text, "&lt;script&gt;alert(&#39;x&#39;)"));
	assert_non_null(strstr(text, "</html>"));
	free(text);
	timeline_free(&t);
	phases_free(&x);
}

static void clocks_that_go_back_do_no_harm(void **state)
{
	struct stream s = { 0 };
	struct timeline t;
	struct phases x;
	char *text;

	(void)state;
	for (uint32_t i = 0; i < scene.nr; i += 7)
		scene.e[i].o.now -= i % 3 * 900 * SCENE_MS;
	find_phases(&x);
	assert_true(x.nr > 0);
	collect(&t, &x.phase[0]);
	text = page(&t, &s);
	assert_null(strstr(text, "nan"));
	assert_null(strstr(text, "inf"));
	free(text);
	timeline_free(&t);
	phases_free(&x);
}

#define test(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(a_phase_is_found_with_what_is_known_of_it),
		test(a_phase_without_end_is_as_long_as_the_recording),
		test(spans_add_up_to_what_ran_and_waited),
		test(weights_and_inputs_are_there),
		test(a_page_needs_nothing_else_and_believes_nobody),
		test(clocks_that_go_back_do_no_harm),
	};

	return cmocka_run_group_tests_name("page", tests, NULL, NULL);
}
