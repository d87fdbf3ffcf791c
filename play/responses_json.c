// SPDX-License-Identifier: GPL-2.0-or-later
/* responses_json.c - responses as JSON; its fields are in docs/vampplay.md. */
#include <json-c/json.h>

#include "responses.h"

#define MS	1000.0		/* us */

static void add_ms(struct json_object *to, const char *name, double ms)
{
	char text[32];

	snprintf(text, sizeof(text), "%.3f", ms);
	json_object_object_add(to, name, json_object_new_double_s(ms, text));
}

static void add_text(struct json_object *to, const char *name, const char *text)
{
	json_object_object_add(to, name, json_object_new_string(text));
}

static void add_number(struct json_object *to, const char *name, uint64_t n)
{
	json_object_object_add(to, name, json_object_new_int64((int64_t)n));
}

static void add_quantile(struct json_object *to, const char *name,
			 const struct quantile *q)
{
	struct json_object *o = json_object_new_object();

	add_ms(o, "value", q->value);
	if (q->has_low)
		add_ms(o, "low", q->low);
	if (q->has_high)
		add_ms(o, "high", q->high);
	json_object_object_add(to, name, o);
}

static struct json_object *statistics(const struct stats *s)
{
	struct json_object *o = json_object_new_object();

	add_number(o, "n", s->n);
	if (!s->n)
		return o;
	add_ms(o, "least", s->least);
	add_ms(o, "most", s->most);
	add_ms(o, "mean", s->mean);
	add_quantile(o, "median", &s->median);
	add_quantile(o, "p95", &s->p95);
	add_quantile(o, "p99", &s->p99);
	return o;
}

static struct json_object *raw(const struct response *one)
{
	struct json_object *o = json_object_new_object();
	const struct result *x = &one->result;

	add_number(o, "repetition", one->repetition);
	add_number(o, "point", one->point);
	add_text(o, "outcome", outcome_name(x->outcome));
	if (x->outcome == OUTCOME_TIMED || x->outcome == OUTCOME_EARLY)
		add_ms(o, "response_ms", (double)x->response_us / MS);
	add_ms(o, "at_ms", (double)x->at_us / MS);
	add_ms(o, "wait_ms", (double)x->wait_us / MS);
	add_number(o, "differing", x->match.differ);
	add_number(o, "allowed", x->match.allowed);
	add_number(o, "samples", x->match.nr);
	return o;
}

static struct json_object *settings(const struct replay_settings *set)
{
	struct json_object *o = json_object_new_object();

	add_text(o, "from", set->from_press ? "press" : "release");
	add_ms(o, "start_ms", (double)set->start_us / MS);
	add_ms(o, "timeout_ms", (double)set->timeout_us / MS);
	add_ms(o, "think_ms", (double)set->think_us / MS);
	add_ms(o, "tolerance_press_percent", set->tolerance.press / 100.0);
	add_ms(o, "tolerance_point_percent", set->tolerance.point / 100.0);
	add_number(o, "tolerance_colour", set->tolerance.colour);
	return o;
}

static bool add_points(const struct responses *r, struct json_object *to)
{
	struct json_object *points = json_object_new_array(), *o;
	struct stats s;
	uint32_t i;

	json_object_object_add(to, "points", points);
	for (i = 1; i <= r->points; i++) {
		if (!responses_stats(r, i, &s))
			return false;
		o = statistics(&s);
		add_number(o, "point", i);
		json_object_array_add(points, o);
	}
	if (!responses_stats(r, 0, &s))
		return false;
	json_object_object_add(to, "all", statistics(&s));
	return true;
}

static void add_raw(const struct responses *r, struct json_object *to)
{
	struct json_object *list = json_object_new_array();
	size_t i;

	json_object_object_add(to, "responses", list);
	for (i = 0; i < r->nr; i++)
		json_object_array_add(list, raw(&r->response[i]));
}

bool responses_json(const struct responses *r,
		    const struct responses_about *about, FILE *to)
{
	struct json_object *o = json_object_new_object();
	bool good;

	add_text(o, "trace", about->trace);
	add_text(o, "server", about->server);
	add_number(o, "repetitions", r->repetitions);
	json_object_object_add(o, "settings", settings(about->set));
	good = add_points(r, o);
	add_raw(r, o);
	if (good)
		fprintf(to, "%s\n",
			json_object_to_json_string_ext(
				o, JSON_C_TO_STRING_PRETTY |
					   JSON_C_TO_STRING_SPACED));
	json_object_put(o);
	return good && !ferror(to);
}
