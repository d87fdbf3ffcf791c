// SPDX-License-Identifier: GPL-2.0-or-later
#include "say.h"

#include <stdarg.h>
#include <stdio.h>

void say(const char *format, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	fprintf(stderr, "vampplay: %s\n", text);
}
