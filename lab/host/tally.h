/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tally.h - what was measured in one mode, summed over its blocks.
 */
#ifndef LAB_TALLY_H
#define LAB_TALLY_H

#include <json-c/json.h>
#include <vamp/uapi.h>

#include "pair.h"

/*
 * Work of a VM's background processes over the guest's own time: units, or ms of
 * CPU time of real jobs.
 */
struct rate {
	double work;
	double seconds;
};

struct tally {
	struct series response;		/* ms */
	struct series first;		/* of each block */
	double answers;			/* work done for the responses, in units */
	struct rate background;
	struct rate neighbour;
	struct series rounds;		/* the neighbour's rate in each */
	uint64_t cpu_ns[VM_MAX];	/* of VM A, of its neighbours */
	struct vamp_counters counters;
};

/* What the clocks and counters said when a block began. */
struct start {
	struct guest_stat a, b;
	uint64_t cpu_ns[VM_MAX];
	struct vamp_counters counters;
};

/* @module: is it loaded, so that it can be asked? */
void tally_begin(struct start *s, struct pair *p, bool module);
void tally_end(struct tally *t, const struct start *s, struct pair *p,
	       bool module);

/* A response of @ms (or what else is measured); the @first of a block? */
void tally_respond(struct tally *t, double ms, bool first);

/* The guest did @work units for its responses. */
void tally_work(struct tally *t, double work);

double rate_per_second(const struct rate *r);

/* Of neighbour B, in the CPU time of all. */
double tally_neighbour_share(const struct tally *t);

/*
 * All work done a second on the VMs' CPUs, which are never idle: as constant as the
 * machine below is quiet.
 */
double tally_total_rate(const struct tally *t);

/*
 * The neighbour's rate against that in @base, in the same rounds: the machine
 * below changes its speed from one minute to the next.
 */
double tally_neighbour_ratio(const struct tally *t, const struct tally *base);

struct json_object *tally_json(const struct tally *t);

#endif
