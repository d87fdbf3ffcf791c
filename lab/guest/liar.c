// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * liar.c - an agent of a hostile guest: it does to the host's end of the channel
 * what it can, as fast as it can.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guest.h"

#define ROOM	16384

static char buffer[ROOM];
static unsigned int number;	/* of the host's phase, as it said last */

/* A line without end. */
static size_t oversized(void)
{
	memset(buffer, '[', ROOM);
	return ROOM;
}

/* Bytes of all kinds, some of which look like a message's beginning. */
static size_t malformed(void)
{
	static const char *const begin[] = {
		"{\"v\":1,\"type\":\"placement\",\"number\":",
		"{\"v\":2,",
		"[[[[",
		"{\"v\":1,\"type\":\"names\",\"tasks\":[{\"id\":-1e308,",
	};
	size_t n = snprintf(buffer, ROOM, "%s", begin[random() % 4]);

	while (n < 200)
		buffer[n++] = random();
	buffer[n++] = '\n';
	return n;
}

/* All is well-formed, and none of it wanted. */
static size_t flood(void)
{
	return snprintf(buffer, ROOM,
			"{\"v\":1,\"type\":\"pong\",\"number\":%ld}\n"
			"{\"v\":1,\"type\":\"audio\",\"on\":%s}\n"
			"{\"v\":1,\"type\":\"names\",\"tasks\":[{\"id\":%ld,"
			"\"pid\":1,\"name\":\"\\u001b[2J\"}]}\n",
			random(), random() % 2 ? "true" : "false",
			random() << 12);
}

/* Each of them wants this VM to be slowed less, or differently, than it should. */
static size_t placements(void)
{
	static const char *const sets[] = {
		"\"slow\":\"\",\"fast\":\"0-1\"",
		"\"slow\":\"0-1\",\"fast\":\"\"",
		"\"slow\":\"0\",\"fast\":\"1\"",
		"\"slow\":\"1\",\"fast\":\"0\"",
		"\"slow\":\"0-1\",\"fast\":\"0-1\"",
		"\"slow\":\"2-1023\",\"fast\":\"0-1\"",
	};

	return snprintf(buffer, ROOM,
			"{\"v\":1,\"type\":\"placement\",\"number\":%u,%s}\n",
			number, sets[random() % 6]);
}

static const struct lie {
	const char *name;
	size_t (*make)(void);
} lies[] = {
	{ "oversized", oversized },
	{ "malformed", malformed },
	{ "flood", flood },
	{ "placements", placements },
};

/* What the host says tells which phase it is. */
static void listen_to_host(int port)
{
	char text[4096];
	ssize_t n = read(port, text, sizeof(text) - 1);
	const char *at;

	if (n <= 0)
		return;
	text[n] = 0;
	at = strstr(text, "\"number\":");
	if (at)
		number = strtoul(at + strlen("\"number\":"), NULL, 10);
}

static void lie(const struct lie *l, int port)
{
	size_t size = l->make();

	listen_to_host(port);
	if (write(port, buffer, size) < 0)
		usleep(1000);
}

/* liar WHAT */
int liar_main(int argc, char **argv)
{
	int port =
		open("/dev/virtio-ports/org.vamp.guest.0", O_RDWR | O_NONBLOCK);

	if (argc < 2 || port < 0)
		return 1;
	for (unsigned int i = 0; i < sizeof(lies) / sizeof(lies[0]); i++)
		while (!strcmp(argv[1], lies[i].name))
			lie(&lies[i], port);
	return 1;
}
