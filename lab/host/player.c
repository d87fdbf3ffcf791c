// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * player.c - a VM that plays sound.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "device.h"
#include "growth.h"
#include "guest.h"
#include "player.h"
#include "report.h"
#include "util.h"

#define MEASURE_MS	2500
#define TOLERANCE	0.2	/* of what a process ran */
#define TRIES		3	/* each twice as long as the one before */

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

static uint64_t work_of(struct vm *vm)
{
	struct guest_stat stat = { 0 };

	if (vm)
		guest_stat(vm, &stat);
	return stat.work;
}

/* Units that one of the two busy CPUs does in a second. */
static double cpu_rate(struct vm *vm, struct vm *neighbour)
{
	uint64_t start = now_ns();
	uint64_t before = work_of(vm) + work_of(neighbour);

	sleep_ms(MEASURE_MS);
	return (work_of(vm) + work_of(neighbour) - before) * 1e9 /
	       (now_ns() - start) / 2;
}

unsigned int player_amount(struct vm *vm, struct vm *neighbour,
			   unsigned int percent, unsigned int period_ms)
{
	unsigned int amount =
		cpu_rate(vm, neighbour) * period_ms / 1000 * percent / 100;

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

static bool fits(uint64_t tracked, uint64_t ran)
{
	return fabs((double)tracked - ran) < TOLERANCE * ran;
}

/*
 * The server, which sleeps most of the time, also answers for what happens on an
 * idle vCPU whose last task it was.
 */
static bool is_server(const struct growth *g, uint64_t ran)
{
	return growth_ns(g, 1) > (1 - TOLERANCE) * ran &&
	       growth_ns(g, 1) > 2 * growth_ns(g, 2);
}

static _Noreturn void not_clear(const struct guest_play *ran,
				const struct growth *g)
{
	fail("player and server ran %.0f and %.0f ms, the tasks that ran most %.0f, %.0f and %.0f ms",
	     ran->player_ns / 1e6, ran->server_ns / 1e6, growth_ns(g, 0) / 1e6,
	     growth_ns(g, 1) / 1e6, growth_ns(g, 2) / 1e6);
}

/* What they ran in @ms, and what grew meanwhile. */
static void watch(struct vm *vm, unsigned int ms, struct guest_play *ran,
		  struct growth *g)
{
	struct guest_play before;

	guest_playstat(vm, &before);
	growth_begin(g, vm->pid);
	sleep_ms(ms);
	growth_end(g);
	guest_playstat(vm, ran);
	if (ran->player != -1 || ran->server != -1)
		undecided("player and server ended with %#x and %#x",
			  ran->player, ran->server);
	ran->player_ns -= before.player_ns;
	ran->server_ns -= before.server_ns;
}

/*
 * Nothing else runs: the player is the task that runs most, the server next. The
 * third is who answers the harness, at a cost that does not grow with the time:
 * where it is too near to the server's, a longer time parts them.
 */
void player_identify(struct player_tasks *t, struct vm *vm, unsigned int ms)
{
	struct guest_play ran;
	static struct growth g;

	for (unsigned int try = 0;; try++) {
		watch(vm, ms << try, &ran, &g);
		if (fits(growth_ns(&g, 0), ran.player_ns) &&
		    is_server(&g, ran.server_ns))
			break;
		if (try == TRIES - 1)
			not_clear(&ran, &g);
	}
	t->player = g.task[0].id;
	t->server = g.task[1].id;
}
