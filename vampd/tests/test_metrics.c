// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "metrics.h"

#define FAMILIES_MAX	128

static struct metrics m;
static struct vm vms[METRICS_VMS_MAX];
static char *text;
static size_t size;

static void render(void)
{
	free(text);
	text = metrics_render(&m, &size);
	assert_non_null(text);
	assert_int_equal(strlen(text), size);
}

static void add_vm(size_t i, const char *name)
{
	vms[i] = (struct vm){ .pid = (pid_t)(1000 + i),
			      .input = VM_INPUT_UPROBE };
	snprintf(vms[i].name.text, sizeof(vms[i].name.text), "%s", name);
	vms[i].name.source = NAME_LIBVIRT;
	m.vm[i] = (struct metrics_vm){ .vm = &vms[i] };
	if (m.shown <= i)
		m.shown = i + 1;
	m.vms = m.shown;
}

static void expect_line(const char *line)
{
	char wanted[512];

	snprintf(wanted, sizeof(wanted), "\n%s\n", line);
	if (!strstr(text, wanted))
		fail_msg("no line '%s'", line);
}

static size_t count_lines(const char *start)
{
	size_t n = 0;

	for (const char *p = text; (p = strstr(p, start)); p++)
		n += p == text || p[-1] == '\n';
	return n;
}

/* One of a family's samples may follow its head. */
struct reading {
	char seen[FAMILIES_MAX][64];
	size_t families;
	char name[64], type[16], unit[16];
	bool has_help;
};

static void begin_family(struct reading *r, const char *line)
{
	int found;

	for (size_t i = 0; i < r->families; i++)
		assert_string_not_equal(r->seen[i], r->name);
	assert_true(r->families < FAMILIES_MAX);
	strcpy(r->seen[r->families++], r->name);
	found = sscanf(line, "# TYPE %*s %15s", r->type);
	assert_int_equal(found, 1);
	r->unit[0] = '\0';
	r->has_help = false;
}

static void check_comment(struct reading *r, const char *line)
{
	char what[8], name[64];
	int found = sscanf(line, "# %7s %63s", what, name);

	assert_int_equal(found, 2);
	if (!strcmp(what, "TYPE")) {
		strcpy(r->name, name);
		begin_family(r, line);
		return;
	}
	assert_string_equal(name, r->name);
	if (!strcmp(what, "UNIT")) {
		size_t tail;

		assert_false(r->has_help);
		found = sscanf(line, "# UNIT %*s %15s", r->unit);
		assert_int_equal(found, 1);
		tail = strlen(r->name) - strlen(r->unit);
		assert_string_equal(r->name + tail, r->unit);
		assert_int_equal(r->name[tail - 1], '_');
	} else {
		assert_string_equal(what, "HELP");
		r->has_help = true;
	}
}

/* After the labels, in which brackets may be quoted. */
static const char *after_labels(const char *p)
{
	bool quoted = false;

	if (*p != '{')
		return p;
	for (p++; *p && (quoted || *p != '}'); p++) {
		if (*p == '\\' && quoted)
			p++;
		else if (*p == '"')
			quoted = !quoted;
	}
	assert_int_equal(*p, '}');
	return p + 1;
}

static void check_sample(const struct reading *r, const char *line)
{
	const char *tail = !strcmp(r->type, "counter") ? "_total" :
			   !strcmp(r->type, "info")    ? "_info" :
							 "";
	size_t named = strlen(r->name);
	char *end;

	assert_true(r->has_help);
	assert_memory_equal(line, "vamp_", 5);
	assert_memory_equal(line, r->name, named);
	assert_memory_equal(line + named, tail, strlen(tail));
	line = after_labels(line + named + strlen(tail));
	assert_int_equal(*line, ' ');
	assert_true(strtod(line + 1, &end) >= 0);
	assert_int_equal(*end, '\0');
}

