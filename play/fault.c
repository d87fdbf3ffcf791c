// SPDX-License-Identifier: GPL-2.0-or-later
#include "fault.h"

#include <stdarg.h>
#include <stdio.h>

bool fault_set(struct fault *f, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(f->text, sizeof(f->text), format, ap);
	va_end(ap);
	return false;
}
