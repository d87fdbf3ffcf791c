// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * param.c - the table of parameters that the core has.
 */
#include "param.h"

#include "load.h"
#include "policy.h"
#include "waker.h"

#define SECOND_NS	1000000000

#define PARAM(_name, _field, _min, _max, ...)                 \
	{                                                     \
		.name = _name, .offset = offsetof(struct vamp_config, _field), \
		.min = _min, .max = _max, __VA_ARGS__         \
	}

const struct vamp_param vamp_params[VAMP_PARAMS] = {
	[PARAM_POLICY] = PARAM("policy", policy, 0, 1),
	PARAM("kvm_vamp", kvm_vamp, 0, CONFIG_VAMP_MAX),
	PARAM("kvm_partial_boost", partial_boost, 0, CONFIG_BOOST_MAX),
	PARAM("bg_load_thresh_pct", bg_load_thresh_pct, 1, 100),
	PARAM("max_interactive_phase_msec", max_phase_ms, 100, 60000),
	PARAM("load_period_msec", load_period_ms, LOAD_PERIOD_MIN_MS,
	      LOAD_PERIOD_MAX_MS),
	PARAM("load_monitor_window", load_window_ns, 1000000, SECOND_NS),
	PARAM("load_prof_enabled", prof_enabled, 0, 1),
	PARAM("load_prof_period_msec", prof_period_ms, 10, 10000),
	PARAM("remote_wakeup_track_mode", wakeup_mode, 0, WAKEUP_ALL),
	PARAM("remote_wakeup_latency_ns", wakeup_latency_ns, 1000, 10000000),
	PARAM("make_room", make_room, 0, 1),
	PARAM("fast_hold_ns", fast_hold_ns, 1, SECOND_NS),
	PARAM("hint_hold_ns", hint_hold_ns, 1, SECOND_NS),
	PARAM("min_run_ns", min_run_ns, 1, SECOND_NS),
	PARAM("fast_slice_ns", fast_slice_ns, 100000, 100000000,
	      .or_zero = true),
	/* Not set by anybody: the host's. */
	PARAM("tick_ns", tick_ns, 0, SECOND_NS),
};

u32 vamp_param_find(const char *name)
{
	size_t len = strlen(name);
	u32 i;

	for (i = 0; i < VAMP_PARAMS; i++)
		if (strlen(vamp_params[i].name) == len &&
		    !memcmp(vamp_params[i].name, name, len))
			break;
	return i;
}

static u32 *field_of(const struct vamp_config *c, u32 i)
{
	return (u32 *)((char *)c + vamp_params[i].offset);
}

u32 vamp_param_get(const struct vamp_config *c, u32 i)
{
	if (i == PARAM_POLICY)
		return c->policy == &vamp_policy_vamp;
	return *field_of(c, i);
}

bool vamp_param_set(struct vamp_config *c, u32 i, u32 value)
{
	const struct vamp_param *p = &vamp_params[i];

	if (value > p->max || (value < p->min && !(p->or_zero && !value)))
		return false;
	if (i == PARAM_POLICY)
		c->policy = value ? &vamp_policy_vamp : &vamp_policy_vee14;
	else
		*field_of(c, i) = value;
	return true;
}