static void check_syntax(void)
{
	struct reading r = { .families = 0 };
	char *copy = strdup(text), *line;
	char *rest = copy;
	bool ended = false;

	while ((line = strsep(&rest, "\n")) && *line) {
		assert_false(ended);
		ended = !strcmp(line, "# EOF");
		if (*line == '#' && !ended)
			check_comment(&r, line);
		else if (!ended)
			check_sample(&r, line);
	}
	assert_true(ended);
	free(copy);
}

static void text_is_openmetrics(void **state)
{
	(void)state;
	m.is_there = true;
	add_vm(0, "desk");
	add_vm(1, "a}\"b\\");
	render();
	check_syntax();
	m.is_there = false;
	render();
	check_syntax();
}

static void numbers_are_where_they_belong(void **state)
{
	(void)state;
	m.is_there = true;
	m.module.inputs = 7;
	m.module.classify_max_ns = 1500;
	m.module.reasons[VAMP_WHY_HALTED] = 3;
	m.input.sent = 5;
	m.input.started = 2;
	m.mend.moved = 4;
	add_vm(0, "desk");
	vms[0].counts.phases = 9;
	vms[0].counts.slow_ns = 2250000000u;
	m.vm[0].info.vm_load = 150;
	m.vm[0].run_delay_ns = 1;
	m.vm[0].cgroup = CGROUP_MENDED;
	render();
	expect_line("vamp_module_up 1");
	expect_line("vamp_inputs_total 7");
	expect_line("vamp_classification_max_seconds 0.000001500");
	expect_line("vamp_decisions_total{reason=\"halted\"} 3");
	expect_line("vamp_daemon_inputs_total{result=\"acted_on\"} 2");
	expect_line("vamp_daemon_inputs_total{result=\"ignored\"} 3");
	expect_line("vamp_daemon_cgroup_moves_total{direction=\"together\"} 4");
	expect_line("vamp_vm_phases_total{vm=\"desk\",pid=\"1000\"} 9");
	expect_line(
		"vamp_vm_slow_vcpu_seconds_total{vm=\"desk\",pid=\"1000\"} 2.250000000");
	expect_line("vamp_vm_load_ratio{vm=\"desk\",pid=\"1000\"} 1.50");
	expect_line(
		"vamp_vm_run_delay_seconds_total{vm=\"desk\",pid=\"1000\"} 0.000000001");
	expect_line(
		"vamp_vm_info{vm=\"desk\",pid=\"1000\",id=\"\",manager=\"libvirt\",input=\"uprobe\",cgroup=\"mended\"} 1");
}

static void names_are_escaped(void **state)
{
	(void)state;
	m.is_there = true;
	add_vm(0, "a\"} 1\nvamp_x 1\\");
	render();
	check_syntax();
	expect_line(
		"vamp_vm_inputs_total{vm=\"a\\\"} 1\\nvamp_x 1\\\\\",pid=\"1000\"} 0");
	assert_int_equal(count_lines("vamp_x"), 0);
}

static void vms_of_one_name_are_told_apart(void **state)
{
	(void)state;
	m.is_there = true;
	add_vm(0, "same");
	add_vm(1, "same");
	render();
	expect_line("vamp_vm_inputs_total{vm=\"same\",pid=\"1000\"} 0");
	expect_line("vamp_vm_inputs_total{vm=\"same\",pid=\"1001\"} 0");
}

static void a_module_that_is_gone_shows_nothing_old(void **state)
{
	(void)state;
	m.is_there = false;
	add_vm(0, "desk");
	render();
	assert_int_equal(count_lines("vamp_module_up 0"), 1);
	assert_int_equal(count_lines("vamp_inputs_total"), 0);
	assert_int_equal(count_lines("vamp_vm_vcpus{"), 0);
	assert_int_equal(count_lines("vamp_vm_info{"), 1);
}

