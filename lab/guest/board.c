// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * board.c - the shared page of counters.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "board.h"

#define BOARD_FILE	"/board"
#define BOARD_BYTES	sizeof(struct board)

struct board *board_map(void)
{
	int fd = open(BOARD_FILE, O_RDWR | O_CREAT, 0600);
	void *map = MAP_FAILED;

	if (fd < 0)
		return NULL;
	if (!ftruncate(fd, BOARD_BYTES))
		map = mmap(NULL, BOARD_BYTES, PROT_READ | PROT_WRITE,
			   MAP_SHARED, fd, 0);
	close(fd);
	return map == MAP_FAILED ? NULL : map;
}
