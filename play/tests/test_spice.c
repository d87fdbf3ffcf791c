// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * test_spice.c - what the SPICE library is told. A server with one tablet is not told
 * the display, so no test with one would see it.
 */
#include "test.h"

#include "client_spice.c"

static gint told = -1;

/* In place of the library's. */
void spice_inputs_channel_position(SpiceInputsChannel *channel, gint x, gint y,
				   gint display, gint buttons)
{
	(void)channel;
	(void)x;
	(void)y;
	(void)buttons;
	told = display;
}

static void the_pointer_is_on_the_chosen_display(void **state)
{
	static char channel;
	struct spice s = { .inputs = (SpiceInputsChannel *)(void *)&channel,
			   .opened = 1 };

	(void)state;
	s.client.display = 3;
	assert_true(client_spice.pointer(&s.client));
	assert_int_equal(told, 3);
}

int main(void)
{
	static const struct CMUnitTest list[] = {
		cmocka_unit_test(the_pointer_is_on_the_chosen_display),
	};

	return cmocka_run_group_tests(list, NULL, NULL);
}
