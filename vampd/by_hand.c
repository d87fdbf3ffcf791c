// SPDX-License-Identifier: GPL-2.0-or-later
#include "by_hand.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define VECTOR_FIRST	32
#define VECTOR_LAST	255

struct said {
	const char *who;
	size_t who_size;
	struct ranges ranges;
	uint32_t vector;
};

static struct said table[BY_HAND_MAX];
static size_t count;

static const char *const too_many = "too many of these options";
static const char *const no_who = "no process or name before the colon";
static const char *const bad_vector =
	"it is a process or name, a colon and a vector from 32 to 255";

/* Where "io:" or "mem:" begins: a name may have colons too. */
static const char *find_ranges(const char *argument)
{
	const char *p = argument;

	while ((p = strchr(p, ':'))) {
		p++;
		if (!strncmp(p, "io:", 3) || !strncmp(p, "mem:", 4))
			return p;
	}
	return NULL;
}

static const char *keep(const char *who, const char *end, struct said *s)
{
	if (end == who)
		return no_who;
	if (count == BY_HAND_MAX)
		return too_many;
	s->who = who;
	s->who_size = (size_t)(end - who);
	table[count++] = *s;
	return NULL;
}

const char *by_hand_sound(const char *argument)
{
	const char *ranges = find_ranges(argument);
	struct said s = { .vector = 0 };
	const char *wrong;

	wrong = ranges_parse(ranges ?: "", &s.ranges);
	return wrong ?: keep(argument, ranges - 1, &s);
}

const char *by_hand_vector(const char *argument)
{
	const char *colon = strrchr(argument, ':');
	struct said s = { .vector = 0 };
	unsigned long vector;
	char *end;

	if (!colon || !isdigit((unsigned char)colon[1]))
		return bad_vector;
	vector = strtoul(colon + 1, &end, 0);
	if (*end || vector < VECTOR_FIRST || vector > VECTOR_LAST)
		return bad_vector;
	s.vector = (uint32_t)vector;
	return keep(argument, colon, &s);
}

static bool is_process(const struct said *s)
{
	return strspn(s->who, "0123456789") >= s->who_size;
}

static bool is_meant(const struct said *s, pid_t pid, const char *name)
{
	if (is_process(s))
		return strtoul(s->who, NULL, 10) == (unsigned long)pid;
	return strlen(name) == s->who_size &&
	       !memcmp(s->who, name, s->who_size);
}

void by_hand_find(pid_t pid, const char *name, struct ranges *ranges,
		  uint32_t *vector)
{
	*ranges = (struct ranges){ .count = 0 };
	*vector = 0;
	for (size_t i = 0; i < count; i++) {
		if (!is_meant(&table[i], pid, name))
			continue;
		ranges_join(ranges, &table[i].ranges);
		if (table[i].vector)
			*vector = table[i].vector;
	}
}

bool by_hand_any(void)
{
	return count;
}
