// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply.h"

#include <errno.h>
#include <string.h>

#include "files.h"
#include "group.h"
#include "log.h"

#define ONLINE	"/sys/devices/system/cpu/online"

static bool is_refused(const struct change *c, const char *what, int err)
{
	if (!err || err == -ESRCH)
		return false;
	log_debug("thread %d: its %s cannot be set: %s", c->tid, what,
		  strerror(-err));
	return true;
}

/* Both are tried. True if one is refused. */
static bool change(const struct change *c, const struct vamp_cpus *to)
{
	bool refused = false;

	if (c->moves)
		refused |= is_refused(c, "CPUs", task_set_cpus(c->tid, to));
	if (c->renices)
		refused |=
			is_refused(c, "nice", task_set_nice(c->tid, c->nice));
	return refused;
}

/* The tid may be another thread's by now. */
static bool is_left(const struct tasks *now, const struct change *c)
{
	const struct task *t = tasks_find(now, c->tid);

	return t && t->start == c->start;
}

size_t apply_changes(const struct changes *c, const struct tasks *now)
{
	size_t refused = 0;

	for (size_t i = 0; i < c->count; i++)
		if (is_left(now, &c->change[i]))
			refused += change(&c->change[i], &c->change[i].to);
	return refused;
}

/* True if it had all that it could have. */
static bool was_free(const struct change *c, const struct vamp_cpus *online)
{
	struct vamp_cpus cpuset = { { 0 } };

	if (vamp_cpus_within(online, &c->to))
		return true;
	return !group_cpus(c->tgid, c->tid, &cpuset) &&
	       vamp_cpus_equal(&cpuset, &c->to);
}

/* Threads' files are slow to read, but nobody waits for it. */
static bool is_it(const struct change *c)
{
	uint64_t start;

	return !task_start(c->tgid, c->tid, &start) && start == c->start;
}

size_t apply_restore(const struct changes *c)
{
	struct vamp_cpus all, online;
	size_t refused = 0;

	memset(&all, 0xff, sizeof(all));
	if (files_cpus(ONLINE, &online))
		online = all;
	for (size_t i = 0; i < c->count; i++)
		if (is_it(&c->change[i]))
			refused += change(&c->change[i],
					  was_free(&c->change[i], &online) ?
						  &all :
						  &c->change[i].to);
	return refused;
}
