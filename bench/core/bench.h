/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bench.h - the parts of the core's benchmark.
 *
 * Under callgrind each section's instructions are dumped under its name:
 * "pair/POLICY/PHASE/CASE core 1000", "… harness 1000" (the same loop without
 * the core), "event/POLICY/PHASE/CASE core 1000", "… harness 1000" and
 * "classify/POLICY/TASKS/VCPUS begin|step|end 1".
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

/* In a section: what is between is not counted. */
void section_pause(void);
void section_resume(void);

/* A VM with the defaults, kvm_vamp=13; never freed. */
struct vamp_vm *bench_vm(const struct vamp_policy *policy, u32 nr_vcpus,
			 enum vamp_track track);

/*
 * A VM with a full table, its task 1 busy on vCPU 0 for two seconds, and in a
 * MIXED phase if @mixed; *@o is what was observed there last.
 */
struct vamp_vm *bench_busy_vm(const struct vamp_policy *policy,
			      enum vamp_track track, bool mixed,
			      struct vamp_observed *o);

u64 bench_random(u64 *rng, u64 n);

void bench_pairs(void);
void bench_events(void);
void bench_classify(void);

/* The time of whole classifications on this machine, to standard output. */
void bench_time(void);

#endif /* VAMP_BENCH_CORE_H */
