// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * film.c - starts the player and reads its status line.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cputime.h"
#include "desk.h"
#include "film.h"

#define STATUS	DESK "/run/lab/player"
#define TAIL	256

static pid_t player;

bool film_start(unsigned int number)
{
	char script[96];

	if (player > 0) {
		kill(player, SIGKILL);
		waitpid(player, NULL, 0);
	}
	unlink(STATUS);
	snprintf(script, sizeof(script), "DISPLAY=:0 exec /lab/player %u",
		 number);
	player = fork();
	if (!player) {
		setsid();
		desk_exec(script);
	}
	return player > 0;
}

/* The last "N M" of the text; what follows shows that it is whole. */
static bool parse(const char *text, uint64_t *frame, uint64_t *dropped)
{
	unsigned long long a, b;
	bool found = false;
	char end;

	for (; *text; text++) {
		if (sscanf(text, "@%llu %llu%c", &a, &b, &end) != 3)
			continue;
		*frame = a;
		*dropped = b;
		found = true;
	}
	return found;
}

bool film_look(uint64_t *frame, uint64_t *dropped)
{
	int fd = open(STATUS, O_RDONLY | O_CLOEXEC);
	char text[TAIL + 1];
	ssize_t n;
	off_t end;

	if (fd < 0)
		return false;
	end = lseek(fd, 0, SEEK_END);
	n = pread(fd, text, TAIL, end > TAIL ? end - TAIL : 0);
	close(fd);
	if (n < 0)
		return false;
	text[n] = 0;
	return parse(text, frame, dropped);
}

uint64_t film_cpu_ns(void)
{
	return cputime_named_ns("mpv");
}
