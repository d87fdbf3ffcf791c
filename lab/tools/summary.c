// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * summary.c - a desktop report for the eye, and as data for the chart.
 *
 *	summary table REPORT	one line for each mode
 *	summary data REPORT	"samples": mode number, response in ms;
 *				"modes": number, name, median, p95 and the two
 *				rates in percent of mode off
 */
#include <json-c/json.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

struct mode {
	const char *name;
	struct json_object *json;
	int n;
	double median, p95, background, neighbour;
};

#define MODES	8	/* at most */

static struct mode modes[MODES];
static int nr_modes;

/* What the others are compared with. */
static const struct mode *off;

static struct json_object *get(struct json_object *o, const char *name)
{
	return json_object_object_get(o, name);
}

static double number(struct json_object *o, const char *name)
{
	return json_object_get_double(get(o, name));
}

static void read_mode(struct mode *m)
{
	struct json_object *ms;

	ms = get(m->json, "response_ms");
	m->n = json_object_get_int(get(ms, "n"));
	m->median = number(ms, "median");
	m->p95 = number(ms, "p95");
	m->background = number(m->json, "background_rate");
	m->neighbour = number(m->json, "neighbour_rate");
}

static double percent(double value, double of)
{
	return of > 0 ? 100 * value / of : 0;
}

static void print_table(struct json_object *root)
{
	printf("Response to a key press, kernel %s\n\n",
	       json_object_get_string(get(root, "kernel")));
	printf("%-10s %5s %10s %10s %9s %12s %12s\n", "mode", "n", "median",
	       "p95", "of off", "background", "neighbour");
	for (int i = 0; i < nr_modes; i++) {
		const struct mode *m = &modes[i];

		printf("%-10s %5d %7.0f ms %7.0f ms %8.0f%% %11.0f%% %11.0f%%\n",
		       m->name, m->n, m->median, m->p95,
		       percent(m->median, off->median),
		       percent(m->background, off->background),
		       percent(m->neighbour, off->neighbour));
	}
	printf("\nbackground, neighbour: work done by the background processes "
	       "of the same VM\nand of the other VM, in percent of mode off\n");
}

static void print_samples(int number, const struct mode *m)
{
	struct json_object *list = get(get(m->json, "response_ms"), "samples");

	for (size_t i = 0; i < json_object_array_length(list); i++)
		printf("%d %.1f\n", number,
		       json_object_get_double(
			       json_object_array_get_idx(list, i)));
}

/* Two data sets, which gnuplot tells apart by two empty lines. */
static void print_data(void)
{
	for (int i = 0; i < nr_modes; i++)
		print_samples(i + 1, &modes[i]);
	printf("\n\n");
	for (int i = 0; i < nr_modes; i++)
		printf("%d %s %.1f %.1f %.1f %.1f\n", i + 1, modes[i].name,
		       modes[i].median, modes[i].p95,
		       percent(modes[i].background, off->background),
		       percent(modes[i].neighbour, off->neighbour));
}

static void read_modes(struct json_object *all)
{
	json_object_object_foreach(all, name, json) {
		struct mode *m = &modes[nr_modes];

		if (nr_modes == MODES)
			break;
		m->name = name;
		m->json = json;
		read_mode(m);
		if (!strcmp(name, "off"))
			off = m;
		nr_modes++;
	}
}

int main(int argc, char **argv)
{
	struct json_object *root, *all;

	if (argc != 3)
		return 64;
	root = json_object_from_file(argv[2]);
	all = get(root, "modes");
	if (!all) {
		fprintf(stderr, "%s: no modes in it\n", argv[2]);
		return 1;
	}
	read_modes(all);
	if (!off) {
		fprintf(stderr, "%s: mode off is missing\n", argv[2]);
		return 1;
	}
	if (!strcmp(argv[1], "table"))
		print_table(root);
	else
		print_data();
	return 0;
}
