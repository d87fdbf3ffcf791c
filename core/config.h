/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * config.h - what an administrator can set. One structure serves all VMs; its
 * owner may change single fields at any time, each takes effect at the next
 * decision. A policy takes effect at the next phase.
 */
#ifndef VAMP_CORE_CONFIG_H
#define VAMP_CORE_CONFIG_H

#include "types.h"

struct vamp_policy;

struct vamp_config {
	const struct vamp_policy *policy;
	u32 kvm_vamp;		/* 0 off, 1..19 nice of slow vCPUs, 20..38 dynamic */
	u32 bg_load_thresh_pct;	/* of one CPU; above it a task is background */
	u32 max_phase_ms;	/* length of a phase after its last input */
	u32 load_period_ms;	/* epoch; read once, when a VM is made */
	u32 load_window_ns;	/* execution over which the dynamic nice looks */
	u32 tick_ns;		/* how late a thread's CPU time may be, at most */
	u32 make_room;		/* 1: background vCPUs make room for neighbours */
	u32 wakeup_mode;	/* enum vamp_wakeup_mode (waker.h) */
	u32 wakeup_latency_ns;	/* from an injection to who was woken */
	u32 partial_boost;	/* 0 off, 1 slice, 2 slice and nice (weight.c) */
	u32 prof_enabled;	/* 1: profile phases every prof_period_ms */
	u32 prof_period_ms;
	/* policy vamp only; times of guest execution on the vCPU */
	u32 fast_hold_ns;	/* full weight after an interactive task ran */
	u32 hint_hold_ns;	/* and after an interrupt that may wake one */
	u32 min_run_ns;		/* a shorter run earns no hold */
	u32 fast_slice_ns;	/* slice of fast vCPUs in a phase, or 0: as it is */
};

#define CONFIG_NICE_MAX		19
#define CONFIG_VAMP_MAX		38
#define CONFIG_BOOST_MAX	2

/* clang-format off */
/* The defaults: the original's, and what the lab showed to be good. */
#define VAMP_CONFIG_DEFAULTS				\
	.policy = &vamp_policy_vamp,			\
	.bg_load_thresh_pct = 50,			\
	.max_phase_ms = 5000,				\
	.load_period_ms = 32,				\
	.load_window_ns = 30000000,			\
	.make_room = 1,					\
	.wakeup_mode = 15,				\
	.wakeup_latency_ns = 20000,			\
	.prof_period_ms = 120,				\
	.fast_hold_ns = 32000000,			\
	.hint_hold_ns = 8000000,			\
	.min_run_ns = 500000
/* clang-format on */

extern const struct vamp_policy vamp_policy_vamp;

#endif /* VAMP_CORE_CONFIG_H */
