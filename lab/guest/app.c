// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * app.c - the interactive application: on Enter it does a fixed burst of work
 * and then says so.
 */
#include <fcntl.h>
#include <linux/input.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "guest.h"
#include "work.h"

#define DEVICES	16
#define THREADS	8

static bool has_enter(int fd)
{
	unsigned char keys[KEY_MAX / 8 + 1] = { 0 };

	if (ioctl(fd, EVIOCGBIT(EV_KEY, sizeof(keys)), keys) < 0)
		return false;
	return keys[KEY_ENTER / 8] & (1 << (KEY_ENTER % 8));
}

static int open_keyboard(void)
{
	char path[32];
	int fd;

	for (int i = 0; i < DEVICES; i++) {
		snprintf(path, sizeof(path), "/dev/input/event%d", i);
		fd = open(path, O_RDONLY);
		if (fd < 0)
			continue;
		if (has_enter(fd))
			return fd;
		close(fd);
	}
	return -1;
}

/* The keyboard is probed in the background at boot. */
static int wait_keyboard(void)
{
	int fd;

	for (int i = 0; i < 300; i++) {
		fd = open_keyboard();
		if (fd >= 0)
			return fd;
		usleep(100000);
	}
	return -1;
}

/*
 * What was typed while it worked is not answered again. To be done before the
 * answer: who reads that may type at once, and on a real-time kernel the serial
 * line's thread runs before the write returns.
 */
static void forget_typed(int keyboard)
{
	int flags = fcntl(keyboard, F_GETFL);
	struct input_event e;

	fcntl(keyboard, F_SETFL, flags | O_NONBLOCK);
	while (read(keyboard, &e, sizeof(e)) > 0)
		;
	fcntl(keyboard, F_SETFL, flags);
}

static unsigned int amount;

static void *work_once(void *unused)
{
	work(amount);
	return unused;
}

/* The burst in each of @threads threads, this one included. */
static void burst(unsigned int threads)
{
	pthread_t thread[THREADS];
	unsigned int n = 0;

	while (n < threads - 1 &&
	       !pthread_create(&thread[n], NULL, work_once, NULL))
		n++;
	work(amount);
	while (n)
		pthread_join(thread[--n], NULL);
}

/* app AMOUNT [THREADS] */
int app_main(int argc, char **argv)
{
	unsigned int threads = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
	int channel = open(CHANNEL, O_WRONLY | O_NOCTTY);
	int keyboard = wait_keyboard();
	struct input_event e;
	unsigned int seq = 0;

	amount = argc > 1 ? strtoul(argv[1], NULL, 10) : 1;
	if (channel < 0 || keyboard < 0 || !threads || threads > THREADS)
		return 1;
	dprintf(channel, "A\n");
	while (read(keyboard, &e, sizeof(e)) == sizeof(e)) {
		if (e.type != EV_KEY || e.code != KEY_ENTER || e.value != 1)
			continue;
		burst(threads);
		forget_typed(keyboard);
		dprintf(channel, "D %u\n", seq++);
	}
	return 1;
}
