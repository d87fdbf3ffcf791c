// SPDX-License-Identifier: GPL-2.0-or-later
#include "names.h"

#include <stdlib.h>
#include <string.h>

static bool is_same(const struct root *a, const struct root *b)
{
	return a->pid == b->pid && !strcmp(a->name, b->name);
}

static bool tell(struct vamp_names *m, const struct root *r)
{
	struct vamp_task_name *t;

	if (m->count == VAMP_CHANNEL_NAMES)
		return false;
	t = &m->task[m->count++];
	t->id = r->id;
	t->pid = (uint32_t)r->pid;
	memcpy(t->name, r->name, sizeof(t->name));
	return true;
}

static bool tell_gone(struct vamp_names *m, const struct root *r)
{
	if (m->gone_count == VAMP_CHANNEL_NAMES)
		return false;
	m->gone[m->gone_count++] = r->id;
	return true;
}

/* Of those that share an address space the first tells its name. */
static size_t next_id(const struct roots *r, size_t i)
{
	uint64_t id = r->root[i].id;

	while (i < r->count && r->root[i].id == id)
		i++;
	return i;
}

/* Both are sorted by id. What does not fit any more stays as it was told. */
static size_t merge(const struct roots *told, const struct roots *now,
		    struct root *to, struct vamp_names *m)
{
	size_t i = 0, k = 0, n = 0;

	while (i < told->count || k < now->count) {
		const struct root *a = i < told->count ? &told->root[i] : NULL;
		const struct root *b = k < now->count ? &now->root[k] : NULL;

		if (a && (!b || a->id < b->id)) {
			if (!tell_gone(m, a))
				to[n++] = *a;
			i++;
			continue;
		}
		if (a && a->id == b->id)
			i++;
		else
			a = NULL;
		if ((a && is_same(a, b)) || tell(m, b))
			to[n++] = *b;
		else if (a)
			to[n++] = *a;
		k = next_id(now, k);
	}
	return n;
}

bool names_next(struct roots *told, const struct roots *now,
		struct vamp_names *m)
{
	size_t room = told->count + now->count;
	struct root *to = calloc(room + 1, sizeof(*to));

	memset(m, 0, sizeof(*m));
	if (!to)
		return false;
	told->count = merge(told, now, to, m);
	told->room = room + 1;
	free(told->root);
	told->root = to;
	return m->count || m->gone_count;
}
