// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * player.c - a VM that plays sound.
 */
#include <stdio.h>
#include <string.h>

#include "device.h"
#include "guest.h"
#include "player.h"
#include "report.h"
#include "stats.h"

#define TRIAL_UNITS	8000
#define TRIALS		9

/* A driver asks AC97 by reads alone; HDA's is told things as well. */
void player_announce(struct vm *vm, const char *device)
{
	struct vamp_sound s = {
		.size = sizeof(s),
		.version = VAMP_UAPI_VERSION,
		.pid = vm->pid,
		.nr_ranges = 1,
	};
	struct guest_bar bar;
	int error;

	guest_bar(vm, device, &bar);
	s.range[0] = (struct vamp_sound_range){
		.first = bar.first,
		.last = bar.last,
		.space = bar.is_io ? VAMP_SOUND_PIO : VAMP_SOUND_MMIO,
		.access = bar.is_io ? VAMP_SOUND_READ :
				      VAMP_SOUND_READ | VAMP_SOUND_WRITE,
	};
	error = device_sound(&s);
	if (error)
		fail("the sound device of VM %s is refused: %s", vm->name,
		     strerror(error));
}

/* Now and then the guest puts it beside the other process. */
static double ns_per_unit(struct vm *vm)
{
	struct series ns = { 0 };

	for (int i = 0; i < TRIALS; i++)
		series_add(&ns, guest_time(vm, TRIAL_UNITS));
	return series_median(&ns) / TRIAL_UNITS;
}

unsigned int player_amount(struct vm *vm, unsigned int percent,
			   unsigned int period_ms)
{
	double ns = period_ms * 1e6 * percent / 100;
	unsigned int amount = ns / ns_per_unit(vm);

	report_step("%u %% of %u ms are %u units of work in VM %s", percent,
		    period_ms, amount, vm->name);
	return amount;
}

void player_start(struct vm *vm, unsigned int amount, unsigned int period_ms,
		  const char *device)
{
	char command[64];

	snprintf(command, sizeof(command), "play %u %u %s", amount, period_ms,
		 device);
	guest_tell(vm, command);
}
