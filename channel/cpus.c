// SPDX-License-Identifier: GPL-2.0-or-later
/* cpus.c - sets of CPUs, and lists of them as Linux writes them. */
#include <vamp/channel.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS	(VAMP_CHANNEL_CPUS / 64)

bool vamp_cpus_equal(const struct vamp_cpus *a, const struct vamp_cpus *b)
{
	return !memcmp(a, b, sizeof(*a));
}

unsigned int vamp_cpus_count(const struct vamp_cpus *s)
{
	unsigned int n = 0;

	for (size_t i = 0; i < WORDS; i++)
		n += (unsigned int)__builtin_popcountll(s->bits[i]);
	return n;
}

bool vamp_cpus_empty(const struct vamp_cpus *s)
{
	return !vamp_cpus_count(s);
}

struct vamp_cpus vamp_cpus_and(const struct vamp_cpus *a,
			       const struct vamp_cpus *b)
{
	struct vamp_cpus both;

	for (size_t i = 0; i < WORDS; i++)
		both.bits[i] = a->bits[i] & b->bits[i];
	return both;
}

bool vamp_cpus_within(const struct vamp_cpus *a, const struct vamp_cpus *b)
{
	for (size_t i = 0; i < WORDS; i++)
		if (a->bits[i] & ~b->bits[i])
			return false;
	return true;
}

/* A number at **@at, which is moved behind it; -1 none, or too large. */
static int number(const char **at)
{
	char *end;
	unsigned long n;

	if (**at < '0' || **at > '9')
		return -1;
	errno = 0;
	n = strtoul(*at, &end, 10);
	*at = end;
	return errno || n >= VAMP_CHANNEL_CPUS ? -1 : (int)n;
}

static int range(struct vamp_cpus *s, const char **at)
{
	int first = number(at), last = first;

	if (first >= 0 && **at == '-') {
		++*at;
		last = number(at);
	}
	if (first < 0 || last < first)
		return -EINVAL;
	for (int cpu = first; cpu <= last; cpu++)
		vamp_cpus_add(s, (unsigned int)cpu);
	return 0;
}

int vamp_cpus_parse(struct vamp_cpus *s, const char *text)
{
	memset(s, 0, sizeof(*s));
	if (!*text)
		return 0;
	for (;; text++) {
		if (range(s, &text))
			return -EINVAL;
		if (*text != ',')
			return *text ? -EINVAL : 0;
	}
}

/* The first of the set from @cpu on, or VAMP_CHANNEL_CPUS. */
static unsigned int next(const struct vamp_cpus *s, unsigned int cpu)
{
	while (cpu < VAMP_CHANNEL_CPUS) {
		uint64_t rest = s->bits[cpu / 64] >> cpu % 64;

		if (rest)
			return cpu + (unsigned int)__builtin_ctzll(rest);
		cpu = (cpu / 64 + 1) * 64;
	}
	return VAMP_CHANNEL_CPUS;
}

/* The last of the CPUs from @first on that follow each other in the set. */
static unsigned int run_end(const struct vamp_cpus *s, unsigned int first)
{
	while (vamp_cpus_has(s, first + 1))
		first++;
	return first;
}

int vamp_cpus_print(const struct vamp_cpus *s, char *text, size_t size)
{
	size_t n = 0;
	int more;

	if (!size)
		return -EMSGSIZE;
	text[0] = '\0';
	for (unsigned int i = next(s, 0), last; i < VAMP_CHANNEL_CPUS;
	     i = next(s, last + 1)) {
		last = run_end(s, i);
		more = snprintf(text + n, size - n, "%s%u", n ? "," : "", i);
		if (last > i && more > 0 && (size_t)more < size - n)
			more += snprintf(text + n + more,
					 size - n - (size_t)more, "-%u", last);
		if (more < 0 || (size_t)more >= size - n)
			return -EMSGSIZE;
		n += (size_t)more;
	}
	return (int)n;
}
