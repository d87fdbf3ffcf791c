// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * play.c - a media player and the sound server that it wakes: two processes.
 *
 * Each period the player does a fixed amount of work ("decodes") and wakes the
 * server through a pipe; a period's work that is done after its end missed its
 * deadline. The server does a little work and then reads the sound device's
 * registers itself, as a driver does that asks for its position: no kernel
 * driver is needed, and every read makes the guest exit.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "board.h"
#include "guest.h"
#include "pci.h"
#include "work.h"

#define SERVER_UNITS	20
#define READS		4	/* for each wake-up */
#define HDA_CLOCK	0x30	/* wall clock counter, 32 bits */
#define AC97_POSITION	0x14	/* current index of the output, 8 bits */

/* The device's registers. */
struct sound {
	struct pci_bar bar;
	volatile uint8_t *map;	/* memory */
	int ports;		/* or /dev/port */
};

static int sound_open(struct sound *s, const char *device)
{
	if (pci_find(device, &s->bar))
		return -1;
	if (s->bar.is_io) {
		s->ports = open("/dev/port", O_RDONLY | O_CLOEXEC);
		return s->ports < 0 ? -1 : 0;
	}
	s->map = pci_map(&s->bar);
	return s->map ? 0 : -1;
}

static void sound_read(const struct sound *s)
{
	uint8_t position;

	if (!s->bar.is_io)
		(void)*(volatile uint32_t *)(s->map + HDA_CLOCK);
	else if (pread(s->ports, &position, 1, s->bar.first + AC97_POSITION) !=
		 1)
		exit(1);
}

/* server DEVICE: woken by its standard input */
int server_main(int argc, char **argv)
{
	struct sound s = { 0 };
	char wake;

	if (argc < 2 || sound_open(&s, argv[1])) {
		perror("sound device");
		return 1;
	}
	while (read(0, &wake, 1) == 1) {
		work(SERVER_UNITS);
		for (int i = 0; i < READS; i++)
			sound_read(&s);
	}
	return 0;
}

static void sleep_until(uint64_t when)
{
	struct timespec t = {
		.tv_sec = when / 1000000000,
		.tv_nsec = when % 1000000000,
	};

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

/* player AMOUNT PERIOD_MS: wakes the server by its standard output */
int player_main(int argc, char **argv)
{
	struct board *board = board_map();
	unsigned int amount = argc > 2 ? atoi(argv[1]) : 0;
	uint64_t period = argc > 2 ? strtoull(argv[2], NULL, 10) * 1000000 : 0;
	uint64_t start = now_ns(), end;

	if (!board || !amount || !period)
		return 1;
	for (;;) {
		end = start + period;
		work(amount);
		if (write(1, "", 1) != 1)
			return 1;
		board->periods++;
		if (now_ns() > end)
			board->missed++;
		else
			sleep_until(end);
		/* What is late is not caught up with: frames are dropped. */
		start = now_ns() > end ? now_ns() : end;
	}
}
