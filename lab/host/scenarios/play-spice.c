// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * play-spice.c - vampplay by SPICE: what is recorded on a real desktop is replayed 20
 * times, each synchronisation point is met, and a screen that differs is told.
 */
#include "options.h"
#include "playback.h"

static void run(void)
{
	playback_run("spice");
}

const struct scenario scenario_play_spice = {
	.name = "play-spice",
	.about = "vampplay records and replays a real desktop by SPICE",
	.limit_s = 1500,
	.need = NEED_PLAY,
	.run = run,
};
