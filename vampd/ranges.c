// SPDX-License-Identifier: GPL-2.0-or-later
#include "ranges.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PORT_LAST	0xffff

static const char *const bad_range =
	"a range is io:0xFIRST-0xLAST or mem:0xFIRST-0xLAST, with :r, :w or :rw after it if not both count";
static const char *const no_range =
	"not a range: the first is above the last, or a port above 0xffff";

static bool is_valid(const struct vamp_sound_range *r)
{
	if (r->first > r->last)
		return false;
	return r->space == VAMP_SOUND_MMIO || r->last <= PORT_LAST;
}

static bool is_same(const struct vamp_sound_range *a,
		    const struct vamp_sound_range *b)
{
	return a->first == b->first && a->last == b->last &&
	       a->space == b->space && a->access == b->access;
}

static bool has(const struct ranges *r, const struct vamp_sound_range *range)
{
	for (uint32_t i = 0; i < r->count; i++)
		if (is_same(&r->range[i], range))
			return true;
	return false;
}

bool ranges_add(struct ranges *r, const char *device,
		const struct vamp_sound_range *range)
{
	if (!is_valid(range))
		return false;
	if (has(r, range))
		return true;
	if (r->count == VAMP_SOUND_RANGES) {
		r->left_out++;
		return true;
	}
	r->range[r->count] = *range;
	r->device[r->count++] = device;
	return true;
}

void ranges_join(struct ranges *r, const struct ranges *more)
{
	for (uint32_t i = 0; i < more->count; i++)
		ranges_add(r, more->device[i], &more->range[i]);
	r->left_out += more->left_out;
}

bool ranges_equal(const struct ranges *a, const struct ranges *b)
{
	if (a->count != b->count)
		return false;
	for (uint32_t i = 0; i < a->count; i++)
		if (!is_same(&a->range[i], &b->range[i]))
			return false;
	return true;
}

/* Where it starts: a device of several ranges is named once. */
static int describe_device(const struct ranges *r, uint32_t i, char *text,
			   size_t size)
{
	if (i && !strcmp(r->device[i], r->device[i - 1]))
		return snprintf(text, size, ", ");
	return snprintf(text, size, "%s%s at ", i ? "; " : "", r->device[i]);
}

static int describe_range(const struct vamp_sound_range *r, char *text,
			  size_t size)
{
	return snprintf(text, size, "%s %#llx-%#llx",
			r->space == VAMP_SOUND_PIO ? "io" : "mem", r->first,
			r->last);
}

/* Never more than there is room for, with the end cut off. */
static size_t advance(size_t used, int n, size_t size)
{
	return n < 0 || used + (size_t)n >= size ? size - 1 : used + (size_t)n;
}

void ranges_describe(const struct ranges *r, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (uint32_t i = 0; i < r->count; i++) {
		used = advance(used,
			       describe_device(r, i, text + used, size - used),
			       size);
		used = advance(used,
			       describe_range(&r->range[i], text + used,
					      size - used),
			       size);
	}
}

static const char *parse_hex(const char *s, __u64 *to)
{
	char *end;

	if (s[0] != '0' || s[1] != 'x' || !isxdigit((unsigned char)s[2]))
		return NULL;
	errno = 0;
	*to = strtoull(s, &end, 16);
	return errno ? NULL : end;
}

static const char *parse_space(const char *s, __u32 *space)
{
	if (!strncmp(s, "io:", 3)) {
		*space = VAMP_SOUND_PIO;
		return s + 3;
	}
	*space = VAMP_SOUND_MMIO;
	return strncmp(s, "mem:", 4) ? NULL : s + 4;
}

static const char *parse_access(const char *s, __u32 *access)
{
	*access = 0;
	if (*s != ':') {
		*access = VAMP_SOUND_READ | VAMP_SOUND_WRITE;
		return s;
	}
	if (*++s == 'r') {
		*access |= VAMP_SOUND_READ;
		s++;
	}
	if (*s == 'w') {
		*access |= VAMP_SOUND_WRITE;
		s++;
	}
	return *access ? s : NULL;
}

/* What follows the range, or NULL. */
static const char *parse_range(const char *s, struct vamp_sound_range *r)
{
	s = parse_space(s, &r->space);
	if (s)
		s = parse_hex(s, &r->first);
	if (!s || *s++ != '-')
		return NULL;
	s = parse_hex(s, &r->last);
	if (s)
		s = parse_access(s, &r->access);
	return s && (!*s || *s == ',') ? s : NULL;
}

const char *ranges_parse(const char *s, struct ranges *to)
{
	struct vamp_sound_range r;

	for (;; s++) {
		s = parse_range(s, &r);
		if (!s)
			return bad_range;
		if (!ranges_add(to, "set by hand", &r))
			return no_range;
		if (to->left_out)
			return "more ranges than the module takes, 8";
		if (!*s)
			return NULL;
	}
}
