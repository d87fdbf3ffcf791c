// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * evaluation.c - the rows of an evaluation as a table, data for a chart or a page.
 *
 *	evaluation table ROW...	for the eye
 *	evaluation data ROW	one line a mode: number, name, ratio of medians to
 *				off, its interval, background in percent of off
 *	evaluation page ROW...	HTML with all in it; the chart of ROW.json is
 *				ROW.svg beside it
 *
 * A ROW is a report of scenario evaluate. Intervals are of 95 %, by the percentile
 * bootstrap (Efron 1979) with a fixed seed: the same data gives the same page.
 */
#include <json-c/json.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MODES		16
#define SAMPLES		256
#define RESAMPLES	2000
#define EX_USAGE	64

struct mode {
	const char *name;
	double sample[SAMPLES];		/* ms, ascending */
	unsigned int n;
	double background, own_share;
};

struct row {
	const char *path;
	struct json_object *json;
	struct mode mode[MODES];
	unsigned int nr_modes;
	const struct mode *off, *idle;
};

struct interval {
	double value, low, high;
};

static struct json_object *get(struct json_object *o, const char *name)
{
	return json_object_object_get(o, name);
}

static const char *text(const struct row *r, const char *name)
{
	return json_object_get_string(get(r->json, name));
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Of @n ascending values, between the two nearest. */
static double percentile(const double *v, unsigned int n, double p)
{
	double rank = p / 100 * (n - 1);
	unsigned int below = rank;

	if (!n)
		return 0;
	if (below + 1 >= n)
		return v[n - 1];
	if (v[below] == v[below + 1])		/* both may be infinite */
		return v[below];
	return v[below] + (rank - below) * (v[below + 1] - v[below]);
}

static void read_samples(struct mode *m, struct json_object *list)
{
	size_t n = json_object_array_length(list);

	for (size_t i = 0; i < n && m->n < SAMPLES; i++)
		m->sample[m->n++] = json_object_get_double(
			json_object_array_get_idx(list, i));
	qsort(m->sample, m->n, sizeof(*m->sample), ascending);
}

static void read_mode(struct row *r, const char *name, struct json_object *o)
{
	struct mode *m = &r->mode[r->nr_modes];

	if (r->nr_modes == MODES)
		return;
	m->name = name;
	read_samples(m, get(get(o, "response_ms"), "samples"));
	m->background = json_object_get_double(get(o, "background_rate"));
	m->own_share = json_object_get_double(
		json_object_array_get_idx(get(o, "cpu_shares"), 0));
	if (!strcmp(name, "off"))
		r->off = m;
	else if (!strcmp(name, "idle"))
		r->idle = m;
	r->nr_modes++;
}

static int read_row(struct row *r, const char *path)
{
	struct json_object *modes;

	r->path = path;
	r->json = json_object_from_file(path);
	modes = get(r->json, "modes");
	if (modes) {
		json_object_object_foreach(modes, name, o)
			read_mode(r, name, o);
	}
	if (r->off && r->idle && r->off->n && r->idle->n)
		return 0;
	fprintf(stderr, "%s: modes off and idle are missing\n", path);
	return -1;
}

static const struct mode *find_mode(const struct row *r, const char *name)
{
	for (unsigned int i = 0; i < r->nr_modes; i++)
		if (!strcmp(r->mode[i].name, name))
			return &r->mode[i];
	return NULL;
}

static uint64_t random_next(uint64_t *state)
{
	/* xorshift64*, Vigna 2016 */
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545f4914f6cdd1dull;
}

static double resampled_median(const struct mode *m, uint64_t *random)
{
	double v[SAMPLES];

	for (unsigned int i = 0; i < m->n; i++)
		v[i] = m->sample[random_next(random) % m->n];
	qsort(v, m->n, sizeof(*v), ascending);
	return percentile(v, m->n, 50);
}

static double quotient(double a, double b)
{
	return b > 0 ? a / b : INFINITY;
}

/* Median of @m over that of @base; infinite if that is 0. */
static struct interval median_ratio(const struct mode *m,
				    const struct mode *base)
{
	double ratio[RESAMPLES];
	uint64_t random = 1;
	struct interval i = { 0 };

	if (!m->n || !base->n)
		return i;
	for (unsigned int k = 0; k < RESAMPLES; k++)
		ratio[k] = quotient(resampled_median(m, &random),
				    resampled_median(base, &random));
	qsort(ratio, RESAMPLES, sizeof(*ratio), ascending);
	i.value = quotient(percentile(m->sample, m->n, 50),
			   percentile(base->sample, base->n, 50));
	i.low = percentile(ratio, RESAMPLES, 2.5);
	i.high = percentile(ratio, RESAMPLES, 97.5);
	return i;
}

static double percent(double value, double of)
{
	return of > 0 ? 100 * value / of : 0;
}

static double background(const struct row *r, const struct mode *m)
{
	return percent(m->background, r->off->background);
}

/* Of VM A, against mode off: how far from fair. */
static double share(const struct row *r, const struct mode *m)
{
	return percent(m->own_share, r->off->own_share);
}

/* Times are told in whole ms. */
static int decimals(const struct row *r)
{
	const char *unit = text(r, "unit");

	return unit && strcmp(unit, "ms") ? 1 : 0;
}

static void print_title(const struct row *r, const char *before,
			const char *after)
{
	const char *unit = text(r, "unit");

	printf("%s%s (%s) at load %s, kernel %s%s\n", before,
	       text(r, "application"), unit ? unit : "ms", text(r, "load"),
	       text(r, "kernel"), after);
}

static void print_table(const struct row *r)
{
	int digits = decimals(r);

	print_title(r, "", "");
	printf("%-12s %4s %9s %9s %9s  %-22s %8s %10s %9s\n", "mode", "n",
	       "median", "p95", "p99", "of off (95 %)", "of idle", "background",
	       "VM share");
	for (unsigned int i = 0; i < r->nr_modes; i++) {
		const struct mode *m = &r->mode[i];
		struct interval off = median_ratio(m, r->off);

		printf("%-12s %4u %9.*f %9.*f %9.*f  %.3f (%.3f to %.3f) %8.3f %9.0f%% %8.1f%%\n",
		       m->name, m->n, digits, percentile(m->sample, m->n, 50),
		       digits, percentile(m->sample, m->n, 95), digits,
		       percentile(m->sample, m->n, 99), off.value, off.low,
		       off.high, median_ratio(m, r->idle).value,
		       background(r, m), share(r, m));
	}
	putchar('\n');
}

static void print_data(const struct row *r)
{
	for (unsigned int i = 0; i < r->nr_modes; i++) {
		const struct mode *m = &r->mode[i];
		struct interval off = median_ratio(m, r->off);

		printf("%u \"%s\" %.4f %.4f %.4f %.1f\n", i + 1, m->name,
		       off.value, off.low, off.high, background(r, m));
	}
}

/* A chart is left out if it was not drawn. */
static void print_chart(const struct row *r)
{
	char path[512], line[1024];
	size_t n = strlen(r->path);
	FILE *f;

	if (n < 5 || n >= sizeof(path))
		return;
	snprintf(path, sizeof(path), "%.*s.svg", (int)n - 5, r->path);
	f = fopen(path, "re");
	if (!f)
		return;
	while (fgets(line, sizeof(line), f))
		if (strncmp(line, "<?xml", 5) && strncmp(line, "<!DOCTYPE", 9))
			fputs(line, stdout);
	fclose(f);
}

static void print_cells(const struct row *r)
{
	int digits = decimals(r);

	for (unsigned int i = 0; i < r->nr_modes; i++) {
		const struct mode *m = &r->mode[i];
		struct interval off = median_ratio(m, r->off);
		struct interval idle = median_ratio(m, r->idle);

		printf("<tr><th>%s<td>%u<td>%.*f<td>%.*f<td>%.*f"
		       "<td>%.3f<td>%.3f to %.3f<td>%.3f<td>%.3f to %.3f"
		       "<td>%.0f<td>%.1f\n",
		       m->name, m->n, digits, percentile(m->sample, m->n, 50),
		       digits, percentile(m->sample, m->n, 95), digits,
		       percentile(m->sample, m->n, 99), off.value, off.low,
		       off.high, idle.value, idle.low, idle.high,
		       background(r, m), share(r, m));
	}
}

static void print_section(const struct row *r)
{
	print_title(r, "<h2>", "</h2>");
	print_chart(r);
	puts("<table><tr><th>mode<th>n<th>median<th>p95<th>p99"
	     "<th>of off<th>95 % interval<th>of idle<th>95 % interval"
	     "<th>background, % of off<th>VM's share, % of off");
	print_cells(r);
	puts("</table>");
}

static void print_head(void)
{
	puts("<!DOCTYPE html>\n<html lang=\"en\"><meta charset=\"utf-8\">"
	     "<title>vAMP: evaluation</title>\n<style>"
	     "body{font:15px sans-serif;max-width:70em;margin:2em auto;"
	     "padding:0 1em;color:#222}"
	     "table{border-collapse:collapse;margin:1em 0}"
	     "th,td{padding:.2em .7em;text-align:right;"
	     "border-bottom:1px solid #ddd}"
	     "th:first-child{text-align:left}small{color:#666}svg{max-width:100%;height:auto}"
	     "</style>\n<h1>vAMP: evaluation</h1>\n"
	     "<p>Response times of an application in a VM that also has "
	     "background work. Load: busy vCPUs for each CPU of the host. "
	     "Within a row all modes ran interleaved in one boot, so its "
	     "ratios mean something; times on an emulated host do not.</p>");
}

/* A line for a mode of the first row, a column for each row. */
static void print_overview_line(const struct row *rows, unsigned int n,
				const char *name)
{
	printf("<tr><th>%s", name);
	for (unsigned int i = 0; i < n; i++) {
		const struct mode *m = find_mode(&rows[i], name);
		struct interval off;

		if (!m) {
			fputs("<td>", stdout);
			continue;
		}
		off = median_ratio(m, rows[i].off);
		printf("<td>%.2f<br><small>%.2f to %.2f</small>", off.value,
		       off.low, off.high);
	}
	putchar('\n');
}

static void print_overview(const struct row *rows, unsigned int n)
{
	puts("<h2>All rows: medians, of mode off, with intervals of 95 %</h2>"
	     "<table><tr><th>mode");
	for (unsigned int i = 0; i < n; i++)
		printf("<th>%s<br><small>load %s<br>%s</small>",
		       text(&rows[i], "application"), text(&rows[i], "load"),
		       text(&rows[i], "kernel"));
	putchar('\n');
	for (unsigned int i = 0; i < rows[0].nr_modes; i++)
		print_overview_line(rows, n, rows[0].mode[i].name);
	puts("</table>");
}

static void print_page(const struct row *rows, unsigned int n)
{
	print_head();
	print_overview(rows, n);
	for (unsigned int i = 0; i < n; i++)
		print_section(&rows[i]);
}

static struct row *read_rows(char **paths, unsigned int n)
{
	struct row *rows = calloc(n, sizeof(*rows));

	for (unsigned int i = 0; rows && i < n; i++)
		if (read_row(&rows[i], paths[i]))
			return NULL;
	return rows;
}

int main(int argc, char **argv)
{
	unsigned int n = argc > 2 ? argc - 2 : 0;
	struct row *rows = n ? read_rows(argv + 2, n) : NULL;

	if (!n)
		return EX_USAGE;
	if (!rows)
		return 1;
	if (!strcmp(argv[1], "page"))
		print_page(rows, n);
	else if (!strcmp(argv[1], "data"))
		print_data(rows);
	else
		for (unsigned int i = 0; i < n; i++)
			print_table(&rows[i]);
	return 0;
}
