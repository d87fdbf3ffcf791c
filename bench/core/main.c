// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * main.c - the core's benchmark: `bench count` under callgrind, `bench time`
 * and `bench size` without it.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <valgrind/callgrind.h>

#include "bench.h"

const struct vamp_policy *const bench_policies[2] = {
	&vamp_policy_vee14,
	&vamp_policy_vamp,
};

void section_begin(void)
{
	CALLGRIND_ZERO_STATS;
}

void section_end(const char *format, ...)
{
	char name[128];
	va_list args;

	CALLGRIND_DUMP_STATS_AT("uncounted");
	va_start(args, format);
	vsnprintf(name, sizeof(name), format, args);
	va_end(args);
	printf("%s\n", name);
}

void section_pause(void)
{
	CALLGRIND_TOGGLE_COLLECT;
}

void section_resume(void)
{
	CALLGRIND_TOGGLE_COLLECT;
}

struct vamp_vm *bench_vm(const struct vamp_policy *policy, u32 nr_vcpus,
			 enum vamp_track track)
{
	struct vamp_config *cfg = calloc(1, sizeof(*cfg));
	void *mem = calloc(1, vamp_vm_size(nr_vcpus));

	if (!cfg || !mem)
		abort();
	*cfg = (struct vamp_config){ VAMP_CONFIG_DEFAULTS };
	cfg->tick_ns = 4 * MS;
	cfg->policy = policy;
	cfg->kvm_vamp = 13;
	cfg->max_phase_ms = 3600 * 1000;
	return vamp_vm_init(mem, nr_vcpus, cfg, track, 3200 * MS);
}

/* The minimal standard generator (Park and Miller, 1988). */
u64 bench_random(u64 *rng, u64 n)
{
	*rng = *rng * 48271 % 2147483647;
	return *rng % n;
}

static void print_sizes(void)
{
	static const u32 vcpus[] = { 2, 8, 16 };
	size_t i;

	for (i = 0; i < sizeof(vcpus) / sizeof(vcpus[0]); i++)
		printf("%u %zu\n", vcpus[i], vamp_vm_size(vcpus[i]));
}

static void count(void)
{
	section_begin();
	section_end("nothing core 1");
	bench_pairs();
	bench_events();
	bench_classify();
}

int main(int argc, char **argv)
{
	const char *what = argc == 2 ? argv[1] : "";

	if (strcmp(what, "count") == 0) {
		count();
	} else if (strcmp(what, "time") == 0) {
		bench_time();
	} else if (strcmp(what, "size") == 0) {
		print_sizes();
	} else {
		fprintf(stderr, "usage: bench count|time|size\n");
		return 64;
	}
	return 0;
}
