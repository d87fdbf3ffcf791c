/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bench.h - the parts of the core's benchmark.
 *
 * Under callgrind each section's instructions are dumped under its name:
 * "pair/POLICY/PHASE/CASE core 1000", "… harness 1000" (the same loop without
 * the core) and "classify/POLICY/TASKS/VCPUS begin|step|end 1".
 */
#ifndef VAMP_BENCH_CORE_H
#define VAMP_BENCH_CORE_H

#include "policy.h"
#include "vm.h"

#define MS	VAMP_NSEC_PER_MSEC
#define US	1000ull

extern const struct vamp_policy *const bench_policies[2];

/* Counts the instructions from begin to end as section @name. */
void section_begin(void);
void section_end(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A VM with the defaults, kvm_vamp=13; never freed. */
struct vamp_vm *bench_vm(const struct vamp_policy *policy, u32 nr_vcpus,
			 enum vamp_track track);

u64 bench_random(u64 *rng, u64 n);

void bench_pairs(void);
void bench_classify(void);

/* The time of whole classifications on this machine, to standard output. */
void bench_time(void);

#endif /* VAMP_BENCH_CORE_H */
