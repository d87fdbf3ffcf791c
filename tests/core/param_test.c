// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * param_test.c - parameters by name.
 */
#include "fixture.h"
#include "param.h"
#include "policy.h"

static void every_name_leads_to_its_place(void **state)
{
	u32 i;

	(void)state;
	for (i = 0; i < VAMP_PARAMS; i++)
		assert_int_equal(vamp_param_find(vamp_params[i].name), i);
	assert_int_equal(vamp_param_find("kvm_vam"), VAMP_PARAMS);
	assert_int_equal(vamp_param_find("kvm_vampi"), VAMP_PARAMS);
	assert_int_equal(vamp_param_find(""), VAMP_PARAMS);
}

static void every_parameter_is_a_field_of_its_own(void **state)
{
	struct vamp_config c = { .policy = &vamp_policy_vee14 };
	u32 i;

	(void)state;
	for (i = 0; i < VAMP_PARAMS; i++)
		assert_true(vamp_param_set(&c, i, vamp_params[i].max));
	for (i = 0; i < VAMP_PARAMS; i++)
		assert_int_equal(vamp_param_get(&c, i), vamp_params[i].max);
}

static void the_defaults_are_within_their_bounds(void **state)
{
	struct vamp_config c = { VAMP_CONFIG_DEFAULTS };
	u32 i;

	(void)state;
	for (i = 0; i < VAMP_PARAMS; i++)
		assert_true(vamp_param_set(&c, i, vamp_param_get(&c, i)));
}

static void what_is_out_of_bounds_changes_nothing(void **state)
{
	struct vamp_config c = { VAMP_CONFIG_DEFAULTS };
	u32 i, was;

	(void)state;
	for (i = 0; i < VAMP_PARAMS; i++) {
		was = vamp_param_get(&c, i);
		assert_false(vamp_param_set(&c, i, vamp_params[i].max + 1));
		if (vamp_params[i].min)
			assert_int_equal(vamp_param_set(&c, i, 0),
					 vamp_params[i].or_zero);
		if (!vamp_params[i].or_zero)
			assert_int_equal(vamp_param_get(&c, i), was);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_name_leads_to_its_place),
		cmocka_unit_test(every_parameter_is_a_field_of_its_own),
		cmocka_unit_test(the_defaults_are_within_their_bounds),
		cmocka_unit_test(what_is_out_of_bounds_changes_nothing),
	};

	return cmocka_run_group_tests_name("param", tests, NULL, NULL);
}
