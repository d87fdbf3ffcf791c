// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * text.c - numbers as sysfs and sysctl take and show them.
 */
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>

#include "must.h"
#include "shim.h"

#define PAGE_SIZE	4096

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'z' ? c - 'a' + 10 : INT_MAX;
}

/* Base 0: by the number's prefix, as in C. */
static int find_base(const char **text)
{
	const char *s = *text;

	if (s[0] != '0')
		return 10;
	if ((s[1] | 0x20) != 'x' || digit(s[2]) >= 16)
		return 8;
	*text += 2;
	return 16;
}

/* An optional '+', digits, an optional line's end, and nothing else. */
int kstrtouint(const char *text, unsigned int base, unsigned int *result)
{
	const char *first;
	u64 value = 0;

	text += *text == '+';
	if (!base)
		base = find_base(&text);
	for (first = text; digit(*text) < (int)base; text++) {
		value = value * base + digit(*text);
		if (value > UINT_MAX)
			return -ERANGE;
	}
	if (text == first)
		return -EINVAL;
	text += *text == '\n';
	if (*text)
		return -EINVAL;
	*result = (unsigned int)value;
	return 0;
}

int sysfs_emit(char *buf, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(buf, PAGE_SIZE, format, args);
	va_end(args);
	must(n > 0 && n < PAGE_SIZE);
	return n;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* One number at the beginning of @n bytes; white space has to follow, or none. */
static int parse_int(const char *s, size_t n, long *value)
{
	bool negative;
	size_t i = 0;

	while (i < n && is_space(s[i]))
		i++;
	negative = i < n && s[i] == '-';
	i += negative;
	if (i == n || digit(s[i]) >= 10)
		return -EINVAL;
	for (*value = 0; i < n && digit(s[i]) < 10; i++) {
		*value = *value * 10 + digit(s[i]);
		if (*value > 1l << 40)
			return -EINVAL;
	}
	if (i < n && s[i] && !is_space(s[i]))
		return -EINVAL;
	if (negative)
		*value = -*value;
	return *value < INT_MIN || *value > INT_MAX ? -EINVAL : 0;
}

static int write_int(const struct ctl_table *table, const char *s, size_t n)
{
	const int *low = table->extra1, *high = table->extra2;
	long value;
	int err = parse_int(s, n, &value);

	if (err)
		return err;
	if ((low && value < *low) || (high && value > *high))
		return -EINVAL;
	*(int *)table->data = (int)value;
	return 0;
}

/* Of one int. What is not at a file's beginning is nothing, as by default. */
int proc_dointvec_minmax(const struct ctl_table *table, int write, void *buffer,
			 size_t *size, loff_t *pos)
{
	char text[16];
	int n;

	must(table->maxlen == sizeof(int));
	if (!*size || *pos) {
		if (!write)
			*size = 0;
		return 0;
	}
	if (write) {
		*pos += (loff_t)*size;
		return write_int(table, buffer, *size);
	}
	n = snprintf(text, sizeof(text), "%d\n", *(int *)table->data);
	if ((size_t)n < *size)
		*size = n;
	memcpy(buffer, text, *size);
	*pos += (loff_t)*size;
	return 0;
}
