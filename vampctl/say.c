// SPDX-License-Identifier: GPL-2.0-or-later
#include "say.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "exit_code.h"

static bool holding;
static char held[512];

void say(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(held, sizeof(held), format, ap);
	va_end(ap);
	if (!holding)
		say_held();
}

void say_hold(void)
{
	holding = true;
}

void say_held(void)
{
	holding = false;
	if (held[0])
		fprintf(stderr, "vampctl: %s\n", held);
	held[0] = '\0';
}

int say_failed(const char *what, int err)
{
	switch (-err) {
	case EPERM:
	case EACCES:
		say("%s: no permission; run vampctl as root (it needs CAP_SYS_NICE)",
		    what);
		return EXIT_CODE_NO_PERMISSION;
	case ENOMEM:
		say("%s: out of memory", what);
		return EXIT_CODE_SOFTWARE;
	default:
		say("%s: %s", what, strerror(-err));
		return EXIT_CODE_SYSTEM;
	}
}
