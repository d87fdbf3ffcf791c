// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * util.c - clock and small files.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "util.h"

uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * NSEC_PER_SEC + t.tv_nsec;
}

void sleep_ms(unsigned int ms)
{
	struct timespec t = {
		.tv_sec = ms / 1000,
		.tv_nsec = ms % 1000 * NSEC_PER_MSEC,
	};

	while (nanosleep(&t, &t) && errno == EINTR)
		;
}

int read_text(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = read(fd, text, size - 1);
	close(fd);
	if (n < 0)
		return -1;
	while (n > 0 && text[n - 1] == '\n')
		n--;
	text[n] = 0;
	return 0;
}

static int write_with(const char *path, int flags, const char *text)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC | flags, 0644);
	ssize_t n;
	int error;

	if (fd < 0)
		return -1;
	n = write(fd, text, strlen(text));
	error = errno;
	close(fd);
	errno = error;
	return n < 0 ? -1 : 0;
}

int write_text(const char *path, const char *text)
{
	return write_with(path, 0, text);
}

int write_text_new(const char *path, const char *text)
{
	return write_with(path, O_CREAT, text);
}

unsigned int random_between(uint64_t *state, unsigned int low,
			    unsigned int high)
{
	*state = *state * 6364136223846793005ull + 1442695040888963407ull;
	return low + (*state >> 33) % (high - low + 1);
}
