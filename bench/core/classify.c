// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * classify.c - the slow path: whole classifications, in steps of 256 slots and
 * threads.
 */
#include <stdio.h>
#include <time.h>

#include "bench.h"

#define STEP	256	/* as kmod/phase.c */
#define ROUNDS	50

struct size {
	u32 tasks, vcpus;
};

static const struct size sizes[] = {
	{ 64, 2 },  { 256, 2 },	 { 1024, 2 },  { 64, 8 },    { 256, 8 },
	{ 1024, 8 }, { 64, 16 }, { 256, 16 }, { 1024, 16 },
};

#define SIZES (sizeof(sizes) / sizeof(sizes[0]))

/* On how many vCPUs each task ran: 2 to 4, if there are threads for that. */
static u32 spread(const struct vamp_vm *vm, const struct size *s, u64 *rng)
{
	u32 room = vm->tasks.nr_threads / s->tasks;
	u32 n = 2 + (u32)bench_random(rng, 3);

	if (n > room)
		n = room;
	return n < s->vcpus ? n : s->vcpus;
}

/* One slice for task @id on each of its vCPUs; clocks are per vCPU. */
static void run_task(struct vamp_vm *vm, struct vamp_observed *o, u64 id,
		     u32 first, u32 n, u64 slice)
{
	u32 i;

	for (i = 0; i < n; i++) {
		u32 v = (first + i) % vm->nr_vcpus;

		o[v].task_id = id;
		vamp_vcpu_entry(vm, &vm->vcpu[v], &o[v]);
		o[v].now += slice;
		o[v].cpu_time += slice;
		vamp_vcpu_entry(vm, &vm->vcpu[v], &o[v]);
	}
}

/* Two rounds over all tasks in the last second: every ring is in the window. */
static struct vamp_vm *busy_vm(const struct vamp_policy *policy,
			       const struct size *s, u64 *now)
{
	struct vamp_vm *vm = bench_vm(policy, s->vcpus, TRACK_SAMPLE);
	struct vamp_observed o[16];
	u64 slice = 450 * MS * s->vcpus / (3 * s->tasks);
	u32 round, id, v;

	for (v = 0; v < s->vcpus; v++)
		o[v] = (struct vamp_observed){ .now = 3200 * MS };
	for (round = 0; round < 2; round++) {
		u64 rng = 1;

		for (id = 0; id < s->tasks; id++) {
			u32 first = (u32)bench_random(&rng, s->vcpus);

			run_task(vm, o, 100 + id, first, spread(vm, s, &rng),
				 slice);
		}
	}
	*now = 3200 * MS + 1000 * MS;
	for (v = 0; v < s->vcpus; v++) {
		o[v].now = *now;
		vamp_vcpu_sync(vm, &vm->vcpu[v], &o[v]);
	}
	return vm;
}

static void count_size(const struct vamp_policy *policy, const struct size *s)
{
	static const char format[] = "classify/%s/%u/%u %s 1";
	struct vamp_vm *vm;
	bool classify, more;
	u64 now;

	vm = busy_vm(policy, s, &now);
	vamp_input(vm, now, INPUT_KEY_PRESS, INPUT_ENTER, &classify);
	section_begin();
	vamp_classify_begin(vm, now);
	section_end(format, policy->name, s->tasks, s->vcpus, "begin");
	do {
		section_begin();
		more = vamp_classify_step(vm, STEP);
		section_end(format, policy->name, s->tasks, s->vcpus, "step");
	} while (more);
	section_begin();
	vamp_classify_end(vm);
	section_end(format, policy->name, s->tasks, s->vcpus, "end");
	section_begin();
	vamp_phase_end(vm);
	section_end(format, policy->name, s->tasks, s->vcpus, "phase_end");
}

void bench_classify(void)
{
	size_t p, i;

	for (p = 0; p < 2; p++)
		for (i = 0; i < SIZES; i++)
			count_size(bench_policies[p], &sizes[i]);
}

static u64 clock_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (u64)t.tv_sec * 1000000000 + (u64)t.tv_nsec;
}

/* The median would hide little here: the least is what the code costs. */
static void time_size(const struct size *s)
{
	u64 now, least = ~0ull, least_step = ~0ull, begun, step, t;
	u32 i;
	struct vamp_vm *vm = busy_vm(&vamp_policy_vamp, s, &now);

	for (i = 0; i < ROUNDS; i++) {
		u64 longest = 0;

		begun = step = clock_ns();
		vamp_classify_begin(vm, now);
		while (vamp_classify_step(vm, STEP)) {
			t = clock_ns();
			longest = vamp_max(longest, t - step);
			step = t;
		}
		vamp_classify_end(vm);
		least = vamp_min(least, clock_ns() - begun);
		least_step = vamp_min(least_step, longest);
	}
	printf("%u %u %llu %llu\n", s->tasks, s->vcpus,
	       (unsigned long long)least, (unsigned long long)least_step);
}

void bench_time(void)
{
	size_t i;

	for (i = 0; i < SIZES; i++)
		time_size(&sizes[i]);
}
