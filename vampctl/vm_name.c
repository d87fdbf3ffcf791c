// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm_name.h"

#include <stdio.h>
#include <string.h>

#include "host.h"

#define CMDLINE_MAX	65536

/* The argument after "-name" or "--name", or NULL. */
static const char *find_option(const char *args, const char *end)
{
	for (const char *a = args; a < end; a += strlen(a) + 1) {
		const char *next = a + strlen(a) + 1;

		if ((!strcmp(a, "-name") || !strcmp(a, "--name")) && next < end)
			return next;
	}
	return NULL;
}

/* "desk", "guest=desk" or "x=y,guest=desk,..." */
static const char *find_value(const char *option)
{
	const char *guest = strstr(option, "guest=");

	if (guest && (guest == option || guest[-1] == ','))
		return guest + strlen("guest=");
	return option;
}

/* A comma ends it, two are one. What is not printable becomes '?'. */
static void copy_value(char *to, size_t size, const char *from)
{
	size_t n = 0;

	for (; *from && n + 1 < size; from++) {
		if (*from == ',' && *++from != ',')
			break;
		to[n++] = *from >= ' ' && *from <= '~' ? *from : '?';
	}
	to[n] = '\0';
}

void vm_name(pid_t pid, char *name, size_t size)
{
	static char args[CMDLINE_MAX];
	const char *option = NULL;
	char path[64];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
	n = host_read(path, args, sizeof(args));
	name[0] = '\0';
	if (n > 0)
		option = find_option(args, args + n);
	if (option)
		copy_value(name, size, find_value(option));
	if (!name[0])
		snprintf(name, size, "%d", pid);
}