static void the_size_is_bounded(void **state)
{
	char name[NAME_TEXT];

	(void)state;
	memset(name, '"', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	m.is_there = true;
	for (size_t i = 0; i < METRICS_VMS_MAX; i++)
		add_vm(i, name);
	m.vms = 4096;
	render();
	check_syntax();
	expect_line("vamp_daemon_vms_left_out 3584");
	assert_int_equal(count_lines("vamp_vm_info{"), METRICS_VMS_MAX);
	assert_true(size < 4u << 20);
}

static void every_reason_has_a_word_of_its_own(void **state)
{
	(void)state;
	m.is_there = true;
	render();
	assert_int_equal(count_lines("vamp_decisions_total{"), VAMP_REASONS);
	assert_null(strstr(text, "(null)"));
	check_syntax();
}

/* Each word "vamp_..." in what the dashboard asks for. */
static size_t check_names(const char *asked)
{
	size_t found = 0;

	for (const char *p = asked; (p = strstr(p, "vamp_"));) {
		size_t n = strspn(p, "abcdefghijklmnopqrstuvwxyz_");
		char name[64], with[3][70];
		bool there = false;

		snprintf(name, sizeof(name), "%.*s", (int)n, p);
		snprintf(with[0], sizeof(with[0]), "\n%s ", name);
		snprintf(with[1], sizeof(with[1]), "\n%s{", name);
		for (int i = 0; i < 2; i++)
			there |= !!strstr(text, with[i]);
		if (!there)
			fail_msg("the dashboard uses %s, which is not exported",
				 name);
		found++;
		p += n;
	}
	return found;
}

static size_t check_queries(struct json_object *o)
{
	size_t found = 0;

	if (json_object_is_type(o, json_type_array))
		for (size_t i = 0; i < json_object_array_length(o); i++)
			found += check_queries(json_object_array_get_idx(o, i));
	if (json_object_is_type(o, json_type_object)) {
		json_object_object_foreach(o, key, value) {
			if ((!strcmp(key, "expr") || !strcmp(key, "query")) &&
			    json_object_is_type(value, json_type_string))
				found += check_names(
					json_object_get_string(value));
			else
				found += check_queries(value);
		}
	}
	return found;
}

static void the_dashboard_asks_for_what_there_is(void **state)
{
	struct json_object *board = json_object_from_file(DASHBOARD);

	(void)state;
	assert_non_null(board);
	m.is_there = true;
	add_vm(0, "desk");
	render();
	assert_true(check_queries(board) > 15);
	json_object_put(board);
}

/* Each family that is exported is in the documentation's table. */
static void the_documentation_has_every_name(void **state)
{
	static char page[32768];
	FILE *f = fopen(METRICS_PAGE, "r");
	const char *p;

	(void)state;
	assert_non_null(f);
	page[fread(page, 1, sizeof(page) - 1, f)] = '\0';
	fclose(f);
	m.is_there = true;
	add_vm(0, "desk");
	render();
	for (p = text; (p = strstr(p, "# TYPE ")); p++) {
		char name[64], quoted[80], type[16];

		int found = sscanf(p, "# TYPE %63s %15s", name, type);

		assert_int_equal(found, 2);
		snprintf(quoted, sizeof(quoted), "`%s%s`", name,
			 !strcmp(type, "counter") ? "_total" :
			 !strcmp(type, "info")	  ? "_info" :
						    "");
		if (!strstr(page, quoted))
			fail_msg("%s is not documented", quoted);
	}
}

static int set_up(void **state)
{
	(void)state;
	memset(&m, 0, sizeof(m));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	free(text);
	text = NULL;
	return 0;
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(text_is_openmetrics),
		TEST(numbers_are_where_they_belong),
		TEST(names_are_escaped),
		TEST(vms_of_one_name_are_told_apart),
		TEST(a_module_that_is_gone_shows_nothing_old),
		TEST(the_size_is_bounded),
		TEST(every_reason_has_a_word_of_its_own),
		TEST(the_dashboard_asks_for_what_there_is),
		TEST(the_documentation_has_every_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
