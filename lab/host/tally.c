// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tally.c - what was measured in one mode.
 */
#include "cgroup.h"
#include "device.h"
#include "tally.h"

/* Real jobs take too long to be counted: their CPU time in ms. */
static double progress(const struct guest_stat *s, bool jobs)
{
	uint64_t ns = 0;

	if (!jobs)
		return s->work;
	for (unsigned int i = 0; i < s->n; i++)
		ns += s->cpu_ns[i];
	return ns / 1e6;
}

static void rate_add(struct rate *r, const struct guest_stat *before,
		     const struct guest_stat *after, bool jobs)
{
	r->work += progress(after, jobs) - progress(before, jobs);
	r->seconds += (after->now_ns - before->now_ns) / 1e9;
}

double rate_per_second(const struct rate *r)
{
	return r->seconds > 0 ? r->work / r->seconds : 0;
}

void tally_begin(struct start *s, struct pair *p, bool module)
{
	if (module)
		device_counters(&s->counters);
	guest_stat(&p->a, &s->a);
	guest_stat(&p->b, &s->b);
	for (unsigned int i = 0; pair_vm(p, i); i++)
		s->cpu_ns[i] = cgroup_cpu_ns(pair_vm(p, i)->name);
}

static void add_neighbour(struct tally *t, const struct guest_stat *before,
			  const struct guest_stat *after)
{
	struct rate block = { 0 };

	rate_add(&block, before, after, false);
	series_add(&t->rounds, rate_per_second(&block));
	rate_add(&t->neighbour, before, after, false);
}

void tally_end(struct tally *t, const struct start *s, struct pair *p,
	       bool module)
{
	struct vamp_counters now;
	struct guest_stat a, b;

	for (unsigned int i = 0; pair_vm(p, i); i++)
		t->cpu_ns[i] +=
			cgroup_cpu_ns(pair_vm(p, i)->name) - s->cpu_ns[i];
	guest_stat(&p->a, &a);
	guest_stat(&p->b, &b);
	rate_add(&t->background, &s->a, &a, p->desktop);
	add_neighbour(t, &s->b, &b);
	if (!module)
		return;
	device_counters(&now);
	device_counters_add(&t->counters, &s->counters, &now);
}

void tally_respond(struct tally *t, double ms, bool first)
{
	series_add(&t->response, ms);
	if (first)
		series_add(&t->first, ms);
}

void tally_work(struct tally *t, double work)
{
	t->answers += work;
}

static double share(const struct tally *t, unsigned int vm)
{
	uint64_t all = 0;

	for (unsigned int i = 0; i < VM_MAX; i++)
		all += t->cpu_ns[i];
	return all ? (double)t->cpu_ns[vm] / all : 0;
}

double tally_neighbour_share(const struct tally *t)
{
	return share(t, 1);
}

static struct json_object *shares_json(const struct tally *t)
{
	struct json_object *list = json_object_new_array();

	for (unsigned int i = 0; i < VM_MAX && t->cpu_ns[i]; i++)
		json_object_array_add(list, json_number(share(t, i), 4));
	return list;
}

double tally_total_rate(const struct tally *t)
{
	struct rate all = t->neighbour;

	all.work += t->background.work + t->answers;
	return rate_per_second(&all);
}

double tally_neighbour_ratio(const struct tally *t, const struct tally *base)
{
	struct series ratios = { 0 };

	for (unsigned int i = 0; i < t->rounds.n && i < base->rounds.n; i++)
		if (base->rounds.value[i] > 0)
			series_add(&ratios,
				   t->rounds.value[i] / base->rounds.value[i]);
	return series_median(&ratios);
}

static struct json_object *response_json(const struct tally *t)
{
	struct json_object *ms = json_object_new_object();

	json_object_object_add(ms, "n", json_object_new_int(t->response.n));
	json_object_object_add(ms, "median",
			       json_number(series_median(&t->response), 1));
	json_object_object_add(
		ms, "p95", json_number(series_percentile(&t->response, 95), 1));
	json_object_object_add(ms, "samples", series_json(&t->response));
	json_object_object_add(ms, "first_samples", series_json(&t->first));
	return ms;
}

static void add_number(struct json_object *o, const char *name, double value,
		       int digits)
{
	json_object_object_add(o, name, json_number(value, digits));
}

struct json_object *tally_json(const struct tally *t)
{
	struct json_object *o = json_object_new_object();
	struct vamp_counters zero = { 0 };

	json_object_object_add(o, "response_ms", response_json(t));
	add_number(o, "background_rate", rate_per_second(&t->background), 1);
	add_number(o, "neighbour_rate", rate_per_second(&t->neighbour), 1);
	json_object_object_add(o, "neighbour_rounds", series_json(&t->rounds));
	add_number(o, "neighbour_cpu_share", tally_neighbour_share(t), 4);
	json_object_object_add(o, "cpu_shares", shares_json(t));
	add_number(o, "total_rate", tally_total_rate(t), 1);
	json_object_object_add(o, "counters",
			       device_counters_json(&zero, &t->counters));
	return o;
}
