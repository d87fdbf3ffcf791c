// SPDX-License-Identifier: GPL-2.0-or-later
#include "cgroup_plan.h"

#include <stdio.h>
#include <string.h>

bool cgroup_is_vcpu(const char *group)
{
	const char *leaf = cgroup_leaf(group);
	size_t prefix = strlen(CGROUP_VCPU);
	size_t digits;

	if (strncmp(leaf, CGROUP_VCPU, prefix))
		return false;
	digits = strspn(leaf + prefix, "0123456789");
	return digits && !leaf[prefix + digits];
}

bool cgroup_is_ours(const char *group)
{
	return !strcmp(cgroup_leaf(group), CGROUP_OURS);
}

static void say(struct cgroup_plan *p, const char *why, const char *at)
{
	p->why = why;
	snprintf(p->at, sizeof(p->at), "%s", at);
}

static bool all_in_one(const struct cgroup_thread *t, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (strcmp(t[i].group, t[0].group))
			return false;
	return true;
}

/* Beside the first thread's group; false: that is the root. */
static bool choose_target(const struct cgroup_thread *first,
			  struct cgroup_plan *p)
{
	char parent[CGROUP_PATH];
	int n;

	cgroup_parent(first->group, parent);
	if (!parent[1])
		return false;
	n = snprintf(p->target, sizeof(p->target), "%s/%s", parent,
		     CGROUP_OURS);
	return n < (int)sizeof(p->target);
}

/* Is each thread in a vcpuN beside the target, or in the target? */
static bool fits(const struct cgroup_thread *t, size_t count,
		 struct cgroup_plan *p)
{
	char parent[CGROUP_PATH], other[CGROUP_PATH];

	cgroup_parent(p->target, parent);
	for (size_t i = 0; i < count; i++) {
		cgroup_parent(t[i].group, other);
		if (!strcmp(t[i].group, p->target) ||
		    (cgroup_is_vcpu(t[i].group) && !strcmp(parent, other)))
			continue;
		say(p, "it is not one of libvirt's groups vcpuN side by side",
		    t[i].group);
		return false;
	}
	return true;
}

/* What of a group would be lost among the others, of which @first is one? */
static const char *what_is_lost(const struct cgroup_settings *s,
				const struct cgroup_settings *first)
{
	if (s->has_quota)
		return "it has a quota of its own (vcpu_quota), which one group for all cannot keep";
	if (s->is_special)
		return "it is set to idle or to a clamped utilization";
	if (!s->is_threaded)
		return "it is no threaded cgroup";
	if (s->weight != first->weight)
		return "its weight differs from the others'";
	if (strcmp(s->mems, first->mems))
		return "its memory nodes differ from the others'";
	return NULL;
}

static bool nothing_is_lost(const struct cgroup_thread *t, size_t count,
			    struct cgroup_plan *p)
{
	const struct cgroup_settings *first = NULL;

	for (size_t i = 0; i < count; i++) {
		const char *lost;

		if (!t[i].has_home)
			continue;
		first = first ?: &t[i].settings;
		lost = what_is_lost(&t[i].settings, first);
		if (!lost)
			continue;
		say(p, lost, t[i].home);
		return false;
	}
	return true;
}

/* Threads may share a home, whose weight then counts once. */
static bool is_counted(const struct cgroup_thread *t, size_t i)
{
	for (size_t before = 0; before < i; before++)
		if (t[before].has_home && !strcmp(t[before].home, t[i].home))
			return true;
	return false;
}

static void add_up(const struct cgroup_thread *t, size_t count,
		   struct cgroup_plan *p)
{
	for (size_t i = 0; i < count; i++) {
		if (!t[i].has_home || is_counted(t, i))
			continue;
		if (!p->settings.weight)
			p->settings = t[i].settings;
		else
			p->settings.weight += t[i].settings.weight;
	}
}

static void mend(struct cgroup_thread *t, size_t count, struct cgroup_plan *p)
{
	for (size_t i = 0; i < count; i++) {
		t[i].moves = strcmp(t[i].group, p->target) != 0;
		p->moves += t[i].moves;
	}
	add_up(t, count, p);
	p->verdict = p->moves ? CGROUP_MEND : CGROUP_MENDED;
}

/* All that are in ours and have a home go there. */
static void undo(struct cgroup_thread *t, size_t count, struct cgroup_plan *p)
{
	for (size_t i = 0; i < count; i++) {
		t[i].moves = t[i].has_home && cgroup_is_ours(t[i].group) &&
			     strcmp(t[i].home, t[i].group);
		p->moves += t[i].moves;
	}
	p->verdict = p->moves ? CGROUP_UNDO : CGROUP_SPLIT;
}

void cgroup_plan(struct cgroup_thread *t, size_t count, bool allowed,
		 struct cgroup_plan *p)
{
	*p = (struct cgroup_plan){ .verdict = CGROUP_UNKNOWN };
	for (size_t i = 0; i < count; i++)
		t[i].moves = false;
	if (!count)
		return;
	p->verdict = CGROUP_SHARED;
	if (all_in_one(t, count) && !cgroup_is_ours(t[0].group))
		return;
	p->verdict = CGROUP_SPLIT;
	if (!choose_target(&t[0], p)) {
		say(p, "it is right below the root", t[0].group);
		return;
	}
	if (!fits(t, count, p))
		return;
	if (!allowed)
		say(p, "the configuration says so", t[0].group);
	if (allowed && nothing_is_lost(t, count, p))
		mend(t, count, p);
	else
		undo(t, count, p);
}

const char *cgroup_verdict(enum cgroup_verdict verdict)
{
	static const char *const word[CGROUP_VERDICTS] = {
		[CGROUP_UNKNOWN] = "unknown", [CGROUP_SHARED] = "shared",
		[CGROUP_MENDED] = "mended",   [CGROUP_MEND] = "mended",
		[CGROUP_UNDO] = "split",      [CGROUP_SPLIT] = "split",
	};

	return verdict < CGROUP_VERDICTS ? word[verdict] : "unknown";
}
