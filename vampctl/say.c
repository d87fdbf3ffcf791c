// SPDX-License-Identifier: GPL-2.0-or-later
#include "say.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "exit_code.h"

void say(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	fputs("vampctl: ", stderr);
	vfprintf(stderr, format, ap);
	fputc('\n', stderr);
	va_end(ap);
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
